"""Directives that write the criteria, the judged scores, the ranking that a reader can move, and a panel's spread."""

from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from casebook.criteria import action_scores
from casebook.figures.priorities import rank_text
from casebook.panel_scores import panel_agreement, panel_spread
from casebook.panels import step_names
from casebook.ranking import FIRST, stability
from casebook.sphinxext.domain import NAME
from casebook.sphinxext.study import study_of
from casebook.sphinxext.writing import Cell, StudyDirective, inline, paragraph, script_json
from casebook.wording import counted, number, percent, sentence


class CriteriaTable(StudyDirective):
    """The criteria: question, scale, direction, how the scores come about, weight at the outset."""

    def run(self) -> list[nodes.Node]:
        """Return a table with a row for each criterion."""
        rows: list[list[Cell]] = []
        for row in self.study["criteria"].itertuples():
            scale = "; ".join(f"{score:g} {name}" for score, name in step_names(row.steps).items())
            rows.append(
                [
                    f"{row.title} ({row.short_title})",
                    f"{row.question} {row.note}",
                    scale,
                    row.direction.removesuffix(" is better"),
                    row.basis,
                    number(row.weight),
                ]
            )
        heads = ["Criterion", "Question, and what a score is not", "Scale", "Better", "Basis", "Weight"]
        return [self.table(heads, rows, ["wide"], numeric={5})]


class Judgements(StudyDirective):
    """The reasons of the judged scores, action by action."""

    def run(self) -> list[nodes.Node]:
        """Return a box for each action with the score and the reason on each judged criterion."""
        scores = action_scores(self.study)
        judged = scores[scores["basis"] == "judged"]
        return [self._action(key, rows) for key, rows in judged.groupby("recommendation_id", sort=False)]

    def _action(self, key: str, rows: pd.DataFrame) -> nodes.container:
        head = paragraph(
            *self.refer("rec", [key]), " ", inline(rows["action"].iloc[0], "row-title"), classes=["row-head"]
        )
        parts = []
        for row in rows.itertuples():
            cited = [" ", *self.refer("ev", [row.evidence_id])] if pd.notna(row.evidence_id) else []
            score = f"{row.criterion}, {row.score:g} ({row.step}): "
            parts.append(paragraph(inline(score, "term"), sentence(row.rationale), *cited, classes=["fine"]))
        return self.box(head, *parts, classes=["row"])


class PriorityBoard(StudyDirective):
    """The ranking under the study's weights with its stability; the script of the page makes it live."""

    def run(self) -> list[nodes.Node]:
        """Return the table, and beside it what the script needs."""
        rows: list[list[Cell]] = []
        for row in stability(self.study).itertuples():
            rows.append(
                [
                    rank_text(row.rank, row.tied),
                    [*self.refer("rec", [row.recommendation_id]), f" {row.action}"],
                    number(row.points, 1),
                    percent(row.first_five, 1),
                    f"{row.low:g} to {row.high:g}",
                ]
            )
        heads = [
            "Rank",
            "Action",
            "Points (of 100)",
            f"In the first {FIRST}, over all weights",
            "Usual ranks",
        ]
        table = self.table(heads, rows, ["wide"], numeric={2, 3, 4})
        return [priority_data(), self.box(table, classes=["priority-board"], anchor="priority-board")]


class PanelTable(StudyDirective):
    """Spread and agreement of the panel in the data package; one sentence where there is none."""

    def run(self) -> list[nodes.Node]:
        """Return a table of agreement by criterion and one of the widest spreads."""
        table = self.study["panel_scores"]
        place = self.box(
            paragraph("On the website, with scripts on, a panel’s file can be opened at this place."),
            anchor="panel-place",
        )
        if table.empty:
            none = "No panel has scored the actions for this edition, so there is no spread to show here."
            return [place, paragraph(none)]
        titles = self.study["criteria"].set_index("criterion_id")["title"]
        agreed: list[list[Cell]] = [
            [titles[r.criterion_id], number(r.members), number(r.actions), number(r.alpha, 2)]
            for r in panel_agreement(table).itertuples()
        ]
        spread: list[list[Cell]] = [
            [
                self.refer("rec", [r.recommendation_id]),
                titles[r.criterion_id],
                number(r.members),
                number(r.mean, 1),
                f"{r.low:g} to {r.high:g}",
            ]
            for r in panel_spread(table).itertuples()
        ]
        heads = ["Criterion", "Members", "Actions scored by two or more", "Krippendorff’s alpha (interval)"]
        return [
            place,
            paragraph(
                f"{counted(table['member'].nunique(), 'member')} of a panel gave {counted(len(table), 'score')}.".capitalize()
            ),
            self.table(heads, agreed, ["wide"], numeric={1, 2, 3}),
            self.table(["Action", "Criterion", "Members", "Mean", "Scores"], spread, ["wide"], numeric={2, 3, 4}),
        ]  # fmt: skip


class priority_data(nodes.General, nodes.Element):
    """What the script of the page needs to rank, as JSON; nothing on paper."""


def _board_data(translator: Any) -> dict[str, Any]:
    """Return criteria and actions with their scores, and the address of each action."""
    builder, env = translator.builder, translator.builder.env
    study, targets = study_of(env), env.get_domain(NAME).data["targets"]
    scores = action_scores(study)

    def address(key: str) -> str:
        docname, anchor = targets["rec", key]
        return f"{builder.get_relative_uri(builder.current_docname, docname)}#{anchor}"

    criteria = [
        {
            "id": row.criterion_id, "title": row.title, "short": row.short_title, "question": row.question,
            "basis": row.basis, "direction": row.direction, "low": row.low, "high": row.high, "weight": int(row.weight),
        }
        for row in study["criteria"].itertuples()
    ]  # fmt: skip
    actions = [
        {"id": key, "title": rows["action"].iloc[0], "href": address(key), "scores": rows["score"].tolist()}
        for key, rows in scores.groupby("recommendation_id", sort=False)
    ]
    return {"criteria": criteria, "actions": actions, "first": FIRST}


def visit_data(translator: Any, node: priority_data) -> None:
    """Write the data so that no cell can break out of them."""
    if not hasattr(translator.builder, "keep_picture"):
        text = script_json(_board_data(translator))
        translator.body.append(f'<script type="application/json" id="priority-data">{text}</script>')
    raise nodes.SkipNode


DIRECTIVES = {
    "criteria-table": CriteriaTable,
    "judgements": Judgements,
    "priority-board": PriorityBoard,
    "panel-table": PanelTable,
}


def setup_part(app: Sphinx) -> None:
    """Register the directives and the node."""
    app.add_node(priority_data, html=(visit_data, None))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
