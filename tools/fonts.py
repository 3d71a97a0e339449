"""Make the two fonts of the site from the variable fonts of two npm packages, which is done once and committed.

Usage: fonts.py FOLDER, where FOLDER holds what this installs:
    npm install --prefix FOLDER @fontsource-variable/source-serif-4@5.3.1 @fontsource-variable/source-sans-3@5.3.1

What is left of each is what the book's text needs: upright, regular to semibold in one file, the letters of English
and of the names in it; a letter that is missing comes from the system. Their licence keeps the name Source for the unchanged fonts, so these are called Casebook.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "casebook" / "sphinxext" / "theme" / "casebook" / "static"
SOURCES = {
    "serif": ("source-serif-4", "source-serif-4-latin-wght-normal.woff2"),
    "sans": ("source-sans-3", "source-sans-3-latin-wght-normal.woff2"),
}
WEIGHTS = (400, 600)
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0£§©«°±·»×ßàáâäåæçèéêëíîïñóôöøúûüýÄÅÇÉÖØÜÁ–—‘’“”•…−€"
FEATURES = ["kern", "liga", "lnum", "tnum"]
NAMES = {1, 3, 4, 6, 16}


def narrowed(path: Path) -> TTFont:
    """Return the font between the weights the book uses."""
    font = instancer.instantiateVariableFont(TTFont(path, recalcTimestamp=False), {"wght": WEIGHTS})
    # Read again: the tables are then all in their final order.
    stream = BytesIO()
    font.flavor = None
    font.save(stream)
    return TTFont(BytesIO(stream.getvalue()), recalcTimestamp=False)


def make(folder: Path, kind: str) -> Path:
    """Write one font of the site and return where."""
    package, name = SOURCES[kind]
    font = narrowed(folder / "node_modules" / "@fontsource-variable" / package / "files" / name)
    options = subset.Options(hinting=False, layout_features=FEATURES, name_IDs=[*range(7), 13, 14, 16])
    only = subset.Subsetter(options)
    only.populate(unicodes=map(ord, LETTERS))
    only.subset(font)
    for record in font["name"].names:
        if record.nameID in NAMES:
            record.string = f"Casebook-{kind}" if record.nameID == 6 else f"Casebook {kind.capitalize()}"
    font.flavor = "woff2"
    target = TARGET / f"{kind}.woff2"
    font.save(target)
    return target


if __name__ == "__main__":
    for kind in SOURCES:
        made = make(Path(sys.argv[1]), kind)
        print(made.name, made.stat().st_size)
