"""Directives that report on the evidence: codebook, agreement, confidence, disagreements, readings."""

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from casebook.agreement import DRAWS, agreement
from casebook.counted import counted_rows
from casebook.evidence_map import catalogue_query
from casebook.sphinxext.catalogue import rows_link
from casebook.sphinxext.writing import Cell, StudyDirective, given, inline, paragraph, row_head
from casebook.summaries import theme_profiles
from casebook.wording import large, number, percent, sentence


class Codebook(StudyDirective):
    """Each theme with its definition, what counts for each stance, and the boundary cases."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each theme."""
        boxes = []
        for row in self.study["themes"].itertuples():
            head = paragraph(
                *self.refer("theme", [row.theme_id]),
                " ",
                inline(row.title, "row-title"),
                " ",
                inline(row.kind, "tag"),
                classes=["row-head"],
            )
            parts = [paragraph(row.definition)]
            for stance, text in (
                ("supports", row.supporting),
                ("qualifies", row.qualifying),
                ("challenges", row.challenging),
            ):
                parts.append(
                    paragraph(
                        inline(f"{stance.capitalize()}: ", "stance", f"stance-{stance}"),
                        text,
                        classes=["fine"],
                    )
                )
            parts.append(paragraph(inline("At the boundary: ", "term"), row.boundary, classes=["fine"]))
            boxes.append(self.box(head, *parts, classes=["row"]))
        return boxes


class AgreementTable(StudyDirective):
    """Agreement of the two coding passes, overall and by theme."""

    def run(self) -> list[nodes.Node]:
        """Return a table with Krippendorff's alpha and its interval."""
        rows: list[list[Cell]] = []
        for row in agreement(self.study).itertuples():
            name: Cell = (
                [inline("All themes", "term")]
                if row.theme_id == "all"
                else [*self.refer("theme", [row.theme_id]), f" {row.title}"]
            )
            span = "–" if pd.isna(row.low) else f"{row.low:.2f} to {row.high:.2f}"
            rows.append([name, number(row.pairs), percent(row.same, row.pairs), number(row.alpha, 2), span])
        heads = ["Theme", "Pairs", "Same stance", "Krippendorff’s alpha", "95 % interval"]
        note = f"Nominal alpha; the interval is the middle 95 % of {number(DRAWS)} resamples of the pairs, for themes with ten pairs or more."
        return [
            self.table(heads, rows, ["wide"], {1, 2, 3, 4}, "Agreement of the two coding passes by theme"),
            paragraph(note, classes=["fine"]),
        ]


class ConfidenceTable(StudyDirective):
    """Confidence in each finding: what is computed from the rows and what was judged."""

    def run(self) -> list[nodes.Node]:
        """Return a table of the computed parts and a box with the judgement for each finding."""
        study = self.study
        table = (
            study["confidence"]
            .merge(theme_profiles(study), on="theme_id")
            .merge(study["themes"][["theme_id", "title"]], on="theme_id")
        )
        rows: list[list[Cell]] = []
        boxes = []
        for row in table.itertuples():
            shown = counted_rows(study, f"coded({row.theme_id})")
            total = number(row.total)
            computed: list[Cell] = [
                [rows_link(total, *shown, f" rows: {row.title}")] if shown else total,
                percent(row.share_reported, 1),
                percent(row.share_independent, 1),
                number(row.publishers),
            ]
            rows.append(
                [
                    [*self.refer("theme", [row.theme_id]), f" {row.title}"],
                    *computed,
                    f"{int(row.first_year)}–{int(row.last_year)}" if pd.notna(row.first_year) else "undated",
                    percent(row.share_challenging, 1),
                    row.confidence,
                ]
            )
            boxes.append(self._judgement(row))
        heads = [
            "Finding",
            "Rows",
            "Self-reported",
            "Independent or peer-reviewed",
            "Publishers",
            "Years",
            "Challenging",
            "Confidence",
        ]
        caption = "What the confidence in each finding rests on"
        return [self.table(heads, rows, ["wide"], {1, 2, 3, 4, 6}, caption), *boxes]

    def _judgement(self, row) -> nodes.container:
        head = paragraph(
            *self.refer("theme", [row.theme_id]),
            " ",
            inline(row.title, "row-title"),
            " ",
            inline(f"confidence: {row.confidence}", "tag"),
            classes=["row-head"],
        )
        parts = [paragraph(row.confidence_why)]
        for part in ("limitations", "coherence", "adequacy", "relevance"):
            text = f" ({getattr(row, part)}): {getattr(row, f'{part}_why')}"
            parts.append(paragraph(inline(part.capitalize(), "term"), text, classes=["fine"]))
        return self.box(head, *parts, classes=["row"])


class ConflictRegister(StudyDirective):
    """Published figures that differ, group by group."""

    def run(self) -> list[nodes.Node]:
        """Return a box with a small table for each conflict."""
        study = self.study
        values = study["conflict_values"]
        boxes = []
        for row in study["conflicts"].itertuples():
            head = row_head(row.conflict_id, row.title, row.kind)
            lines: list[list[Cell]] = []
            for value in values[values["conflict_id"] == row.conflict_id].itertuples():
                where: Cell = (
                    self.refer("ev", [value.evidence_id])
                    if pd.notna(value.evidence_id)
                    else self.refer("src", [value.source_id])
                )
                decimals = 0 if float(value.value).is_integer() else len(str(value.value).split(".")[1])
                shown = f"{value.value:.0f}" if value.unit == "year" else large(value.value, decimals)
                lines.append(
                    [
                        value.label,
                        f"{shown} {'' if value.unit == 'year' else value.unit}".strip(),
                        where,
                        given(value.note),
                    ]
                )
            heads = ["Who says it", "Figure", "Where", "Remark"]
            caption = f"The figures of {row.conflict_id}, {row.title}"
            table = self.table(heads, lines, ["wide"], caption=caption)
            why = paragraph(inline("Why: ", "term"), sentence(row.why), classes=["fine"])
            use = paragraph(inline("In this edition: ", "term"), sentence(row.use), classes=["fine"])
            boxes.append(
                self.box(
                    head,
                    table,
                    why,
                    use,
                    classes=["row", "conflict-row"],
                    anchor=self.place("conflict", row.conflict_id),
                )
            )
        return boxes


class UntracedNumbers(StudyDirective):
    """Numbers that circulate and could not be traced."""

    def run(self) -> list[nodes.Node]:
        """Return a table of them."""
        rows: list[list[Cell]] = [
            [row.saying, given(row.where_met), given(row.note)] for row in self.study["untraced"].itertuples()
        ]
        return [
            self.table(
                ["The number as it circulates", "Where it was met", "What was looked for"],
                rows,
                ["wide"],
                caption="Numbers in circulation whose origin was not found",
            )
        ]


class EvidenceTable(StudyDirective):
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
                first = merged.loc[merged["evidence_type"] == kind, "evidence_id"].iloc[0]
                total = rows_link(number(values.sum()), catalogue_query(type=kind), first, f" rows: {kind}")
                rows.append([kind, *[number(v) for v in values], [total]])
        total = rows_link(number(len(merged)), "", merged["evidence_id"].iloc[0], " rows")
        rows.append(["all", *[number(v) for v in counts.sum()], [total]])
        return [
            self.table(
                ["Kind of evidence", *levels, "all"],
                rows,
                ["wide"],
                range(1, len(levels) + 2),
                "Rows of evidence by kind and by standing of the source",
            )
        ]


class ReadingsTable(StudyDirective):
    """The readings of the rows against their sources, and what each found."""

    def run(self) -> list[nodes.Node]:
        """Return a table of them; a dash stands for a count that was not kept."""
        counts = ("drawn", "exact", "claim_exact", "loose", "contradicted", "not_retrieved")
        rows: list[list[Cell]] = []
        for row in self.study["readings"].itertuples():
            values = [getattr(row, count) for count in counts]
            date = "not recorded" if pd.isna(row.read_on) else f"{row.read_on:%Y-%m-%d}"
            kept = ["–" if pd.isna(value) else number(int(value)) for value in values]
            rows.append([f"{row.reading_id}, {date}", row.chosen, *kept])
        heads = [
            "Reading",
            "Which rows, and who judged",
            "Rows",
            "Exact",
            "Claim exact",
            "Loose",
            "Contradicted",
            "Not retrieved",
        ]
        caption = "Readings of the rows against their sources"
        return [self.table(heads, rows, ["wide"], range(2, 8), caption)]


DIRECTIVES = {
    "codebook": Codebook,
    "agreement-table": AgreementTable,
    "confidence-table": ConfidenceTable,
    "conflict-register": ConflictRegister,
    "untraced-numbers": UntracedNumbers,
    "evidence-table": EvidenceTable,
    "readings-table": ReadingsTable,
}


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
