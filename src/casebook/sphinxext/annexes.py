"""Directives of the annexes: the evidence map as a table, its gaps, breaks in series, and who counts what."""

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from casebook.evidence_map import map_cells, map_gaps
from casebook.sphinxext.catalogue import key_link, rows_link
from casebook.sphinxext.study import BookError
from casebook.sphinxext.writing import Cell, Part, StudyDirective, given, inline, paragraph
from casebook.summaries import STANCES
from casebook.tokens import SIGN
from casebook.wording import counted, number


class EvidenceMatrix(StudyDirective):
    """The evidence map as a table: a number in each cell that leads to the rows behind it."""

    def run(self) -> list[nodes.Node]:
        """Return a table of themes by kinds of evidence."""
        study = self.study
        cells = map_cells(study).set_index(["theme_id", "evidence_type"])
        kinds = study.order("evidence", "evidence_type")
        rows: list[list[Cell]] = []
        for theme in study["themes"].itertuples():
            name: Cell = [*self.refer("theme", [theme.theme_id]), f" {theme.short_title}"]
            here = [self._cell(theme.theme_id, kind, cells.loc[(theme.theme_id, kind)]) for kind in kinds]
            total = int(cells.loc[theme.theme_id]["rows"].sum())
            rows.append([name, *here, number(total)])
        heads = ["Theme", *kinds, "all"]
        return [self.table(heads, rows, ["wide", "matrix"], numeric=range(1, len(heads)))]

    @staticmethod
    def _cell(theme: str, kind: str, cell: pd.Series) -> list[Part]:
        if not cell["rows"]:
            return [inline("none", "none")]
        spoken = f" {'row' if cell['rows'] == 1 else 'rows'}: {theme}, {kind}"
        split = " ".join(f"{SIGN[s]}{number(cell[s])}" for s in STANCES if cell[s])
        link = rows_link(number(cell["rows"]), cell["filter"], cell["first"], spoken)
        return [link, " ", inline(split, "split")]


class MapGaps(StudyDirective):
    """The gaps of the evidence map, a sentence for each."""

    def run(self) -> list[nodes.Node]:
        """Return a list of sentences that name the themes."""
        items = nodes.bullet_list(classes=["gaps"])
        for gap in map_gaps(self.study):
            parts: list[Part] = [f"{gap.says[:1].upper()}{gap.says[1:]} "]
            for place, theme in enumerate(gap.themes):
                if place:
                    parts.append(" and " if place == len(gap.themes) - 1 else ", ")
                parts += self.refer("theme", [theme])
            parts.append(f"; {gap.caution}." if gap.caution else ".")
            item = nodes.list_item()
            item += paragraph(*parts)
            items += item
        return [items]


class BreakTable(StudyDirective):
    """Where series count something else from one year on, with what tells of it."""

    def run(self) -> list[nodes.Node]:
        """Return a table of the breaks, in the order of the table."""
        labels = self.study["indicators"].set_index("indicator_id")["label"]
        rows: list[list[Cell]] = []
        for row in self.study["breaks"].itertuples():
            where = ("ev", row.evidence_id) if pd.notna(row.evidence_id) else ("src", row.source_id)
            what = row.what if row.basis == "stated" else f"{row.what} (Inferred by this edition.)"
            rows.append(
                [
                    labels[row.indicator_id],
                    str(row.year),
                    row.kind,
                    what,
                    self.refer(where[0], [where[1]]),
                ]
            )
        heads = ["Series", "From", "What changed", "How", "Where it stands"]
        return [self.table(heads, rows, ["wide"])]


class IndicatorRegister(StudyDirective):
    """What is counted under one topic (all topics if none is named), by whom, and whether anybody else ever counted it."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a table of the topic's indicators."""
        study, topic = self.study, self.arguments[0] if self.arguments else ""
        indicators = study["indicators"]
        chosen = indicators[indicators["topic"] == topic] if topic else indicators
        if chosen.empty:
            known = ", ".join(dict.fromkeys(indicators["topic"]))
            raise BookError(f"{self.get_location()}: no indicator of the topic {topic!r}; there are {known}")
        values = study["series"].merge(study["sources"][["source_id", "publisher"]], on="source_id")
        rows: list[list[Cell]] = []
        for row in chosen.itertuples():
            mine = values[values["indicator_id"] == row.indicator_id]
            years = sorted(set(mine["year"].astype(int)))
            span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(*years)
            publishers = mine.drop_duplicates("publisher").sort_values(
                "publisher", key=lambda p: p.str.casefold(), kind="stable"
            )
            rows.append(
                [row.label, row.origin, span, number(len(mine)), self._linked(publishers), given(row.caution)]
            )
        heads = ["What is counted", "Who counts", "Years", "Values", "Published by", "Caution"]
        return [self.table(heads, rows, ["wide"], numeric={3})]

    @staticmethod
    def _linked(publishers: pd.DataFrame) -> list[Part]:
        """Name each publisher, with a link to the first of its sources."""
        parts: list[Part] = []
        for place, row in enumerate(publishers.itertuples()):
            if place:
                parts.append(" and " if place == len(publishers) - 1 else ", ")
            link = key_link("", "", kind="src", key=row.source_id)
            link += nodes.Text(row.publisher)
            parts.append(link)
        return parts


class ConflictList(StudyDirective):
    """The disagreements that touch the indicators of one topic, each with a link to its entry."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a list of the disagreements, with how many figures stand in each."""
        study, topic = self.study, self.arguments[0]
        indicators = study["indicators"]
        mine = set(indicators[indicators["topic"] == topic]["indicator_id"])
        series = study["series"]
        rows = set(series[series["indicator_id"].isin(mine)]["evidence_id"].dropna())
        values = study["conflict_values"]
        touched = values[values["indicator_id"].isin(mine) | values["evidence_id"].isin(rows)]
        items = nodes.bullet_list()
        for row in study["conflicts"].itertuples():
            if row.conflict_id in set(touched["conflict_id"]):
                count = int((values["conflict_id"] == row.conflict_id).sum())
                item = nodes.list_item()
                item += paragraph(
                    *self.refer("conflict", [row.conflict_id]),
                    f" {row.title}: {counted(count, 'figure')}, {row.kind}.",
                )
                items += item
        return [items]


DIRECTIVES = {
    "evidence-matrix": EvidenceMatrix,
    "map-gaps": MapGaps,
    "break-table": BreakTable,
    "indicator-register": IndicatorRegister,
    "conflict-list": ConflictList,
}


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
