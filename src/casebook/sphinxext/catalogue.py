"""Directives that write what a claim leads to: statements, evidence and references, with filters and links back."""

from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casebook import summaries
from casebook.sphinxext.domain import KINDS, NAME, catalogue_address
from casebook.sphinxext.writing import Part, StudyDirective, inline, outside, paragraph, row_head, script_json
from casebook.study import Study
from casebook.tokens import SIGN
from casebook.wording import sentence

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


class catalogue_index(nodes.General, nodes.Element):
    """What the filters of the catalogue need to know of its rows, as JSON; nothing on paper."""


class used_in(nodes.General, nodes.Element):
    """The pages that refer to a thing; filled when all pages have been read."""


class catalogue_link(nodes.General, nodes.TextElement):
    """A link to the rows of the catalogue that ``query`` shows; ``first`` is the first of them."""


def rows_link(text: str, query: str, first: str, spoken: str = "") -> catalogue_link:
    """Return a link to rows of the catalogue; ``spoken`` says more than its text to who cannot see where it stands."""
    node = catalogue_link(text, text, query=query, first=first)
    if spoken:
        node += inline(spoken, "hidden")
    return node


def fill_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the links to rows of the catalogue their address."""
    for node in list(doctree.findall(catalogue_link)):
        address = catalogue_address(app.builder, docname, node["query"], node["first"])
        link = nodes.reference("", "", *node.children, refuri=address, internal=True, classes=["rows-link"])
        node.replace_self(link)


def visit_index(translator: Any, node: catalogue_index) -> None:
    """Write the index as data that no browser runs and no cell can break out of."""
    if not hasattr(translator.builder, "keep_picture"):
        text = script_json(node["index"])
        translator.body.append(f'<script type="application/json" id="catalogue-index">{text}</script>')
    raise nodes.SkipNode


def fill_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Say on which pages a thing is used, with links."""
    domain = app.env.get_domain(NAME)
    for node in list(doctree.findall(used_in)):
        pages = [doc for doc in domain.used_in(node["kind"], node["key"]) if doc != docname]
        parts: list[Part] = ["Used in " if pages else "Not used in the text; it counts in the figures."]
        for place, page in enumerate(pages):
            if place:
                parts.append(", ")
            title = app.env.titles[page].astext()
            reference = nodes.reference(
                title, title, refuri=app.builder.get_relative_uri(docname, page), internal=True
            )
            parts.append(reference)
        if pages:
            parts.append(".")
        node.replace_self(paragraph(*parts, classes=["used-in"]))


def pages_with_uses(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write again when any page was read again: those that say where things are used."""
    targets = env.get_domain(NAME).data["targets"]
    return sorted({docname for (kind, _), (docname, _anchor) in targets.items() if kind == "ev"})


class Evidence(StudyDirective):
    """Every row of evidence with claim, source, locator, standing and what it says of each theme."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each row, in the order of the table."""
        study = self.study
        sources = study["sources"].set_index("source_id")
        pairs = summaries.agreed_pairs(study).groupby("evidence_id")
        stances = {key: list(zip(g["theme_id"], g["stance"], strict=True)) for key, g in pairs}
        rows = list(study["evidence"].itertuples())
        index = catalogue_index("", index=self._index(study, sources, stances))
        return [
            index,
            *[self._row(row, sources.loc[row.source_id], stances.get(row.evidence_id, [])) for row in rows],
        ]

    @staticmethod
    def _index(
        study: Study, sources: pd.DataFrame, stances: dict[str, list[tuple[str, str]]]
    ) -> dict[str, Any]:
        """Return what the filters need: the levels to choose from and the facts of each row."""
        themes = study["themes"]
        rows = [
            {
                "anchor": KINDS["ev"].anchor(row.evidence_id),
                "themes": dict(stances.get(row.evidence_id, [])),
                "type": row.evidence_type,
                "standing": sources.loc[row.source_id, "independence"],
                "publisher": sources.loc[row.source_id, "publisher"],
                "places": [] if pd.isna(row.place) else row.place.split("; "),
                "year": None if pd.isna(row.year) else int(row.year),
            }
            for row in study["evidence"].itertuples()
        ]
        levels = {
            "themes": [
                [t, f"{t} {title}"] for t, title in zip(themes["theme_id"], themes["title"], strict=True)
            ],
            "stances": list(summaries.STANCES),
            "types": study.order("evidence", "evidence_type"),
            "standings": study.order("sources", "independence"),
        }
        return {"levels": levels, "rows": rows}

    def _row(self, row, source: pd.Series, stances: list[tuple[str, str]]) -> nodes.container:
        head = paragraph(
            inline(row.evidence_id, "key"),
            " ",
            inline(row.evidence_type, "tag"),
            " ",
            inline(source["independence"], "tag", f"standing-{source['independence']}"),
            classes=["row-head"],
        )
        where = [
            outside(source["title"], source["url"]),
            f", {source['publisher']}" + (f", {source['year']}" if pd.notna(source["year"]) else ""),
        ]
        if pd.notna(row.locator):
            where.append(f"; {row.locator}")
        reading = row.verified + (f", {row.verified_on:%d %B %Y}" if pd.notna(row.verified_on) else "")
        facts = [f"Read again: {reading}"]
        if row.basis != "stated":
            facts.append(f"{row.basis} by this edition")
        parts: list[Part] = [". ".join(map(sentence, facts)).replace("..", "."), " "]
        for theme, stance in stances:
            parts += [
                inline(f"{SIGN[stance]} {stance} ", "stance", f"stance-{stance}"),
                *self.refer("theme", [theme]),
                " ",
            ]
        return self.box(
            head,
            paragraph(row.claim, classes=["claim-text"]),
            paragraph(*where, classes=["source-line"]),
            paragraph(*parts, classes=["fine"]),
            used_in("", kind="ev", key=row.evidence_id),
            classes=["row", "evidence-row"],
            anchor=self.place("ev", row.evidence_id),
        )


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
        seen = f"; seen {row.seen_on:%d %B %Y}" if pd.notna(row.seen_on) else ""
        parts += [inline(f"{row.independence}; read: {row.read}{seen}", "fine"), _archived(row)]
        return self.box(paragraph(*parts), classes=["source-row"], anchor=self.place("src", row.source_id))


DIRECTIVES = {"paper-statements": Statements, "evidence-catalogue": Evidence, "reference-list": References}


def setup_part(app: Sphinx) -> None:
    """Register the directives, their nodes and the links back."""
    app.add_node(catalogue_index, html=(visit_index, None))
    app.add_node(used_in)
    app.add_node(catalogue_link)
    app.connect("doctree-resolved", fill_links)
    app.connect("doctree-resolved", fill_uses)
    app.connect("env-updated", pages_with_uses)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
