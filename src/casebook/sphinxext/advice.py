"""Directives that write the themes, the actions under them and who would carry them."""

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from casebook import summaries
from casebook.evidence_map import catalogue_query
from casebook.sphinxext.catalogue import rows_link
from casebook.sphinxext.study import BookError
from casebook.sphinxext.writing import Cell, StudyDirective, given, inline, paragraph
from casebook.study import Study
from casebook.tokens import SIGN
from casebook.wording import counted, number, percent, sentence


class Actions(StudyDirective):
    """The actions under one theme of recommendation; without a theme all of them, a section for each theme."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a box for each action of the theme, or a section for each theme that has actions."""
        if not self.arguments:
            return self._sections()
        study, theme = self.study, self.theme(self.arguments[0])
        table = study["recommendations"]
        return [
            self._action(study, row) for row in table[table["theme_id"] == theme["theme_id"]].itertuples()
        ]

    def _sections(self) -> list[nodes.Node]:
        table, sections = self.study["recommendations"], []
        for theme in self.study["themes"].itertuples():
            rows = table[table["theme_id"] == theme.theme_id]
            if rows.empty:
                continue
            section = nodes.section(ids=[nodes.make_id(f"actions-{theme.theme_id}")])
            section += nodes.title("", f"{theme.theme_id} {theme.title}")
            section += [self._action(self.study, row) for row in rows.itertuples()]
            sections.append(section)
        return sections

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
        section += self._confidence(study, row)
        for stance in summaries.STANCES:
            rows = summaries.telling_rows(study, row.theme_id, stance)
            if len(rows):
                section += self._rows(row.theme_id, stance, rows, int(count[stance]))
        section += self._follows(study, row)
        return section

    def _confidence(self, study: Study, row) -> nodes.paragraph:
        """Say how sure one can be of the finding; a field of recommendation is no finding."""
        table = study["confidence"].set_index("theme_id")
        if row.theme_id not in table.index:
            because = (
                ", because a field of recommendation is not a finding" if row.kind == "recommendation" else ""
            )
            why = f"not judged{because}."
            return paragraph(inline("Confidence: ", "term"), why, classes=["theme-numbers"])
        judged = table.loc[row.theme_id]
        return paragraph(
            inline(f"Confidence: {judged['confidence']}. ", "term"),
            judged["confidence_why"],
            classes=["theme-numbers"],
        )

    def _rows(self, theme: str, stance: str, rows: pd.DataFrame, count: int) -> nodes.container:
        items = nodes.bullet_list(classes=["telling"])
        for row in rows.itertuples():
            item = nodes.list_item()
            item += paragraph(
                row.claim, " ", inline(row.independence, "tag"), " ", *self.refer("ev", [row.evidence_id])
            )
            items += item
        head = paragraph(f"{SIGN[stance]} {stance.capitalize()}", classes=["stance-head", f"stance-{stance}"])
        if count > len(rows):
            query = catalogue_query(theme=theme, stance=stance)
            head += [
                nodes.Text("  "),
                rows_link(f"all {number(count)} rows", query, rows["evidence_id"].iloc[0]),
            ]
        return self.box(head, items, classes=["telling-box"])

    def _follows(self, study: Study, row) -> nodes.container:
        """List what a theme implies: the actions that answer a finding, or those of a field of recommendation."""
        table = summaries.implications(study, row.theme_id)
        lead = inline("What follows: ", "term")
        if table.empty:
            return self.box(
                paragraph(lead, "no action of this edition answers this finding."), classes=["follows"]
            )
        items = nodes.bullet_list(classes=["telling"])
        for action in table.itertuples():
            how = f" ({action.directness})" if given(action.directness) else ""
            item = nodes.list_item()
            item += paragraph(*self.refer("rec", [action.recommendation_id]), f" {action.title}{how}")
            items += item
        says = (
            "the actions that answer it, and how directly."
            if table["directness"].notna().any()
            else "the actions in this field."
        )
        return self.box(paragraph(lead, says, classes=["lead-in"]), items, classes=["follows"])


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
            self.table(
                ["Institution", "Kind", "Role", "Task-force membership (as of)", "Source"],
                rows,
                ["wide"],
                caption="The institutions, what they do and whether they sit on the task force",
            )
        ]


DIRECTIVES = {"actions": Actions, "theme-summaries": ThemeSummaries, "actor-table": Actors}


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
