"""Directives that write parts of the data package onto a page; the text of a cell stays text."""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from casebook import matrices, summaries
from casebook.sphinxext.domain import KINDS, NAME, claim_nodes
from casebook.sphinxext.study import BookError, study_of
from casebook.study import Study
from casebook.tokens import SIGN
from casebook.wording import counted, number, percent, sentence

Part = str | nodes.Node
Cell = list[Part] | str


def inline(text: str, *classes: str) -> nodes.inline:
    """Return text as an inline node."""
    return nodes.inline(text, text, classes=list(classes))


def paragraph(*parts: Part, classes: Iterable[str] = ()) -> nodes.paragraph:
    """Return a paragraph of texts and nodes."""
    node = nodes.paragraph(classes=list(classes))
    node += [nodes.Text(p) if isinstance(p, str) else p for p in parts]
    return node


def outside(text: str, url: str) -> nodes.reference:
    """Return a link to an address outside the book."""
    return nodes.reference(text, text, refuri=url, classes=["outside"])


def table_of(
    heads: list[str], rows: list[list[Cell]], classes: list[str], numeric: Iterable[int] = ()
) -> nodes.table:
    """Return a table with a head row; the first cell of each row is its head."""
    table = nodes.table(classes=classes)
    group = nodes.tgroup(cols=len(heads))
    table += group
    for i in range(len(heads)):
        group += nodes.colspec(colwidth=1, **({"stub": 1} if i == 0 else {}))

    def row_of(cells: list[Cell]) -> nodes.row:
        row = nodes.row()
        for i, cell in enumerate(cells):
            entry = nodes.entry(classes=["number"] if i in set(numeric) else [])
            entry += paragraph(*([cell] if isinstance(cell, str) else cell))
            row += entry
        return row

    head, body = nodes.thead(), nodes.tbody()
    head += row_of(list(heads))
    body += [row_of(row) for row in rows]
    group += [head, body]
    return table


def given(value: object) -> str:
    """Return a cell's text, nothing for a missing one; a year without decimals."""
    return "" if pd.isna(value) else str(value)


class StudyDirective(SphinxDirective):
    """A directive that writes from the study and gives what it writes an address."""

    @property
    def study(self) -> Study:
        """The study of this build."""
        return study_of(self.env)

    def place(self, kind: str, key: str) -> str:
        """Record that a thing stands on this page and return its address there."""
        anchor = KINDS[kind].anchor(key)
        self.env.get_domain(NAME).note_target(kind, key, self.env.docname, anchor)
        return anchor

    def refer(self, kind: str, keys: Iterable[str]) -> list[nodes.Node]:
        """Return references to things by key."""
        return claim_nodes(self.env, kind, list(keys), self.get_location())

    def box(self, *children: nodes.Node, classes: Iterable[str] = (), anchor: str = "") -> nodes.container:
        """Return children in a box, with an address if one is named."""
        node = nodes.container(classes=list(classes), ids=[anchor] if anchor else [])
        node += list(children)
        return node

    def theme(self, key: str) -> pd.Series:
        """Return the theme called ``key``; the build stops if there is none."""
        try:
            return self.study.row("themes", key)
        except KeyError as problem:
            raise BookError(f"{self.get_location()}: {problem.args[0]}") from problem


class Statements(StudyDirective):
    """The statements of the paper, one after the other, each with its address."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each statement."""
        boxes = []
        for row in self.study["statements"].itertuples():
            head = paragraph(
                inline(row.statement_id, "key"),
                " ",
                inline(row.title, "row-title"),
                " ",
                inline(row.section, "tag"),
                classes=["row-head"],
            )
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


def visit_index(translator: Any, node: catalogue_index) -> None:
    """Write the index as data that no browser runs and no cell can break out of."""
    if not hasattr(translator.builder, "keep_picture"):
        text = json.dumps(node["index"], ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
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
        facts = [f"Second reading: {reading}"]
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


class Actions(StudyDirective):
    """The actions under one theme of recommendation."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a box for each action of the theme."""
        study, theme = self.study, self.theme(self.arguments[0])
        table = study["recommendations"]
        return [
            self._action(study, row) for row in table[table["theme_id"] == theme["theme_id"]].itertuples()
        ]

    def _action(self, study: Study, row) -> nodes.container:
        origin = {"published": "published bodies", "edition": "this edition"}[row.origin]
        head = paragraph(
            inline(row.recommendation_id, "key"), " ", inline(row.title, "row-title"), classes=["row-head"]
        )
        tags = paragraph(
            inline(row.scope, "tag"),
            " ",
            inline(row.horizon, "tag"),
            " ",
            inline(f"from {origin}", "tag", f"origin-{row.origin}"),
            classes=["row-tags"],
        )
        parts = [
            paragraph(row.action),
            paragraph(inline("Done when: ", "term"), sentence(row.measure), classes=["fine"]),
        ]
        endorsed = study["endorsements"]
        for body in endorsed[endorsed["recommendation_id"] == row.recommendation_id].itertuples():
            year = f" ({body.year})" if pd.notna(body.year) else ""
            parts.append(
                paragraph(
                    inline(f"{body.body}{year}: ", "term"),
                    body.says,
                    " ",
                    *self.refer("src", [body.source_id]),
                    classes=["fine", "endorsement"],
                )
            )
        if row.origin == "edition":
            grounds = study["addresses"]
            keys = grounds[
                (grounds["recommendation_id"] == row.recommendation_id) & grounds["evidence_id"].notna()
            ]["evidence_id"]
            parts.append(
                paragraph(
                    inline("This edition's own, because of ", "term"),
                    *self.refer("ev", dict.fromkeys(keys)),
                    classes=["fine"],
                )
            )
        legal = given(row.legal_basis)
        if legal:
            parts.append(paragraph(inline("Legal basis: ", "term"), sentence(legal), classes=["fine"]))
        if given(row.note):
            parts.append(paragraph(inline("Note: ", "term"), sentence(row.note), classes=["fine"]))
        return self.box(
            head, tags, *parts, classes=["row", "action-row"], anchor=self.place("rec", row.recommendation_id)
        )


class ThemeSummaries(StudyDirective):
    """For each theme of a kind: definition, what the paper says, the evidence each way, what follows."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return a section for each theme of the kind."""
        study = self.study
        themes = study["themes"]
        chosen = themes[themes["kind"] == self.arguments[0]]
        if chosen.empty:
            raise BookError(
                f"{self.get_location()}: no theme of the kind {self.arguments[0]!r}; there are {', '.join(sorted(set(themes['kind'])))}"
            )
        profiles = summaries.theme_profiles(study).set_index("theme_id")
        counts = summaries.stance_counts(study).set_index("theme_id")
        return [
            self._theme(study, row, profiles.loc[row.theme_id], counts.loc[row.theme_id])
            for row in chosen.itertuples()
        ]

    def _theme(self, study: Study, row, profile: pd.Series, count: pd.Series) -> nodes.section:
        section = nodes.section(ids=[self.place("theme", row.theme_id)], classes=["theme-summary"])
        section += nodes.title("", f"{row.theme_id} {row.title}")
        section += paragraph(
            inline("The paper ", "term"),
            "names it as a ",
            row.kind,
            " ",
            *self.refer("stmt", [row.statement_id]),
            ".",
        )
        section += paragraph(inline("This edition takes it to mean: ", "term"), row.definition)
        dated = pd.notna(profile["first_year"])
        years = f"{int(profile['first_year'])}–{int(profile['last_year'])}" if dated else "undated"
        section += paragraph(
            f"{counted(int(profile['total']), 'row')} of evidence from {counted(int(profile['publishers']), 'publisher')}, {years}: ".capitalize(),
            *[
                p
                for s in summaries.STANCES
                for p in (inline(f"{SIGN[s]} {number(count[s])} {s}", "stance", f"stance-{s}"), "  ")
            ],
            f" Self-reported: {percent(profile['share_reported'], 1)}; independent or peer-reviewed: {percent(profile['share_independent'], 1)}.",
            classes=["theme-numbers"],
        )
        for stance in summaries.STANCES:
            rows = summaries.telling_rows(study, row.theme_id, stance)
            if len(rows):
                section += self._rows(stance, rows)
        section += self._actions(study, row)
        return section

    def _rows(self, stance: str, rows: pd.DataFrame) -> nodes.container:
        items = nodes.bullet_list(classes=["telling"])
        for row in rows.itertuples():
            item = nodes.list_item()
            item += paragraph(
                row.claim, " ", inline(row.independence, "tag"), " ", *self.refer("ev", [row.evidence_id])
            )
            items += item
        return self.box(
            paragraph(f"{SIGN[stance]} {stance.capitalize()}", classes=["stance-head", f"stance-{stance}"]),
            items,
            classes=["telling-box"],
        )

    def _actions(self, study: Study, row) -> nodes.paragraph:
        if row.kind in matrices.FINDING_KINDS:
            table = study["addresses"]
            keys = table[table["theme_id"] == row.theme_id]["recommendation_id"]
        else:
            table = study["recommendations"]
            keys = table[table["theme_id"] == row.theme_id]["recommendation_id"]
        if keys.empty:
            return paragraph(
                inline("What follows: ", "term"), "no action of this edition answers this finding."
            )
        return paragraph(inline("What follows: ", "term"), *self.refer("rec", keys))


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
        parts.append(inline(f"{row.independence}; read: {row.read}{seen}", "fine"))
        return self.box(paragraph(*parts), classes=["source-row"], anchor=self.place("src", row.source_id))


class Actors(StudyDirective):
    """The institutions with their role and membership of the task force."""

    def run(self) -> list[nodes.Node]:
        """Return a table of all actors."""
        rows: list[list[Cell]] = []
        for row in self.study["actors"].itertuples():
            source = self.refer("src", [row.source_id]) if pd.notna(row.source_id) else ["–"]
            rows.append(
                [
                    row.name,
                    row.kind,
                    row.role,
                    f"{row.member}" + (f" ({row.as_of})" if pd.notna(row.as_of) else ""),
                    source,
                ]
            )
        return [
            self.box(
                table_of(
                    ["Institution", "Kind", "Role", "Task-force membership (as of)", "Source"], rows, ["wide"]
                ),
                classes=["scroll"],
            )
        ]


class Tables(StudyDirective):
    """The tables of the data package: what a row is, how many there are, and the file."""

    def run(self) -> list[nodes.Node]:
        """Return a table with a download link for each table."""
        study = self.study
        rows: list[list[Cell]] = []
        for table in study.schema.tables:
            file = nodes.reference(
                "",
                table.path,
                refuri=f"{'../' * self.env.docname.count('/')}data/{table.path}",
                internal=True,
            )
            rows.append([[file], table.title, table.description, number(len(study[table.name]))])
        return [
            self.box(
                table_of(["File", "Table", "What a row is", "Rows"], rows, ["wide"], numeric={3}),
                classes=["scroll"],
            )
        ]


class Quantities(StudyDirective):
    """How the evidence is made up: one row a kind of evidence, by standing of the source."""

    def run(self) -> list[nodes.Node]:
        """Return a table of counts."""
        study = self.study
        merged = study["evidence"].merge(study["sources"][["source_id", "independence"]], on="source_id")
        levels = study.order("sources", "independence")
        counts = (
            merged.groupby(["evidence_type", "independence"])
            .size()
            .unstack(fill_value=0)
            .reindex(columns=levels, fill_value=0)
        )
        rows: list[list[Cell]] = []
        for kind in study.order("evidence", "evidence_type"):
            if kind in counts.index:
                values = counts.loc[kind]
                rows.append([kind, *[number(v) for v in values], number(values.sum())])
        rows.append(["all", *[number(v) for v in counts.sum()], number(counts.to_numpy().sum())])
        return [
            self.box(
                table_of(
                    ["Kind of evidence", *levels, "all"], rows, ["wide"], numeric=range(1, len(levels) + 2)
                ),
                classes=["scroll"],
            )
        ]


DIRECTIVES = {
    "paper-statements": Statements,
    "evidence-catalogue": Evidence,
    "actions": Actions,
    "theme-summaries": ThemeSummaries,
    "reference-list": References,
    "actor-table": Actors,
    "data-tables": Tables,
    "evidence-table": Quantities,
}


def setup_part(app: Sphinx) -> None:
    """Register the directives, their nodes and the links back."""
    app.add_node(catalogue_index, html=(visit_index, None))
    app.add_node(used_in)
    app.connect("doctree-resolved", fill_uses)
    app.connect("env-updated", pages_with_uses)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
