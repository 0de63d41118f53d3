"""The checkout's own virtual environment `.venv`: made once, renewed when its lock file changes, else skipped.

Pure standard library, because it runs before anything is installed. Promises: packages come only from the lock
file, with hashes; a stamp is written last, so a set-up cut off in the middle is done again; two set-ups at once
wait for each other; what it says goes to standard error, and standard input is left to the program. It never
installs outside `.venv`, except Debian packages with apt-get when it runs as root.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import NoReturn

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
PROGRAM_LOCK = "requirements.lock"
CHECKS_LOCK = "requirements-dev.lock"  # all of PROGRAM_LOCK at the same versions, and the tools
OLDEST_PYTHON = (3, 11)
EXIT_PROBLEM = 3  # something the user can act on, as in the program itself
EXIT_INTERRUPTED = 130
STAMP = "village-doctor.json"
PACKAGES_SEEN = "packages"  # in the stamp: names of the system packages that were there
APT_LISTS = Path("/var/lib/apt/lists")


class SetUpProblem(Exception):
    """What keeps the set-up from going on, in words for the user: what is missing and what to type."""


class SystemPackage(NamedTuple):
    """A Debian package that no lock file can bring, and how to see without root whether it is there."""

    name: str
    is_present: Callable[[], bool]


def with_tool(name: str, tool: str) -> SystemPackage:
    return SystemPackage(name, lambda: sys.platform != "linux" or shutil.which(tool) is not None)


def with_library(name: str, library: str) -> SystemPackage:
    return SystemPackage(name, lambda: sys.platform != "linux" or loads(library))


def loads(library: str) -> bool:
    """Whether the system's own loader finds it: the same question that Qt will ask, wherever a system keeps its libraries."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# Names are those of Debian 12; apt-get knows the renamed ones of later releases (libglib2.0-0t64) by these too.
FOR_THE_PROGRAM = (
    SystemPackage("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
    # Qt's Linux wheels need these even where nothing is shown: the self-test draws a window without a display.
    with_library("libgl1", "libGL.so.1"),
    with_library("libegl1", "libEGL.so.1"),
    with_library("libxkbcommon0", "libxkbcommon.so.0"),
    with_library("libdbus-1-3", "libdbus-1.so.3"),
    with_library("libfontconfig1", "libfontconfig.so.1"),
    with_library("libglib2.0-0", "libgthread-2.0.so.0"),
)
FOR_A_DISPLAY = (
    with_library("libxcb-cursor0", "libxcb-cursor.so.0"),
    with_library("libxcb-icccm4", "libxcb-icccm.so.4"),
    with_library("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    with_library("libxcb-image0", "libxcb-image.so.0"),
    with_library("libxcb-render-util0", "libxcb-render-util.so.0"),
    with_library("libxcb-shape0", "libxcb-shape.so.0"),
    with_library("libxcb-randr0", "libxcb-randr.so.0"),
    with_library("libxcb-xkb1", "libxcb-xkb.so.1"),
    with_library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    with_library("libcups2", "libcups.so.2"),  # without it Qt sees no printer
)
FOR_THE_WINDOW = (*FOR_THE_PROGRAM, *FOR_A_DISPLAY)
FOR_THE_BUILD = (*FOR_THE_WINDOW, with_tool("binutils", "objdump"))
FOR_THE_CHECKS = (
    *FOR_THE_WINDOW,
    with_tool("strace", "strace"),
    # Letters are opened with the stock tools, as `resources/formats/batch.md` says.
    with_tool("age", "age"),
    with_tool("zstd", "zstd"),
    # One leg of the journeys runs on a display without a screen, with a window manager and typed keys.
    with_tool("xvfb", "Xvfb"),
    with_tool("openbox", "openbox"),
    with_tool("xdotool", "xdotool"),
    # Papers are read back by others than those who made them.
    with_tool("zbar-tools", "zbarimg"),
    with_tool("poppler-utils", "pdftoppm"),
)


def say(chinese: str, english: str) -> None:
    """One line in each language on standard error."""
    print(f"{chinese}\n{english}", file=sys.stderr, flush=True)


def run_aside(*command: str | os.PathLike[str], held: int | None = None, **settings: str) -> bool:
    """Run a set-up command with its output on standard error and no input; true when it succeeded.

    `held` is the set-up lock it keeps alive, `settings` are environment variables for it alone.
    """
    names = os.environ.keys() - {"PYTHONHOME", "PYTHONPATH"}
    return (
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=2,
            env={**{name: os.environ[name] for name in names}, **settings},
            pass_fds=() if held is None or sys.platform == "win32" else (held,),
            check=False,
        ).returncode
        == 0
    )


# --- system packages ------------------------------------------------------------------------------------------------


def require_system_packages(packages: Sequence[SystemPackage]) -> None:
    """Afterwards each is there: root's apt-get brings it, anyone else is told what to type (SetUpProblem)."""
    missing = [package.name for package in packages if not package.is_present()]
    if not missing:
        return
    if is_root() and shutil.which("apt-get"):
        say(f"正在安装系统软件包：{' '.join(missing)}", f"Installing system packages: {' '.join(missing)}")
        install_with_apt(missing)
        importlib.invalidate_caches()
    still_missing = [package.name for package in packages if not package.is_present()]
    if still_missing:
        command = f"sudo apt-get update && sudo apt-get install -y {shlex.join(still_missing)}"
        raise SetUpProblem(
            f"缺少系统软件包：{' '.join(still_missing)}。请执行下面这条命令，然后再来一次：\n"
            f"System packages are missing: {' '.join(still_missing)}. Run this command, then try again:\n"
            f"    {command}"
        )


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_with_apt(names: Sequence[str]) -> None:
    """Install with apt-get; the package lists are fetched when there are none, or when they have gone stale."""
    has_lists = any(APT_LISTS.glob("*_Packages*"))
    for refresh in (not has_lists, True):
        if refresh:
            run_aside("apt-get", "update", "-q")
        install = ("apt-get", "install", "-q", "-y", "--no-install-recommends", *names)
        if run_aside(*install, DEBIAN_FRONTEND="noninteractive"):
            return


# --- the virtual environment ----------------------------------------------------------------------------------------


def venv_python(root: Path) -> Path:
    return root / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def fingerprint(root: Path, lock: str) -> str:
    return hashlib.sha256((root / lock).read_bytes()).hexdigest()


def identity(root: Path) -> str:
    """Where the environment is and which Python it runs: a moved checkout or a replaced Python needs a new one."""
    return f"{root} {os.path.realpath(venv_python(root))}"


def read_stamp(root: Path) -> dict[str, str]:
    """What is completely installed: lock file name -> its fingerprint, the identity, the packages seen. Empty: nothing is."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and venv_python(root).exists() else {}


def is_ready(root: Path, lock: str) -> bool:
    stamp = read_stamp(root)
    return stamp.get(lock) == fingerprint(root, lock) and stamp.get("identity") == identity(root)


def packages_seen(root: Path) -> set[str]:
    return set(read_stamp(root).get(PACKAGES_SEEN, "").split())


def write_stamp(root: Path, locks: Sequence[str], packages: Iterable[str] = ()) -> None:
    stamp = {lock: fingerprint(root, lock) for lock in locks}
    stamp["identity"] = identity(root)
    stamp[PACKAGES_SEEN] = " ".join(sorted(packages))
    aside = root / ".venv" / f"{STAMP}.new"
    aside.write_text(json.dumps(stamp, indent=1), "utf-8")
    aside.replace(root / ".venv" / STAMP)


@contextlib.contextmanager
def one_at_a_time(root: Path) -> Iterator[int]:
    """Hold the set-up lock. The pip process inherits it, so a killed parent does not free it before pip has ended."""
    with (root / ".venv.lock").open("a+b") as file:
        if sys.platform == "win32":
            file.seek(0)
            while True:
                with contextlib.suppress(OSError):  # it gives up after ten tries of one second
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("另一个安装正在进行，请稍候……", "Another set-up is running; waiting for it ...")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def prepare(lock: str, packages: Sequence[SystemPackage], root: Path = ROOT) -> Path:
    """The environment's Python, with everything in `lock` installed; returns at once when that is so already.

    A package that was seen is not looked for again until a lock file changes. Raises SetUpProblem when the Python is too old,
    a system package is missing or pip fails.
    """
    names = {package.name for package in packages}
    if is_ready(root, lock) and names <= packages_seen(root):
        return venv_python(root)
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(map(str, sys.version_info[:2]))
        raise SetUpProblem(
            f"需要 Python 3.11 或更新的版本，现在是 {have}。\nPython 3.11 or newer is needed, this is {have}."
        )
    require_system_packages(packages)
    with one_at_a_time(root) as held:
        if not is_ready(root, lock):
            make_ready(root, lock, held)
        installed = [name for name in (PROGRAM_LOCK, CHECKS_LOCK) if is_ready(root, name)]
        write_stamp(root, installed, names | packages_seen(root))
    return venv_python(root)


def make_ready(root: Path, lock: str, held: int) -> None:
    """Make the environment, or only add `lock` to it when all it has is still as its lock files say."""
    stamp = read_stamp(root)
    installed = [name for name in (PROGRAM_LOCK, CHECKS_LOCK) if name in stamp]
    sound = installed and all(is_ready(root, name) for name in installed)
    wanted = CHECKS_LOCK if CHECKS_LOCK in installed else lock
    say(
        "正在准备运行环境（只在第一次，或清单有变时）……",
        "Setting up (the first time, or a changed lock file) ...",
    )
    (root / ".venv" / STAMP).unlink(missing_ok=True)
    if not sound:
        venv = (sys.executable, "-m", "venv", "--clear", root / ".venv")
        must(run_aside(*venv, held=held), "python -m venv")
    python = venv_python(root)
    shown = () if sys.stderr.isatty() else ("--quiet",)  # a person waiting at a slow network sees it move
    install = (python, "-m", "pip", "install", *shown, "--no-input", "--disable-pip-version-check")
    locked = ("--require-hashes", "--only-binary", ":all:", "--requirement", root / wanted)
    must(run_aside(*install, *locked, held=held, PIP_USER="0"), "pip install")
    must(run_aside(python, "-c", NAME_THE_CHECKOUT, str(root), held=held), ".pth")
    write_stamp(root, [PROGRAM_LOCK] if wanted == PROGRAM_LOCK else [PROGRAM_LOCK, CHECKS_LOCK])
    say("运行环境已就绪。", "Set-up done.")


# Run by the new Python: lets it find the package in the checkout. An import line with an ASCII literal, because a .pth file
# is read in the locale's encoding and the folder's name may be Chinese.
NAME_THE_CHECKOUT = """
import pathlib, sys, sysconfig
line = f"import sys; sys.path.append({ascii(sys.argv[1])})\\n"
pathlib.Path(sysconfig.get_path("purelib"), "village_doctor_checkout.pth").write_text(line, "ascii")
"""


def must(succeeded: bool, step: str) -> None:
    if not succeeded:
        raise SetUpProblem(
            f"安装没有完成（{step} 失败，原因见上），已有的数据没有动过。请检查网络或 pip 的镜像设置，再来一次。\n"
            f"The set-up did not finish ({step} failed, see above); no data was touched. "
            "Check the network or pip's mirror, then try again."
        )


def prepare_or_exit(lock: str, packages: Sequence[SystemPackage]) -> Path:
    """`prepare` for a script: a SetUpProblem is told, and ends the process with EXIT_PROBLEM."""
    try:
        return prepare(lock, packages)
    except SetUpProblem as problem:
        print(problem, file=sys.stderr)
        sys.exit(EXIT_PROBLEM)
    except KeyboardInterrupt:
        say("已中断，下次会重新准备。", "Interrupted; the next start sets up again.")
        sys.exit(EXIT_INTERRUPTED)


def hand_over(python: Path, arguments: Sequence[str]) -> NoReturn:
    """Become that Python with these arguments: same folder, same standard input and output, its exit code."""
    command = [str(python), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        child = subprocess.Popen(command)
        while child.poll() is None:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C reaches the child too, and it decides
                child.wait()
        sys.exit(child.returncode)
    else:
        os.execv(command[0], command)
