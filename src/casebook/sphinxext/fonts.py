"""The fonts of the PDF: whether they are there, those a package brings, and letters that none shows."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

_URL = re.compile(r"@font-face[^}]*url\(([^)]+)\)")
# The last of the Latin letters with marks.
_LATIN = 0x24F
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


def font_files(stylesheet: Path) -> list[Path]:
    """Return the font files that a stylesheet names, whether they are there or not."""
    names = _URL.findall(stylesheet.read_text(encoding="utf-8"))
    return [stylesheet.parent / name.strip("\"' ") for name in names]


def missing_fonts(stylesheet: Path) -> list[str]:
    """Return the names of the font files that a stylesheet names and that are not there."""
    return [path.name for path in font_files(stylesheet) if not path.is_file()]


def brought_fonts(folder: Path) -> list[Path]:
    """Return the font files that a data package brings for the PDF, in ``fonts/`` beside its pages."""
    return sorted(p for p in folder.glob("*") if p.suffix.lower() in (".ttf", ".otf", ".woff2", ".woff"))


def families(fonts: list[Path]) -> str:
    """Return the names under which a stylesheet knows the fonts of a package, after that of the book's symbols."""
    return ", ".join(f'"Book Own {count}"' for count, _ in enumerate(fonts, 1))


def add_fonts(stylesheet: Path, fonts: list[Path]) -> None:
    """Put a package's fonts beside a stylesheet, and behind the book's own wherever it names those."""
    if not fonts:
        return
    css = stylesheet.read_text(encoding="utf-8").replace(
        '"Book Symbols",', f'"Book Symbols", {families(fonts)},'
    )
    stylesheet.write_text(faces(stylesheet.parent, fonts) + css, encoding="utf-8")


def faces(folder: Path, fonts: list[Path], apart: bool = False) -> str:
    """Copy fonts below the folder of a stylesheet and return the rules that name them.

    With ``apart`` they show only letters that are not Latin: a reader's own fonts show those better.
    """
    rules = ""
    for count, font in enumerate(fonts, 1):
        shutil.copyfile(font, folder / "fonts" / f"own-{font.name}")
        rules += f'@font-face {{ font-family: "Book Own {count}"; src: url("fonts/own-{font.name}"); {f"unicode-range: {_span(font)}; " if apart else ""}}}\n'
    return rules


def _span(font: Path) -> str:
    """Return the letters of a font past the Latin ones, as a stylesheet writes them."""
    spans: list[list[int]] = []
    for code in sorted(c for c in _letters(font) if c > _LATIN):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ", ".join(f"U+{low:X}-{high:X}" for low, high in spans) or "U+0"


def _letters(font: Path) -> set[int]:
    try:
        return set(TTFont(font).getBestCmap() or ())
    except (TTLibError, OSError) as problem:
        raise OSError(f"{font.name} cannot be used as a font: {problem}") from problem


def letters_without_font(page: str, stylesheet: Path) -> list[str]:
    """Return the letters of an HTML page that neither the fonts a stylesheet names nor the system's can show.

    Where the system cannot be asked for its fonts (there is no fc-list), it is taken to have none.

    Raises:
        OSError: a font file cannot be read as one; the message names it.
    """
    own: set[int] = set()
    for path in font_files(stylesheet):
        letters = _letters(path)
        if path.name.startswith("own-") and ord(" ") not in letters:
            raise OSError(f"{path.name} has no space, so that a box would stand between words")
        own |= letters
    letters = {c for c in _TAGS.sub(" ", page) if unicodedata.category(c)[0] in "LMNPS" and ord(c) not in own}
    return sorted(c for c in letters if not _system_shows(c))


def _system_shows(letter: str) -> bool:
    if not shutil.which("fc-list"):
        return False
    command = ["fc-list", f":charset={ord(letter):x}", "family"]
    return bool(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())


def scripts_of(letters: list[str]) -> list[str]:
    """Return the scripts of letters by the first word of their names: “Sinhala”, “Tamil”."""
    return sorted({unicodedata.name(c, "unknown").split(" ")[0].capitalize() for c in letters})
