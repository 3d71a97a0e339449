"""The fonts of the PDF: whether they are there, and whether any font shows the letters of the text."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

_URL = re.compile(r"@font-face[^}]*url\(([^)]+)\)")
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


def font_files(stylesheet: Path) -> list[Path]:
    """Return the font files that a stylesheet names, whether they are there or not."""
    names = _URL.findall(stylesheet.read_text(encoding="utf-8"))
    return [stylesheet.parent / name.strip("\"' ") for name in names]


def missing_fonts(stylesheet: Path) -> list[str]:
    """Return the names of the font files that a stylesheet names and that are not there."""
    return [path.name for path in font_files(stylesheet) if not path.is_file()]


def letters_without_font(page: str, stylesheet: Path) -> list[str]:
    """Return the letters of an HTML page that neither the book's fonts nor the system's can show.

    Where the system cannot be asked for its fonts (fc-list), it is taken to show them.
    """
    own = {code for path in font_files(stylesheet) for code in TTFont(path).getBestCmap()}
    letters = {c for c in _TAGS.sub(" ", page) if unicodedata.category(c)[0] in "LM" and ord(c) not in own}
    return sorted(c for c in letters if not _system_shows(c)) if shutil.which("fc-list") else []


def _system_shows(letter: str) -> bool:
    command = ["fc-list", f":charset={ord(letter):x}", "family"]
    return bool(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())


def scripts_of(letters: list[str]) -> list[str]:
    """Return the scripts of letters by the first word of their names: “Sinhala”, “Tamil”."""
    return sorted({unicodedata.name(c, "unknown").split(" ")[0].capitalize() for c in letters})
