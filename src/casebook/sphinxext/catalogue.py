"""Directives that write what a claim leads to: statements, evidence and references, with filters and links back."""

from collections.abc import Iterator
from html import escape
from typing import Any

import pandas as pd
from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casebook import summaries
from casebook.sphinxext.catalogue_index import FILE, NOTES, index_script, notes_script
from casebook.sphinxext.catalogue_rows import Links, part_count, part_page, part_rows, parts_html, rows_html
from casebook.sphinxext.domain import KINDS, NAME, catalogue_address, home_of, key_address
from casebook.sphinxext.study import study_of
from casebook.sphinxext.writing import Part, StudyDirective, inline, outside, paragraph, row_head

# The Internet Archive's list of its copies of an address; whether it holds any is not known here.
LOOKUP = "https://web.archive.org/web/*/"


class Statements(StudyDirective):
    """The statements of the paper, one after the other, each with its address."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each statement."""
        boxes = []
        for row in self.study["statements"].itertuples():
            head = row_head(row.statement_id, row.title, row.section)
            boxes.append(
                self.box(
                    head,
                    paragraph(row.text),
                    classes=["row", "voiced", "voice-paper"],
                    anchor=self.place("stmt", row.statement_id),
                )
            )
        return boxes


class evidence_rows(nodes.General, nodes.Element):
    """The rows of the catalogue; written when all pages have been read, because each says where it is used."""


def _links(app: Sphinx, page: str) -> Links:
    """Return how a page of the catalogue reaches other things."""
    domain, builder = app.env.get_domain(NAME), app.builder
    targets, home = domain.data["targets"], home_of(page)

    def theme(key: str) -> str:
        docname, anchor = targets["theme", key]
        return f"{builder.get_relative_uri(page, docname)}#{anchor}"

    titles = {docname: title.astext() for docname, title in app.env.titles.items()}
    uses = {key: [p for p in pages if p != home] for key, pages in domain.used_in("ev").items()}
    return Links(theme, lambda docname: builder.get_relative_uri(page, docname), titles, uses)


class catalogue_link(nodes.General, nodes.TextElement):
    """A link to the rows of the catalogue that ``query`` shows; ``first`` is the first of them.

    One that is ``plain_on_paper`` is a link on the site only.
    """


class key_link(nodes.General, nodes.TextElement):
    """A link to the place of a ``key`` of its ``kind``, under words of its own; on the site only."""


def rows_link(text: str, query: str, first: str, spoken: str = "") -> catalogue_link:
    """Return a link to rows of the catalogue; ``spoken`` says more than its text to who cannot see where it stands."""
    node = catalogue_link(text, text, query=query, first=first)
    if spoken:
        node += inline(spoken, "hidden")
    return node


def fill_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the links to rows of the catalogue, and to keys under other words, their address."""
    for node in list(doctree.findall(key_link)):
        found = key_address(app.builder, docname, node["kind"], node["key"])
        if found is None or hasattr(app.builder, "keep_picture"):
            node.replace_self(node.children)
        else:
            node.replace_self(
                nodes.reference("", "", *node.children, refuri=found, internal=True, classes=["key-link"])
            )
    targets = app.env.get_domain(NAME).data["targets"]
    for node in list(doctree.findall(catalogue_link)):
        # A number in prose stays a number on paper, and in a book that has no catalogue.
        on_paper = node.get("plain_on_paper") and hasattr(app.builder, "keep_picture")
        if on_paper or ("ev", node["first"]) not in targets:
            node.replace_self(
                [c for c in node.children if "hidden" not in getattr(c, "attributes", {}).get("classes", ())]
            )
            continue
        address = catalogue_address(app.builder, docname, node["query"], node["first"])
        link = nodes.reference("", "", *node.children, refuri=address, internal=True, classes=["rows-link"])
        node.replace_self(link)


def _part_html(app: Sphinx, home: str, part: int) -> str:
    """Return one part of the catalogue, with the way to the others before and after its rows."""
    study, page = study_of(app.env), part_page(home, part)
    ways = parts_html(study, part, lambda other: app.builder.get_relative_uri(page, part_page(home, other)))
    rows = rows_html(study, part_rows(study, part), _links(app, page))
    return f'<div id="catalogue" data-part="{part}">{ways}{rows}{ways.replace("Parts of", "Parts again of")}</div>'


def fill_rows(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the rows: the first part on the site, all of them on an e-reader; paper has an index in their place."""
    for node in list(doctree.findall(evidence_rows)):
        if getattr(app.builder, "one_page", False):
            continue
        if hasattr(app.builder, "keep_picture"):
            study = study_of(app.env)
            text = rows_html(study, study["evidence"], _links(app, node["home"]), notes=True)
        else:
            text = _part_html(app, node["home"], 0)
        node.replace_self(nodes.raw("", text, format="html"))


def _catalogue_home(app: Sphinx) -> str:
    """Return the page of the catalogue; nothing where the book has none."""
    targets = app.env.get_domain(NAME).data["targets"]
    return next((home_of(page) for (kind, _), (page, _) in targets.items() if kind == "ev"), "")


def _words(page: str, title: str, body: str) -> nodes.document:
    """Return what the search reads of a part.

    It knows documents and not parts, so a word leads to the first part, where the filter finds the row.
    """
    document = new_document(page)
    section = nodes.section(
        "", nodes.title("", title), nodes.raw("", body, format="html"), ids=[nodes.make_id(title)]
    )
    document += section
    return document


def further_parts(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of the second part and those after it, and feed their words to the search."""
    home = _catalogue_home(app)
    if not home or hasattr(app.builder, "keep_picture"):
        return
    study, title = study_of(app.env), app.env.titles[home].astext()
    count = part_count(study)
    for part in range(1, count):
        page, name = part_page(home, part), f"{title}, part {part + 1} of {count}"
        body = _part_html(app, home, part)
        if app.builder.search:
            app.builder.index_page(home, _words(page, title, body), title)
        context = {
            "title": name,
            "body": f"<section><h1>{escape(name)}</h1>{body}</section>",
            "part_of": home,
        }
        yield page, context, "page.html"


def write_index(app: Sphinx, problem: Exception | None) -> None:
    """Write what the filters need, and the notes of the rows, beside the other scripts."""
    home = _catalogue_home(app)
    if problem or not home or app.builder.name != "html":
        return
    study, static = study_of(app.env), app.outdir / "_static"
    (static / FILE).write_text(index_script(study, home), encoding="utf-8")
    (static / NOTES).write_text(notes_script(study), encoding="utf-8")


def pages_with_uses(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write again when any page was read again: those that say where things are used."""
    targets = env.get_domain(NAME).data["targets"]
    return sorted({home_of(page) for (kind, _), (page, _) in targets.items() if kind == "ev"})


class Evidence(StudyDirective):
    """Every row of evidence with claim, source, locator, standing and what it says of each theme."""

    def run(self) -> list[nodes.Node]:
        """Give each row its address, in the order of the table; the rows are written at the end."""
        study, home, domain = self.study, self.env.docname, self.env.get_domain(NAME)
        for part in range(part_count(study)):
            page = part_page(home, part)
            for key in part_rows(study, part)["evidence_id"]:
                domain.note_target("ev", key, page, KINDS["ev"].anchor(key))
        spoken_of = summaries.agreed_pairs(study)["theme_id"].unique()
        domain.note_uses(home, "theme", list(spoken_of), self.get_location())
        return [evidence_rows("", home=home)]


def _archived(row) -> nodes.inline:
    """Return the link to the archived copy, or, on screen only, one that looks for copies of the address."""
    known = pd.notna(row.archived_url)
    link = (
        outside("archived copy", row.archived_url)
        if known
        else outside("look for an archived copy", f"{LOOKUP}{row.url}")
    )
    node = nodes.inline(classes=["fine"] if known else ["fine", "lookup"])
    node += [nodes.Text("; "), link]
    return node


class References(StudyDirective):
    """Every source, by author, with its standing and how it was read."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each source, in the order of author and year."""
        table = self.study["sources"]
        table = table.assign(sort=table["author"].str.casefold()).sort_values(["sort", "year", "source_id"])
        return [self._source(row) for row in table.itertuples()]

    def _source(self, row) -> nodes.container:
        year = str(row.year) if pd.notna(row.year) else "n.d."
        author = row.author.rstrip(".")
        parts: list[Part] = [f"{author} ({year}). ", outside(row.title, row.url), f". {row.publisher}. "]
        if pd.notna(row.doi):
            parts += [outside(f"doi:{row.doi}", f"https://doi.org/{row.doi}"), ". "]
        seen = f"; seen {row.seen_on:%d %B %Y}" if pd.notna(row.seen_on) else "; day seen not recorded"
        parts += [inline(f"{row.independence}; read: {row.read}{seen}", "fine"), _archived(row)]
        return self.box(paragraph(*parts), classes=["source-row"], anchor=self.place("src", row.source_id))


DIRECTIVES = {"paper-statements": Statements, "evidence-catalogue": Evidence, "reference-list": References}


def setup_part(app: Sphinx) -> None:
    """Register the directives, their nodes and the links back."""
    app.add_node(evidence_rows)
    app.add_node(catalogue_link)
    app.add_node(key_link)
    app.connect("doctree-resolved", fill_links)
    app.connect("doctree-resolved", fill_rows)
    app.connect("html-collect-pages", further_parts)
    app.connect("build-finished", write_index)
    app.connect("env-updated", pages_with_uses)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
