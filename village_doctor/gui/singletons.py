"""Keeps Python 3.11 alive under PySide6 6.12, whose wheels do not count their references to None, True and False: since
Python 3.12 these are never freed. In 3.11 every Qt call that returns one takes a reference away, until after some thousand
calls the interpreter ends with "deallocating None". Here they get the long life that 3.12 gives them (decisions/0008).
"""

import ctypes
import sys


def keep_singletons() -> None:
    """Afterwards no number of such calls frees one of them. Nothing to do from Python 3.12 on."""
    if sys.version_info < (3, 12):
        for one in (None, True, False, NotImplemented):
            ctypes.c_ssize_t.from_address(id(one)).value = sys.maxsize // 2
