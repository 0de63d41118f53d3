"""The operating system's error numbers as Problems: what they mean to the person at the desk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from village_doctor.domain.problems import Problem

_PROBLEMS: Final = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EACCES: "store-read-only",
    errno.EPERM: "store-read-only",
    errno.EROFS: "store-read-only",
    errno.EIO: "disk-error",
    errno.ENOENT: "folder-unusable",
    errno.EEXIST: "folder-unusable",
    errno.ENOTDIR: "folder-unusable",
    errno.EISDIR: "folder-unusable",
    errno.ENAMETOOLONG: "folder-unusable",
}


@contextmanager
def disk_problems() -> Iterator[None]:
    """Raises the Problem for a known error of the operating system inside the block; an unknown one as it came."""
    try:
        yield
    except OSError as error:
        code = _PROBLEMS.get(error.errno or 0)
        if code is None:
            raise
        raise Problem(code) from error
