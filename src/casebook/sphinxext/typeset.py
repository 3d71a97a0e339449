"""From a page for paper to a tagged PDF: Typst sets it, and what PDF/UA asks beyond what Typst writes is put in.

Nothing here knows Sphinx or the book; a page names its own title, authors and language.
"""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import typst

from casebook.sphinxext.fonts import Face
from casebook.sphinxext.study import BookError
from casebook.sphinxext.to_typst import STYLES, Translation

STANDARD = "ua-1"


def set_page(
    page: Path,
    target: Path,
    paper: str,
    fonts: Sequence[Face],
    *,
    licence: str = "",
    keywords: Sequence[str] = (),
    with_system_fonts: bool = False,
) -> None:
    """Write the page as a tagged PDF; the same page gives the same bytes.

    Args:
        page: an HTML file, beside it a folder ``_static`` with the sheet ``print.typ``, and its pictures.
        target: the PDF to write.
        paper: the name of a size of paper that Typst knows.
        fonts: the fonts to set it in, all in one folder.
        licence: name and address of the licence, for the metadata.
        keywords: words for the metadata.
        with_system_fonts: also look among the system's fonts for letters that ``fonts`` lack.

    Raises:
        BookError: Typst cannot set the page, or it would not be PDF/UA-1.
    """
    translation = Translation(page, page.parent / "_static" / STYLES, paper)
    source = page.with_suffix(".typ")
    source.write_text(translation.source(), encoding="utf-8")
    brought = [face.family for face in fonts if face.family.startswith("Book Own")]
    compiler = typst.Compiler(
        input=str(source),
        root=str(page.parent),
        font_paths=typst.Fonts(
            include_system_fonts=with_system_fonts,
            include_embedded_fonts=False,
            font_paths=[str(fonts[0].path.parent)],
        ),
        sys_inputs={"fonts": json.dumps(brought)},
    )
    try:
        # The day of the release stands in the page; without a time of its own Typst would add that of the build.
        made = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=0)
    except typst.TypstError as problem:
        raise BookError(
            f"{target.name} cannot be set: {problem.message}\n{problem.diagnostic[:2_000]}"
        ) from problem
    _finish(made, target, translation.heads, licence, keywords)


def _finish(made: bytes, target: Path, heads: Sequence[bool], licence: str, keywords: Sequence[str]) -> None:
    """Mark the heads of rows, which Typst cannot, and add keywords and licence to the metadata; then pack the file."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        tables = [e for e in _elements(pdf.Root.StructTreeRoot) if e.get("/S") == "/Table"]
        for table, has_heads in zip(tables, heads, strict=True):
            if has_heads:
                _head_rows(table)
        _write_hyphens(pdf)
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            if keywords:
                xmp["dc:subject"] = list(keywords)
            if licence:
                xmp["dc:rights"] = licence
                xmp["xmpRights:Marked"] = "True"
                xmp["xmpRights:WebStatement"] = licence.rsplit(" ", 1)[-1]
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _write_hyphens(pdf: pikepdf.Pdf) -> None:
    """Let the sign for a hyphen be read as one: Typst has it read as a soft hyphen where one ends a line first.

    A font has one entry for the sign, so that “self-reported” could not be found, and lost its hyphen when copied.
    """
    for font in pdf.objects:
        if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" and "/ToUnicode" in font:
            letters = font["/ToUnicode"].read_bytes()
            font["/ToUnicode"].write(letters.replace(b"<00AD>", b"<002D>"))


def _elements(root: Any) -> Iterator[Any]:
    """Yield every element of the structure below a root, in reading order."""
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Array):
            stack += reversed(list(item))
        elif isinstance(item, pikepdf.Dictionary):
            if "/S" in item:
                yield item
            if "/K" in item:
                stack.append(item["/K"])


def _head_rows(table: Any) -> None:
    """Make the first cell of each row of a table's body its head."""
    for body in _elements(table["/K"]):
        if body["/S"] != "/TBody":
            continue
        for row in _elements(body["/K"]):
            if row["/S"] != "/TR":
                continue
            first = next(_elements(row["/K"]), None)
            if first is not None and first["/S"] == "/TD":
                first["/S"] = pikepdf.Name.TH
                for facts in first["/A"]:
                    if facts["/O"] == "/Table":
                        facts["/Scope"] = pikepdf.Name.Row
