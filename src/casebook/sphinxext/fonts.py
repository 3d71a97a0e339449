"""The fonts of the PDF: the book's own, those a package brings, and letters that none shows."""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

# The files in the theme for paper → the family as print.typ names it, and the style.
OWN = {
    "source-serif-4-latin-400-normal.woff2": ("Book Serif", "Regular"),
    "source-serif-4-latin-400-italic.woff2": ("Book Serif", "Italic"),
    "source-serif-4-latin-600-normal.woff2": ("Book Serif", "SemiBold"),
    "source-serif-4-latin-600-italic.woff2": ("Book Serif", "SemiBold Italic"),
    "source-serif-4-latin-ext-400-normal.woff2": ("Book Serif Ext", "Regular"),
    "source-serif-4-latin-ext-400-italic.woff2": ("Book Serif Ext", "Italic"),
    "source-sans-3-latin-400-normal.woff2": ("Book Sans", "Regular"),
    "source-sans-3-latin-600-normal.woff2": ("Book Sans", "SemiBold"),
    "source-sans-3-latin-ext-400-normal.woff2": ("Book Sans Ext", "Regular"),
    "dejavu-sans-symbols.woff2": ("Book Symbols", "Regular"),
}
# What the labels of a figure are set in, where it has the letter.
FIGURES = "Book Sans"
_FIRST = (FIGURES, "Book Sans Ext", "Book Symbols")
# The last of the Latin letters with marks.
_LATIN = 0x24F
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")


@dataclass(frozen=True)
class Face:
    """One font as Typst reads it."""

    family: str
    path: Path
    letters: frozenset[int]


def missing_fonts(folder: Path) -> list[str]:
    """Return the names of the book's font files that are not in a folder."""
    return [name for name in OWN if not (folder / name).is_file()]


def brought_fonts(folder: Path) -> list[Path]:
    """Return the font files that a data package brings, in ``fonts/`` beside its pages."""
    return sorted(p for p in folder.glob("*") if p.suffix.lower() in (".ttf", ".otf", ".woff2", ".woff"))


def own_family(count: int) -> str:
    """Return the name under which a sheet knows the font of a package with this number, from 1."""
    return f"Book Own {count}"


def families(fonts: list[Path]) -> str:
    """Return the names under which a stylesheet knows the fonts of a package."""
    return ", ".join(f'"{own_family(count)}"' for count, _ in enumerate(fonts, 1))


def ready_fonts(folder: Path, brought: list[Path], target: Path) -> list[Face]:
    """Write the book's fonts and those of a package into an empty folder as Typst reads them: unpacked and renamed.

    Raises:
        OSError: a file cannot be read as a font; the message names it.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    named = [(folder / name, *names) for name, names in OWN.items()]
    named += [(path, own_family(count), "Regular") for count, path in enumerate(brought, 1)]
    return [_ready(path, family, style, target) for path, family, style in named]


def _ready(path: Path, family: str, style: str, target: Path) -> Face:
    font = _opened(path)
    font.flavor = None
    names = font["name"]
    names.names = []
    script = f"{family}-{style}".replace(" ", "-")
    for number, text in (
        (1, family),
        (2, style),
        (4, f"{family} {style}"),
        (6, script),
        (16, family),
        (17, style),
    ):
        names.setName(text, number, 3, 1, 0x409)
    # Without it the day of the build would stand in the file, and in what is made from it.
    font.recalcTimestamp = False
    file = target / f"{script}.ttf"
    font.save(file)
    return Face(family, file, frozenset(font.getBestCmap() or ()))


def _opened(path: Path) -> TTFont:
    try:
        font = TTFont(path)
        font.getBestCmap()
    except (TTLibError, OSError, AssertionError, KeyError) as problem:
        raise OSError(f"{path.name} cannot be used as a font: {problem}") from problem
    return font


def faces(folder: Path, fonts: list[Path]) -> str:
    """Copy a package's fonts below the folder of a stylesheet and return the rules that name them.

    They show only letters that are not Latin: a reader's own fonts show those better.
    """
    rules = ""
    for count, font in enumerate(fonts, 1):
        shutil.copyfile(font, folder / "fonts" / f"own-{font.name}")
        rules += f'@font-face {{ font-family: "{own_family(count)}"; src: url("fonts/own-{font.name}"); unicode-range: {_span(font)}; }}\n'
    return rules


def _span(font: Path) -> str:
    """Return the letters of a font past the Latin ones, as a stylesheet writes them."""
    spans: list[list[int]] = []
    for code in sorted(c for c in _opened(font).getBestCmap() or () if c > _LATIN):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ", ".join(f"U+{low:X}-{high:X}" for low, high in spans) or "U+0"


def letters_outside(page: str, fonts: Iterable[Face]) -> list[str]:
    """Return the letters of an HTML page that none of the fonts has."""
    known = frozenset().union(*(face.letters for face in fonts))
    text = unescape(_TAGS.sub(" ", page))
    return sorted({c for c in text if unicodedata.category(c)[0] in "LMNPS" and ord(c) not in known})


@cache
def system_family(letter: str) -> str:
    """Return a family of the system's that has a letter.

    It is empty if there is none, or if the system cannot be asked (there is no fc-list).
    """
    if not shutil.which("fc-list"):
        return ""
    command = ["fc-list", f":charset={ord(letter):x}", "family"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return min((line.split(",")[0] for line in found), default="")


def with_families(svg: str, fonts: Iterable[Face]) -> str:
    """Return a still that names the font of each letter which the font of its labels lacks: Typst looks for no other."""
    order = sorted(
        fonts, key=lambda face: _FIRST.index(face.family) if face.family in _FIRST else len(_FIRST)
    )
    order = [face for face in order if not face.family.startswith("Book Serif")]

    def family(letter: str) -> str:
        found = next((face.family for face in order if ord(letter) in face.letters), "")
        return found or system_family(letter) or FIGURES

    def split(text: re.Match[str]) -> str:
        whole = unescape(text[0])
        names = [family(c) if not c.isspace() else "" for c in whole]
        if not set(names) - {"", FIGURES}:
            return text[0]
        out, i = "", 0
        while i < len(whole):
            # A mark or a sign that joins belongs to the letter before it, and a space to its word.
            end = i + 1
            while end < len(whole) and (
                names[end] == names[i] or unicodedata.category(whole[end])[0] in "MC"
            ):
                end += 1
            part = escape(whole[i:end], quote=False)
            is_plain = names[i] in ("", FIGURES)
            out += part if is_plain else f'<tspan style="font-family: {names[i]}">{part}</tspan>'
            i = end
        return out

    head, mark, rest = svg.partition("-->")
    return head + mark + _TEXT.sub(split, rest) if mark else _TEXT.sub(split, svg)


def scripts_of(letters: list[str]) -> list[str]:
    """Return the scripts of letters by the first word of their names: “Sinhala”, “Tamil”."""
    return sorted({unicodedata.name(c, "unknown").split(" ")[0].capitalize() for c in letters})
