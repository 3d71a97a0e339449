"""Bytecode that is checked against what its source holds, not against the source's date.

Python takes a module's bytecode as current if size and date of the source, to the second, are what they were. A file
unpacked from an archive over another, or changed twice in a second, can have both: the figure would come from old code.
"""

import py_compile
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

# The second word of bytecode that Python checks by the hash of the source, and keeps so when it writes it anew (PEP 552).
_BY_CONTENT = (0b11).to_bytes(4, "little")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError:
        return b""


def check_by_content(package: Path) -> None:
    """Let Python check the bytecode of a package by content; where it cannot be written, things stay as they are."""
    for source in package.rglob("*.py"):
        if _head(Path(cache_from_source(str(source))))[4:] != _BY_CONTENT:
            with suppress(OSError, py_compile.PyCompileError):
                py_compile.compile(
                    str(source), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
                )
