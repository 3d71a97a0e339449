"""From a page for paper to a tagged PDF: WeasyPrint, and what PDF/UA asks beyond what it writes.

Nothing here knows Sphinx or the book; a page names its own title, authors and language.
"""

import gc
import hashlib
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import SubElement, fromstring, tostring

from casebook.sphinxext.study import BookError

VARIANT = "pdf/ua-1"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"


def set_page(page: Path, target: Path, licence: str = "", keywords: list[str] | None = None) -> int:
    """Write the page as a tagged PDF and return its number of pages; the same page gives the same bytes.

    Raises:
        BookError: the system library Pango is missing.
    """
    weasyprint = _weasyprint()
    with _without_collector(), _quick_writing():
        document = weasyprint.HTML(filename=str(page)).render(pdf_variant=VARIANT)
        _describe(document.metadata, licence, keywords or [])
        document.write_pdf(target, finisher=_finish, pdf_variant=VARIANT, full_fonts=False)
        return len(document.pages)


def set_page_once(
    page: Path, target: Path, kept: Path, licence: str = "", keywords: list[str] | None = None
) -> bool:
    """Write the page as :func:`set_page` does, or copy what it wrote before from the same; return whether it was set.

    The folder ``kept`` holds one PDF a name, with the fingerprint of what it was made from: the page, all that lies
    beside it, these lines and the versions of WeasyPrint and Pango.

    Raises:
        BookError: the system library Pango is missing.
    """
    mark, copy = kept / f"{target.name}.sha256", kept / target.name
    made_from = _fingerprint(page, licence, *(keywords or []))
    if copy.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == made_from:
        shutil.copyfile(copy, target)
        return False
    set_page(page, target, licence, keywords)
    kept.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    shutil.copyfile(target, copy)
    mark.write_text(made_from, encoding="utf-8")
    return True


def _fingerprint(page: Path, *words: str) -> str:
    """Return a hash of all that a PDF is made from."""
    digest = hashlib.sha256("\0".join((*words, _versions())).encode())
    beside = [
        p for name in ("_static", "figures") for p in sorted((page.parent / name).rglob("*")) if p.is_file()
    ]
    for path in [Path(__file__), page, *beside]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _versions() -> str:
    """Return the versions of the parts that decide where a line breaks."""
    weasyprint = _weasyprint()
    return f"{weasyprint.__version__} {weasyprint.text.ffi.pango.pango_version()}"


def _weasyprint() -> Any:
    # Pango is a system library: whoever only builds the site need not have it.
    try:
        import weasyprint.text.ffi  # noqa: PLC0415
    except OSError as problem:
        raise BookError(
            f"WeasyPrint needs the system library Pango ({problem}). On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; on macOS: brew install pango"
        ) from problem
    return weasyprint


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector.

    A layout makes millions of boxes that all live to its end, and each pass over
    them is time lost (a fifth of the whole).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _quick_writing() -> Iterator[None]:
    """Spare pydyf what costs most: the list of pages made anew for each tag, and the slowest compression.

    A tag names its page by that list, so that the time grows with the square of the pages; level 6 gives files as
    small as level 9 to one part in a hundred.
    """
    import pydyf  # noqa: PLC0415 - comes with WeasyPrint

    plain, known = pydyf.PDF.page_references, {}

    def page_references(pdf: Any) -> tuple[bytes, ...]:
        count = len(pdf.pages["Kids"])
        if known.get("of") != (id(pdf), count):
            known.update(of=(id(pdf), count), pages=plain.fget(pdf))
        return known["pages"]

    pydyf.PDF.page_references = property(page_references)
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: zlib.compressobj(level=6))
    try:
        yield
    finally:
        pydyf.PDF.page_references = plain
        pydyf.zlib = zlib


def _describe(metadata: Any, licence: str, keywords: list[str]) -> None:
    """Add the licence and each keyword to the XMP metadata, for which WeasyPrint has no tag of its own."""
    plain = metadata.generate_rdf_metadata

    def with_licence(*args: Any, **options: Any) -> bytes:
        rdf = fromstring(plain(*args, **options))
        entry = SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
        if keywords:
            bag = SubElement(SubElement(entry, f"{{{_DC}}}subject"), f"{{{_RDF}}}Bag")
            for word in keywords:
                SubElement(bag, f"{{{_RDF}}}li").text = word
        if licence:
            rights = SubElement(SubElement(entry, f"{{{_DC}}}rights"), f"{{{_RDF}}}Alt")
            item = SubElement(
                rights, f"{{{_RDF}}}li", {"{http://www.w3.org/XML/1998/namespace}lang": "x-default"}
            )
            item.text = licence
            SubElement(entry, f"{{{_RIGHTS}}}Marked").text = "True"
            SubElement(entry, f"{{{_RIGHTS}}}WebStatement").text = licence
        return tostring(rdf, encoding="utf-8")

    metadata.generate_rdf_metadata = with_licence


def _finish(document: Any, pdf: Any) -> None:
    """Give every table head its scope and every link inside the book words that say where it leads."""
    import pydyf  # noqa: PLC0415 - comes with WeasyPrint

    for page in document.pages:
        for box in page._page_box.descendants():
            if box.element_tag == "th" and isinstance(getattr(box, "mark", None), pydyf.Dictionary):
                scope = "/Row" if box.element.get("scope") == "row" else "/Column"
                box.mark["A"]["Scope"] = scope
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Subtype") == "/Link" and "Dest" in item:
            item["Contents"] = pydyf.String(f"Within this document: {item['Dest'].string}")
