"""The PDF edition: the same pages in one document, set by Typst with a sheet of styles for paper."""

import os
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import ensuredir
from sphinx.writers.html5 import HTML5Translator

from casebook.sphinxext import paper
from casebook.sphinxext.brief import BRIEF, brief_page, briefs
from casebook.sphinxext.domain import NAME
from casebook.sphinxext.fonts import (
    Face,
    brought_fonts,
    letters_outside,
    missing_fonts,
    ready_fonts,
    scripts_of,
    system_family,
    with_families,
)
from casebook.sphinxext.metadata import citation, public_address
from casebook.sphinxext.qr import qr_svg
from casebook.sphinxext.study import BookError, study_of
from casebook.sphinxext.titlepage import LICENCES, title_page
from casebook.sphinxext.writing import root_of
from casebook.tables import twin_html

HERE = Path(__file__).parent
THEME = "casebook_print"
PDF = "book.pdf"
# What a reader calls a size of paper → what Typst calls it.
SIZES = {"a4": "a4", "letter": "us-letter"}
# Set by `casebook book`, which puts the editions for paper and e-readers beside the site it has just built.
WITH_PDF = "CASEBOOK_WITH_PDF"
# Set by `casebook pdf --paper`: Jupyter Book's command line has no word for a configuration value.
PAPER = "CASEBOOK_PAPER"
logger = logging.getLogger(__name__)


class PdfBuilder(SingleFileHTMLBuilder):
    """Write the whole book as one page for paper, then as a tagged PDF; the brief as a second, short one."""

    name = "bookpdf"
    epilog = "The PDF is in %(outdir)s."
    # Every address is an anchor of one page.
    one_page = True
    # The site's search, its index and its sources have no place on paper.
    search = False
    copysource = False

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        """Use the bare theme for paper whatever the site uses."""
        return THEME, {}

    @property
    def size(self) -> str:
        """The size of the paper, as Typst names it."""
        wanted = os.environ.get(PAPER) or self.config.casebook_paper_size
        try:
            return SIZES[wanted.lower()]
        except KeyError:
            raise BookError(f"there is no paper size {wanted!r}; there are {', '.join(SIZES)}") from None

    def keep_picture(self, name: str, svg: str) -> str:
        """Write a still beside the page and return its address there."""
        folder = Path(self.outdir) / "figures"
        ensuredir(folder)
        (folder / f"{name}.svg").write_text(with_families(svg, self._faces), encoding="utf-8")
        return f"figures/{name}.svg"

    def elsewhere(self, bundle: dict[str, Any], anchor: str) -> str:
        """Return where a figure's values stand in the book, and the figure itself on the site, with a code to scan."""
        home = self.env.get_domain(NAME).data["drawings"][bundle["name"]][0]
        address = public_address(self.app, f"{home}.html#{anchor}")
        site = f"the page “{escape(self.env.titles[home].astext())}” of the website"
        values = f'Values as a table: <a class="page-at" href="#twin-{bundle["name"]}">page</a>. '
        if len(bundle["rows"]) > paper.LONG:
            values = ""
        code = ""
        if address:
            path = self.keep_picture(f"code-{bundle['name']}", qr_svg(address))
            site = f'<a href="{escape(address)}">{escape(address)}</a>'
            code = f'<img class="code" src="{path}" alt="Code to scan for {escape(address)}"/>'
        return f'<div class="elsewhere">{code}<p>{values}Live figure and data: {site}.</p></div>'

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        outfilename: Any = None,
        event_arg: Any = None,
    ) -> None:
        """Give the page its title and its contents."""
        addctx |= title_page(self.app)
        addctx["book_title"] = self.env.titles[self.config.root_doc].astext()
        if pagename == self.config.root_doc:
            addctx["entries"] = self._entries()
            addctx["figures"] = self._figures()
        super().handle_page(pagename, addctx, templatename, outfilename, event_arg)

    def _parts(self) -> list[tuple[str, list[str]]]:
        """Return the parts of the book: caption and pages of each; a brief is a document of its own."""
        site_map = self.app.config.external_site_map
        apart = briefs(self.env)
        return [
            (part.caption, [str(item) for item in part.items if str(item) not in apart])
            for part in site_map[site_map.root.docname].subtrees
        ]

    def _entries(self) -> list[dict[str, Any]]:
        """Return the contents: parts with the title and address of each chapter."""
        entries = [
            {
                "caption": caption,
                "chapters": [
                    {"title": self.env.titles[doc].astext(), "href": f"#document-{doc}"} for doc in docs
                ],
            }
            for caption, docs in self._parts()
        ]
        return [
            *entries,
            {"caption": APPENDIX, "chapters": [{"title": TWINS, "href": f"#document-{TWINS_AT}"}]},
        ]

    def _numbered(self) -> list[tuple[str, dict[str, Any]]]:
        """Return number and bundle of each figure, in order."""
        numbers = self.env.toc_fignumbers
        drawings = self.env.get_domain(NAME).data["drawings"]
        found = []
        for name, (home, bundle) in drawings.items():
            whole = numbers.get(self.config.root_doc, {}).get(f"{home}/figure", {})
            number = numbers.get(home, {}).get("figure", whole).get(f"figure-{name}")
            if number:
                found.append((number, bundle))
        return [(".".join(map(str, n)), bundle) for n, bundle in sorted(found, key=lambda pair: pair[0])]

    def _figures(self) -> list[dict[str, str]]:
        """Return the list of figures: number, title and address."""
        return [
            {"number": number, "title": bundle["title"], "href": f"#figure-{bundle['name']}"}
            for number, bundle in self._numbered()
        ]

    def fix_refuris(self, tree: nodes.Node) -> None:
        """Keep the last anchor of a link to another page: on one page it is enough, and names no file."""
        for node in tree.findall(nodes.reference):
            head, *anchors = node.get("refuri", "").split("#")
            if not head and len(anchors) > 1:
                node["refuri"] = f"#{anchors[-1]}"

    def assemble_doctree(self) -> nodes.document:
        """Join the pages as chapters of one document and give paper what stands for the screen's ways."""
        doctree = super().assemble_doctree()
        paper.remove_screen_parts(doctree)
        paper.remove_code(doctree)
        study, parts = study_of(self.env), self._parts()
        # The argument of the book: its landing page and its first part.
        with_notes = {self.config.root_doc, *(parts[0][1] if parts else ())}
        part_of = {doc: caption for caption, docs in parts for doc in docs}
        starts = list(doctree.findall(addnodes.start_of_file))
        for start in starts:
            start.parent.remove(start)
        # The landing page is the book in brief.
        brief = [child for child in doctree.children if isinstance(child, nodes.section)]
        chapters = [_chapter(self.config.root_doc, "In brief", brief)]
        for start in starts:
            if start["docname"] in part_of:
                chapters.append(_chapter(start["docname"], part_of[start["docname"]], start.children))
        cited = paper.note_citations(chapters, study, with_notes)
        doctree.children = []
        doctree += [*chapters, self._twins()]
        paper.print_index(doctree, study, cited)
        paper.print_sources(doctree, study, cited)
        paper.print_links(doctree)
        paper.remove_dead_links(doctree)
        paper.tame_long_texts(doctree)
        return doctree

    def _twins(self) -> nodes.container:
        """Return the values of every figure as a chapter of tables."""
        section = nodes.section(ids=["figures-as-tables"])
        section += nodes.title("", TWINS)
        section += nodes.paragraph(
            "",
            f"The values behind the figures, in their order, where a figure has no more than {paper.LONG} of them. "
            "A column that says the same in every row, remarks and the names of sources stand on the website, and so do the longer tables.",
            classes=["lead"],
        )
        for number, bundle in self._numbered():
            if len(bundle["rows"]) > paper.LONG:
                continue
            box = nodes.container(ids=[f"twin-{bundle['name']}"])
            table = twin_html(paper.values_only(bundle), f"Figure {number}: {bundle['title']}")
            box += nodes.raw("", table, format="html")
            section += box
        return _chapter(TWINS_AT, APPENDIX, [section])

    def assemble_toc_fignumbers(self) -> dict[str, dict[str, dict[str, tuple[int, ...]]]]:
        """Keep the numbers that figures and tables have on the site, whichever chapter they stand in."""
        merged = super().assemble_toc_fignumbers()
        root = self.config.root_doc
        for numbers in self.env.toc_fignumbers.values():
            for kind, known in numbers.items():
                merged[root].setdefault(kind, {}).update(known)
        return merged

    def write(self, *ignored: Any) -> None:
        """Write the brief before the book: the book changes the numbering of the environment."""
        trees = {name: brief_page(self, docname) for docname, name in briefs(self.env).items()}
        super().write(*ignored)
        for name, tree in trees.items():
            context = {
                "body": self.render_partial(tree)["body"],
                "title": tree.next_node(nodes.title).astext(),
            }
            self.handle_page(name, context, "brief.html")

    @cached_property
    def _faces(self) -> list[Face]:
        """The fonts to set the book in, those of the data package last."""
        own = HERE / "theme" / THEME / "static" / "fonts"
        if missing := missing_fonts(own):
            raise BookError(
                f"The PDF's font files are missing: {', '.join(missing)} in {own.parent.name}/fonts; bring them back (git checkout) and build again."
            )
        try:
            return ready_fonts(own, brought_fonts(Path(self.srcdir) / "fonts"), Path(self.outdir) / "fonts")
        except OSError as problem:
            raise BookError(
                f"{problem}. Take it out of the package's fonts/, or put a sound one there."
            ) from problem

    def _outside(self, page: Path) -> list[str]:
        """Return the letters of a page that only the system's fonts have.

        Raises:
            BookError: a letter that no font has, in whose place a box would stand.
        """
        letters = letters_outside(page.read_text(encoding="utf-8"), self._faces)
        bare = [c for c in letters if not system_family(c)]
        if bare:
            named = ", ".join(f"{c} (U+{ord(c):04X})" for c in bare[:20])
            more = f" and {len(bare) - 20} more" if len(bare) > 20 else ""
            raise BookError(
                f"No font here shows {named}{more} of the scripts {', '.join(scripts_of(bare))}, so that the PDF would have boxes in their place. "
                "Put a font with these letters into the folder fonts/ of the data package, "
                "or install one (Debian: apt-get install fontconfig fonts-noto-core fonts-noto-cjk), and build again."
            )
        return letters

    def finish(self) -> None:
        """Set the pages as PDFs."""
        # Typst and the libraries that finish its PDF are of no use to a build of the site.
        from casebook.sphinxext.typeset import set_page  # noqa: PLC0415

        super().finish()
        cff = citation(Path(self.app.srcdir))
        licence = LICENCES.get(cff.get("license", ""), ("", ""))
        out = Path(self.outdir)
        named = [("index", PDF), *((name, BRIEF.format(name)) for name in briefs(self.env).values())]
        for name, pdf in named:
            page = out / f"{name}.html"
            set_page(
                page,
                out / pdf,
                self.size,
                self._faces,
                licence=" ".join(filter(None, licence)),
                keywords=cff.get("keywords", ()),
                with_system_fonts=bool(self._outside(page)),
            )
            logger.info("wrote %s", pdf)


APPENDIX, TWINS, TWINS_AT = "Appendix", "The figures as tables", "figures-as-tables-chapter"


def _chapter(docname: str, part: str, children: list[nodes.Node]) -> nodes.container:
    """Return a page of the site as a chapter: its own box, under the name of its part."""
    chapter = nodes.container(ids=[f"document-{docname}"], classes=["chapter"], docname=docname)
    chapter += nodes.paragraph("", part, classes=["part-name"])
    chapter += children
    return chapter


class ScopedTranslator(HTML5Translator):
    """HTML whose table heads say whether they head a column or a row."""

    def visit_entry(self, node: nodes.Element) -> None:
        """Add the scope that docutils leaves out."""
        super().visit_entry(node)
        scope = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
        self.body[-1] = self.body[-1].replace("<th", f'<th scope="{scope}"', 1)


class PaperTranslator(ScopedTranslator):
    """HTML for paper, in which the only paragraph of a cell is the cell: thousands of boxes less to set."""

    @staticmethod
    def _is_cell(node: nodes.Element) -> bool:
        alone = isinstance(node.parent, nodes.entry) and len(node.parent) == 1
        return alone and not (node["ids"] or node["classes"])

    def visit_paragraph(self, node: nodes.Element) -> None:
        """Leave out the tags of a cell's only paragraph."""
        if not self._is_cell(node):
            super().visit_paragraph(node)

    def depart_paragraph(self, node: nodes.Element) -> None:
        """Leave out the tags of a cell's only paragraph."""
        if not self._is_cell(node):
            super().depart_paragraph(node)


class PdfRole(SphinxRole):
    """A link to a file that will stand beside the site; plain text in a build of the site alone.

    ``{pdf}`the book <book.pdf>``` names the file; without a name it is the book.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link or the text."""
        text, _, file = self.text.partition(" <")
        if not os.environ.get(WITH_PDF):
            return [nodes.Text(text)], []
        root = root_of(self.env.docname)
        return [nodes.reference(text, text, refuri=f"{root}{file.rstrip('>') or PDF}", internal=True)], []


def setup_part(app: Sphinx) -> None:
    """Register builder, role and theme."""
    app.add_role("pdf", PdfRole())
    app.add_builder(PdfBuilder)
    app.add_config_value("casebook_paper_size", "A4", "")
    app.set_translator(PdfBuilder.name, PaperTranslator)
    app.add_html_theme(THEME, str(HERE / "theme" / THEME))
