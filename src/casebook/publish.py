"""One build at a time, and a new book in place of the old one in a single step."""

import ctypes
import errno
import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD, _EXCHANGE = -100, 2


class Busy(Exception):
    """Another build is at work in the same folder."""


@contextmanager
def only_build(build: Path) -> Iterator[None]:
    """Hold the lock of the folder ``build``; the system lets go of it however the process ends, kill -9 too.

    Raises:
        Busy: another process holds it.
        OSError: the folder cannot be written.
    """
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            if problem.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            lock.seek(0)
            raise Busy(lock.read().strip() or "unknown") from problem
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def die_with_parent() -> None:
    """Ask the system (Linux) to end this process with its parent, so that a killed build leaves nobody writing."""
    control = getattr(ctypes.CDLL(None), "prctl", None)
    if control is not None:
        control(1, signal.SIGKILL)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system cannot (renameat2, Linux)."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0


def _gone(old: Path) -> Path:
    return old.with_name(f".{old.name}.gone")


def swap(new: Path, old: Path) -> None:
    """Put ``new`` where ``old`` is: at no moment is there neither, nor a part of one.

    Where folders cannot be exchanged, two renames stand in; `recover` mends what a kill between them leaves.
    """
    old.parent.mkdir(parents=True, exist_ok=True)
    gone = _gone(old)
    shutil.rmtree(gone, ignore_errors=True)
    if not old.exists():
        new.rename(old)
    elif _exchange(new, old):
        new.rename(gone)
    else:
        old.rename(gone)
        new.rename(old)
    shutil.rmtree(gone, ignore_errors=True)


def recover(old: Path) -> None:
    """Bring back what an interrupted swap had put aside, if nothing stands in its place."""
    if _gone(old).exists() and not old.exists():
        _gone(old).rename(old)
