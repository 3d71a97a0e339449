"""What a page or a notebook really reads, noted while it reads.

Two things note a file: the study, when one of its tables is asked for, and the interpreter, when a file of the book is
opened or a folder listed. So a page depends on what it used and on nothing else, whatever its author remembers to
declare. Who starts a process or asks the network has read what nobody can note: that is noted instead, and never taken
for true again. The clock, chance, and libraries that open files past the interpreter are not noticed.
"""

import errno
import hashlib
import importlib.util
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

# File → SHA-256 of its bytes when it was read; folder → that of the names in it. Empty: there was no such file.
Notes = dict[str, str]
# Stands in the notes of whoever asked another process or the network.
UNSEEN = "what another process or the network said"
_UNSEEN_EVENTS = frozenset(
    {
        "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn",
        "subprocess.Popen", "socket.connect", "socket.getaddrinfo", "urllib.Request",
    }
)  # fmt: skip
_NOT_LISTED = ("_build", "__pycache__")
F = TypeVar("F", bound=Callable[..., Any])
_READERS: list[Notes] = []
_ROOTS: set[Path] = set()
_silent = 0
# Computations to keep; one book has one study, a test a few.
_MOST = 64


def file_hash(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, of a folder that of the names in it; empty if there is neither."""
    try:
        return hashlib.sha256(file_bytes(Path(path))).hexdigest()
    except IsADirectoryError:
        names = sorted(n for n in os.listdir(path) if not n.startswith(".") and n not in _NOT_LISTED)
        return hashlib.sha256("\0".join(names).encode(errors="surrogateescape")).hexdigest()
    except OSError:
        return ""


def _no_wait(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file; a pipe or a device, at which one could wait for ever, is none.

    Raises:
        OSError: it is not there, is no file, or may not be read.
    """
    with open(path, "rb", opener=_no_wait) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        return file.read()


def note(path: Path | str, digest: str) -> None:
    """Note for every present reader that a file was read; what it first held counts."""
    if not _silent:
        for notes in _READERS:
            notes.setdefault(str(path), digest)


def start_reader() -> Notes:
    """Begin to note; returns where the notes appear."""
    notes: Notes = {}
    _READERS.append(notes)
    return notes


def stop_reader(notes: Notes) -> None:
    """End what `start_reader` began; nothing happens if it has ended already."""
    _READERS[:] = [reader for reader in _READERS if reader is not notes]


@contextmanager
def noted() -> Iterator[Notes]:
    """Note what is read inside."""
    notes = start_reader()
    try:
        yield notes
    finally:
        stop_reader(notes)


@contextmanager
def unnoted() -> Iterator[None]:
    """Note nothing inside: reading a whole data package is not yet using it."""
    global _silent  # noqa: PLW0603 - one interpreter, one reader at a time
    _silent += 1
    try:
        yield
    finally:
        _silent -= 1


def forget_readers() -> None:
    """Begin anew in a process that was forked from one that reads: what its parent notes is not its own."""
    global _silent  # noqa: PLW0603 - one interpreter, one reader at a time
    _silent = 0
    _READERS.clear()


def unchanged(notes: Notes) -> bool:
    """Return whether every file noted holds what it held."""
    return all(file_hash(path) == digest for path, digest in notes.items() if path != UNSEEN)


def still_true(notes: Notes) -> bool:
    """Return whether nothing that was read can have changed."""
    return UNSEEN not in notes and unchanged(notes)


def remembered(function: F) -> F:
    """Compute once for the same data and arguments; every later asker is noted as a reader of what was read then."""
    kept: dict[tuple[object, ...], tuple[Any, Notes]] = {}

    @wraps(function)
    def asked(study: Any, *args: object) -> Any:
        key = (study.digest, *args)
        if key not in kept:
            with noted() as notes:
                kept[key] = (function(study, *args), notes)
            while len(kept) > _MOST:
                del kept[next(iter(kept))]
        value, notes = kept[key]
        for path, digest in notes.items():
            note(path, digest)
        return value

    return asked  # type: ignore[return-value]


def below(path: Path, roots: Iterable[Path]) -> bool:
    """Return whether a file is the book's: below a root, not hidden, not built."""
    for root in roots:
        if path.is_relative_to(root):
            parts = path.relative_to(root).parts
            return not any(part.startswith(".") or part in _NOT_LISTED for part in parts)
    return False


def _place(name: str | bytes | os.PathLike[Any]) -> Path | None:
    """Return the file of the book that somebody reads under this name, through whatever link; None if it is none.

    Bytecode stands for its source.
    """
    path = Path(os.fsdecode(name)).absolute()
    if path.suffix == ".pyc" and path.parent.name == "__pycache__":
        path = Path(importlib.util.source_from_cache(str(path)))
    return next((p for p in (path, path.resolve()) if below(p, _ROOTS)), None)


def _for_reading(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return set(mode).isdisjoint("wxa+")
    return not isinstance(flags, int) or flags & os.O_ACCMODE == os.O_RDONLY


def _told(event: str, args: tuple[Any, ...]) -> None:
    """Note what of the book is read (an audit hook of the interpreter, which tells it of all that happens)."""
    if _silent or not _READERS:
        return
    if event in _UNSEEN_EVENTS:
        note(UNSEEN, "")
    elif (event == "open" and _for_reading(*args[1:3])) or event in (
        "sqlite3.connect",
        "os.listdir",
        "os.scandir",
    ):
        name = "." if args[0] is None else args[0]
        # Whoever imports a module looks through folders for it; which names stand there is nothing to him.
        importing = event.startswith("os.") and "importlib" in sys._getframe(1).f_code.co_filename
        if not importing and isinstance(name, str | bytes | os.PathLike):
            path, digest = None, ""
            # A name that no file can have is for whoever asks for it to stumble over.
            with unnoted(), suppress(OSError, RuntimeError, ValueError):
                path = _place(name)
                digest = file_hash(path) if path else digest
            if path:
                note(path, digest)


def watch_files(*roots: Path) -> None:
    """Note from now on also what of the folders ``roots`` is opened or listed while somebody reads."""
    if not _ROOTS:
        sys.addaudithook(_told)
    _ROOTS.clear()
    _ROOTS.update(root.resolve() for root in roots)
