"""The EPUB edition: the pages of the site for e-readers, with stills and tables in place of live figures."""

import datetime
import html
import posixpath
import re
import zipfile
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.osutil import ensuredir

from casebook.sphinxext.domain import NAME
from casebook.sphinxext.metadata import citation, public_address
from casebook.sphinxext.pdf import ScopedTranslator
from casebook.sphinxext.writing import OUTSIDE
from casebook.tables import twin_html

HERE = Path(__file__).parent
THEME = "casebook_epub"
_SHAPELESS = re.compile(r'<path(?![^>]*\sd=")[^>]*(?:/>|></path>)')


class BookEpubBuilder(Epub3Builder):
    """Write the book as EPUB 3; the same book gives the same bytes."""

    name = "bookepub"
    # The site's search and its sources have no place on an e-reader.
    search = False
    copysource = False

    def init(self) -> None:
        """Name the book as its citation file does."""
        super().init()
        cff, config = citation(Path(self.app.srcdir)), self.config
        config.epub_basename = "book"
        config.epub_title = config.html_title
        config.epub_show_urls = "no"
        if cff:
            editors = "; ".join(
                a.get("name") or f"{a['given-names']} {a['family-names']}" for a in cff["authors"]
            )
            config.epub_author = config.epub_publisher = editors
            config.epub_contributor = config.casebook_paper_authors
            config.epub_description = cff["title"]
            config.epub_copyright = cff.get("license", "")
            config.epub_identifier = (
                public_address(self.app, "index.html") or f"{cff['title']}, {cff['version']}"
            )
            config.epub_scheme = "URL" if public_address(self.app, "") else "title"

    @property
    def _date(self) -> datetime.date:
        """The date of the release."""
        cff = citation(Path(self.app.srcdir))
        return datetime.date.fromisoformat(str(cff["date-released"])) if cff else datetime.date(1980, 1, 1)

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        """Use the bare theme for e-readers."""
        return THEME, {}

    def content_metadata(self) -> dict[str, Any]:
        """Give version and date of the release, not those of the build."""
        version = citation(Path(self.app.srcdir)).get("version", "1")
        return super().content_metadata() | {
            "date": f"{self._date.isoformat()}T00:00:00Z",
            "version": version,
        }

    def toc_metadata(self, level: int, navpoints: list[Any]) -> dict[str, Any]:
        """Name the book in the table of contents as in the package."""
        return super().toc_metadata(level, navpoints) | {"uid": html.escape(self.config.epub_identifier)}

    def keep_picture(self, name: str, svg: str) -> str:
        """Write a still beside the pages and return its address from the page being written."""
        folder = Path(self.outdir) / "figures"
        ensuredir(folder)
        # A path without a shape draws nothing, and the schema of e-readers forbids it.
        (folder / f"{name}.svg").write_text(_SHAPELESS.sub("", svg), encoding="utf-8")
        home = posixpath.dirname(self.current_docname)
        return posixpath.relpath(f"figures/{name}.svg", home or ".")

    def elsewhere(self, bundle: dict[str, Any], anchor: str) -> str:
        """Return a figure's values as a table, and where the live figure is if the site's address is known."""
        home = self.env.get_domain(NAME).data["drawings"][bundle["name"]][0]
        address = public_address(self.app, f"{home}.html#{anchor}")
        live = f'<p class="elsewhere"><a href="{address}">The live figure</a></p>' if address else ""
        return live + twin_html(bundle, f"The values of this figure: {bundle['title']}")

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Take out what only the site has: code, and links to its files."""
        for cell in list(doctree.findall(HideCodeCellNode)):
            cell.parent.remove(cell)
        for reference in list(doctree.findall(nodes.reference)):
            address = reference.get("refuri", "#")
            inside = address.split("#")[0].endswith(self.out_suffix)
            if not (inside or address.startswith(("#", *OUTSIDE))):
                reference.parent.replace(reference, reference.children)
        super().write_doc(docname, doctree)

    def build_epub(self) -> None:
        """Pack the files in order, each with the release's date."""
        when = (*self._date.timetuple()[:3], 0, 0, 0)
        first = [("mimetype", zipfile.ZIP_STORED)]
        rest = ["META-INF/container.xml", "content.opf", "toc.ncx", *sorted(self.files)]
        out = Path(self.outdir)
        with zipfile.ZipFile(out / f"{self.config.epub_basename}.epub", "w") as book:
            for name, compression in [*first, *((name, zipfile.ZIP_DEFLATED) for name in rest)]:
                entry = zipfile.ZipInfo(name, when)
                entry.compress_type = compression
                entry.external_attr = 0o644 << 16
                book.writestr(entry, (out / name).read_bytes())


def setup_part(app: Sphinx) -> None:
    """Register builder and theme."""
    app.add_builder(BookEpubBuilder)
    app.set_translator(BookEpubBuilder.name, ScopedTranslator)
    app.add_html_theme(THEME, str(HERE / "theme" / THEME))
