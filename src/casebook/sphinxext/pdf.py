"""The PDF edition: the same pages in one document, set by WeasyPrint with a stylesheet for paper."""

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import ensuredir

from casebook.sphinxext.fonts import letters_without_font, missing_fonts, scripts_of
from casebook.sphinxext.study import BookError

HERE = Path(__file__).parent
THEME = "casebook_print"
PDF = "book.pdf"
# Set by `casebook book`, which puts the PDF beside the site it has just built.
WITH_PDF = "CASEBOOK_WITH_PDF"
logger = logging.getLogger(__name__)


class PdfBuilder(SingleFileHTMLBuilder):
    """Write the whole book as one page for paper, then as a tagged PDF."""

    name = "bookpdf"
    epilog = "The PDF is in %(outdir)s."
    # The site's search, its index and its sources have no place on paper.
    search = False
    copysource = False

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        """Use the bare theme for paper whatever the site uses."""
        return THEME, {}

    def keep_picture(self, name: str, svg: str) -> str:
        """Write a still beside the page and return its address there."""
        folder = Path(self.outdir) / "figures"
        ensuredir(folder)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        return f"figures/{name}.svg"

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        outfilename: Any = None,
        event_arg: Any = None,
    ) -> None:
        """Give the page its contents and parts."""
        if pagename == self.config.root_doc:
            addctx["book_title"] = self.env.titles[pagename].astext()
            addctx["entries"] = self._entries()
            addctx["paper_authors"] = self.config.casebook_paper_authors
        super().handle_page(pagename, addctx, templatename, outfilename, event_arg)

    def _parts(self) -> list[tuple[str, list[str]]]:
        """Return the parts of the book: caption and pages of each."""
        site_map = self.app.config.external_site_map
        return [
            (part.caption, [str(item) for item in part.items])
            for part in site_map[site_map.root.docname].subtrees
        ]

    def _entries(self) -> list[dict[str, Any]]:
        """Return the contents: parts with the title and address of each chapter."""
        return [
            {
                "caption": caption,
                "chapters": [
                    {"title": self.env.titles[doc].astext(), "href": f"#document-{doc}"} for doc in docs
                ],
            }
            for caption, docs in self._parts()
        ]

    def fix_refuris(self, tree: nodes.Node) -> None:
        """Keep the last anchor of a link to another page: on one page it is enough, and names no file."""
        for node in tree.findall(nodes.reference):
            head, *anchors = node.get("refuri", "").split("#")
            if not head and len(anchors) > 1:
                node["refuri"] = f"#{anchors[-1]}"

    def assemble_doctree(self) -> nodes.document:
        """Join the pages as chapters of one document, each under the name of its part; code cells stay out."""
        doctree = super().assemble_doctree()
        for cell in list(doctree.findall(HideCodeCellNode)):
            cell.parent.remove(cell)
        for reference in list(doctree.findall(nodes.reference)):
            if not reference.get("refuri", "#").startswith(("#", "http:", "https:", "mailto:")):
                # A file beside the site is nothing on paper.
                reference.parent.replace(reference, reference.children)
        parts = {doc: caption for caption, docs in self._parts() for doc in docs}
        for start in list(doctree.findall(addnodes.start_of_file)):
            start.parent.remove(start)
            doctree += _chapter(start["docname"], parts.get(start["docname"], ""), start.children)
        for wrapper in list(
            doctree.findall(lambda n: isinstance(n, nodes.compound) and "toctree-wrapper" in n["classes"])
        ):
            wrapper.parent.remove(wrapper)
        # The landing page is the book in brief.
        brief = [child for child in doctree.children if isinstance(child, nodes.section)]
        doctree.children = [
            _chapter(self.config.root_doc, "In brief", brief),
            *[child for child in doctree.children if child not in brief],
        ]
        return doctree

    @staticmethod
    def _check_fonts(page: Path) -> None:
        """Stop where WeasyPrint would set another font, or boxes, without a word."""
        stylesheet = HERE / "theme" / THEME / "static" / "print.css"
        if missing := missing_fonts(stylesheet):
            raise BookError(
                f"The PDF's font files are missing: {', '.join(missing)} in {stylesheet.parent.name}/fonts; bring them back (git checkout) and build again."
            )
        if bare := letters_without_font(page.read_text(encoding="utf-8"), stylesheet):
            raise BookError(
                f"No font on this machine shows the letters {' '.join(bare[:20])} ({', '.join(scripts_of(bare))}), so that the PDF would have boxes in their place. "
                "Install one (Debian: apt-get install fonts-noto-core fonts-noto-cjk) and build again."
            )

    def finish(self) -> None:
        """Set the page as a PDF."""
        super().finish()
        # Pango is a system library: whoever only builds the site need not have it.
        try:
            from weasyprint import HTML  # noqa: PLC0415
        except OSError as problem:
            raise BookError(
                f"WeasyPrint needs the system library Pango ({problem}). On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; on macOS: brew install pango"
            ) from problem
        page = Path(self.outdir) / "index.html"
        self._check_fonts(page)
        HTML(filename=str(page)).write_pdf(Path(self.outdir) / PDF, pdf_variant="pdf/ua-1", full_fonts=False)
        logger.info("wrote %s", PDF)


def _chapter(docname: str, part: str, children: list[nodes.Node]) -> nodes.container:
    """Return a page of the site as a chapter: its own box, under the name of its part."""
    chapter = nodes.container(ids=[f"document-{docname}"], classes=["chapter"])
    chapter += nodes.paragraph("", part, classes=["part-name"])
    chapter += children
    return chapter


class PdfRole(SphinxRole):
    """A link to the PDF where one will stand beside the site; plain text in a build of the site alone."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link or the text."""
        if not os.environ.get(WITH_PDF):
            return [nodes.Text(self.text)], []
        root = "../" * self.env.docname.count("/")
        return [nodes.reference(self.text, self.text, refuri=f"{root}{PDF}", internal=True)], []


def setup_part(app: Sphinx) -> None:
    """Register builder, role and theme."""
    app.add_role("pdf", PdfRole())
    app.add_builder(PdfBuilder)
    app.add_html_theme(THEME, str(HERE / "theme" / THEME))
