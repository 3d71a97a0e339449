"""Recommendation matrices as dots: what answers what, and who carries it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from casebook import matrices
from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note, text_width, wrap
from casebook.study import Study
from casebook.tokens import FIGURE_SIZE
from casebook.wording import counted, listed, lowered, sentence

# Three steps that differ in shape as well as in weight, so that they stay apart in grey and at phone size.
SHAPES = (("circle", C["accent"]), ("circle-open-dot", C["accent"]), ("circle-open", C["neutral"]))


@dataclass(frozen=True)
class Grid:
    """A matrix to draw: rows and columns by key with their labels, and a level for each filled cell."""

    rows: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, str, str]]
    levels: Sequence[str]
    groups: Sequence[str]


def _dots(grid: Grid) -> Callable[[bool], object]:
    def build(compact: bool):
        size = FIGURE_SIZE - 2
        heads = [code if compact else label for code, label in grid.columns]
        top = max(text_width(h, size) for h in heads) + 48
        wide_labels = min(330, max(text_width(f"{k}  {label}", size) for k, label in grid.rows) + 8)
        frame = Frame(
            compact,
            height=19 * len(grid.rows) + top + 10,
            left=46 if compact else wide_labels,
            top=top,
            bottom=10,
        )
        figure = house_figure(frame)
        row_at = {key: i for i, (key, _) in enumerate(grid.rows)}
        column_at = {key: i for i, (key, _) in enumerate(grid.columns)}
        for level, (shape, color) in zip(grid.levels, SHAPES, strict=False):
            chosen = [(column_at[c], row_at[r]) for r, c, at in grid.cells if at == level]
            figure.add_scatter(
                x=[x for x, _ in chosen],
                y=[y for _, y in chosen],
                mode="markers",
                name=level,
                marker={
                    "symbol": shape,
                    "size": 9 if compact else 11,
                    "color": color,
                    "line": {"width": 2, "color": color},
                },
                hovertemplate="%{text}<extra>" + level + "</extra>",
                text=[f"{grid.rows[y][0]} – {grid.columns[x][1]}" for x, y in chosen],
            )
        for y, (key, label) in enumerate(grid.rows):
            text = f"<b>{key}</b>" if compact else f"<b>{key}</b>  {label}"
            note(figure, text, x=0, xref="paper", xshift=-frame.left + 2, y=y, size=size)
        for x, head in enumerate(heads):
            note(
                figure,
                head,
                x=x,
                y=1,
                yref="paper",
                textangle=-90,
                xanchor="center",
                yanchor="bottom",
                yshift=4,
                size=size,
            )
        x = 0
        for level, (shape, color) in zip(grid.levels, SHAPES, strict=False):
            mark = {"circle": "●", "circle-open-dot": "◉", "circle-open": "○"}[shape]
            note(
                figure,
                f"{mark} {level}",
                x=0,
                xref="paper",
                xshift=x - frame.left + 2,
                y=1,
                yref="paper",
                yshift=frame.top - 12,
                size=size,
                color=color,
            )
            x += text_width(f"{mark} {level}", size) + 16
        for y, (before, after) in enumerate(zip(grid.groups, grid.groups[1:], strict=False)):
            if before != after:
                figure.add_hline(y=y + 0.5, line={"color": C["neutral"], "width": 1})
        axis = {"showticklabels": False, "showgrid": True, "gridcolor": C["faint"], "dtick": 1, "tick0": 0}
        figure.update_xaxes(range=[-0.6, len(grid.columns) - 0.4], **axis)
        figure.update_yaxes(range=[len(grid.rows) - 0.5, -0.5], **axis)
        return figure

    return build


def _actions(study: Study) -> tuple[list[tuple[str, str]], list[str]]:
    table = study["recommendations"]
    return list(zip(table["recommendation_id"], table["title"], strict=True)), table["theme_id"].tolist()


def action_findings(study: Study) -> Drawing:
    """Return the matrix of actions by the findings they answer."""
    table = matrices.action_findings(study)
    rows, groups = _actions(study)
    found = matrices.findings(study)
    columns = [(t, f"{t} {s}") for t, s in zip(found["theme_id"], found["short_title"], strict=True)]
    cells = list(zip(table["recommendation_id"], table["theme_id"], table["directness"], strict=True))
    answered = table["theme_id"].value_counts()
    bare = matrices.unanswered_findings(study)
    most = answered.index[0]
    name = lowered(found.set_index("theme_id").loc[most, "short_title"])
    gap = (
        f"no action answers {listed(bare['theme_id'].tolist())}"
        if len(bare)
        else "every finding is answered by at least one action"
    )
    return Drawing(
        name="actions-by-finding",
        title="Which action answers which finding",
        caption=sentence(
            f"{most} ({name}) is answered by {counted(int(answered.iloc[0]), 'action')}, more than any other finding; {gap}"
        ),
        alt=f"A grid of {len(rows)} actions by {len(columns)} findings; a dot where the action answers the finding. "
        + "; ".join(f"{t}: {int(answered.get(t, 0))} actions" for t in found["theme_id"])
        + ".",
        rows=table,
        heads={
            "recommendation_id": Head("Action"),
            "action": Head("Title"),
            "theme_id": Head("Finding"),
            "finding": Head("Name"),
            "directness": Head("Directness"),
            "why": Head("Why"),
            "evidence_id": Head("Evidence"),
        },
        build=_dots(Grid(rows, columns, cells, study.order("addresses", "directness"), groups)),
        note="This edition's reading: the paper names fields of recommendation but does not say which finding each answers.",
    )


def action_actors(study: Study) -> Drawing:
    """Return the matrix of actions by the actors who would lead, support or be consulted."""
    table = matrices.action_actors(study)
    rows, groups = _actions(study)
    load = matrices.actor_load(study)
    columns = list(zip(load["actor_id"], load["actor"], strict=True))
    codes = [(a, n) for a, n in columns]
    cells = list(zip(table["recommendation_id"], table["actor_id"], table["role"], strict=True))
    bare = matrices.actions_without_lead(study)
    first = load.iloc[0]
    gap = (
        f"{counted(len(bare), 'action')} of {len(rows)} {'has' if len(bare) == 1 else 'have'} no actor whose mandate fits the lead"
        if len(bare)
        else "every action has an actor to lead it"
    )
    return Drawing(
        name="actions-by-actor",
        title="Who would carry which action",
        caption=sentence(
            f"{first['name']} would lead {counted(int(first['leads']), 'action')}, more than any other actor; {gap}"
        ),
        alt=f"A grid of {len(rows)} actions by {len(columns)} actors; a mark shows whether the actor leads, supports or is consulted. "
        + "; ".join(f"{r.actor} leads {r.leads}" for r in load[load["leads"] > 0].itertuples())
        + ".",
        rows=table,
        heads={
            "recommendation_id": Head("Action"),
            "action": Head("Title"),
            "actor_id": Head("Code"),
            "actor": Head("Short name"),
            "name": Head("Actor"),
            "role": Head("Part"),
            "basis": Head("Basis"),
            "why": Head("Mandate"),
        },
        build=_dots(Grid(rows, codes, cells, study.order("responsibilities", "role"), groups)),
        note="Parts are proposed by this edition from published mandates unless the table says “stated”. On a narrow screen the columns carry the actors' codes; the table has their names.",
    )


def actor_load(study: Study) -> Drawing:
    """Return how many actions fall to each actor."""
    table = matrices.actor_load(study)
    roles = study.order("responsibilities", "role")
    colors = (C["accent"], C["official"], C["line"])

    def build(compact: bool):
        step = 40 if compact else 24
        frame = Frame(
            compact, height=step * len(table) + 40, left=8 if compact else 210, right=34, top=28, bottom=10
        )
        figure = house_figure(frame)
        base = pd.Series(0, index=table.index)
        shift = 0.18 if compact else 0
        for role, color in zip(roles, colors, strict=False):
            figure.add_bar(
                x=table[role].tolist(),
                base=base.tolist(),
                y=[i + shift for i in range(len(table))],
                orientation="h",
                name=role,
                width=0.42 if compact else 0.66,
                marker={"color": color, "line": {"color": C["paper"], "width": 1}},
                hovertemplate=role + ": %{x}<extra></extra>",
            )
            base = base + table[role]
        for y, row in enumerate(table.itertuples()):
            name = row.name if len(row.name) <= 34 else row.actor
            place = {"y": y - 0.32} if compact else {"y": y, "xshift": -frame.left + 4}
            note(figure, wrap(name, 400), x=0, xref="paper", size=FIGURE_SIZE - 1, **place)
            note(figure, str(row.total), x=row.total, y=y + shift, xshift=4, size=FIGURE_SIZE - 1)
        x = 0
        for role, color in zip(roles, colors, strict=False):
            note(
                figure,
                f"■ {role}",
                x=0,
                xref="paper",
                xshift=x,
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=4,
                size=FIGURE_SIZE - 1,
                color=C["muted"] if color == C["line"] else color,
            )
            x += text_width(f"■ {role}") + 12
        figure.update_xaxes(range=[0, int(table["total"].max())], visible=False)
        figure.update_yaxes(range=[len(table) - 0.4, -0.6], visible=False)
        figure.update_layout(barmode="overlay")
        return figure

    busiest = table.sort_values(["total", "actor_id"], ascending=[False, True]).iloc[0]
    return Drawing(
        name="actor-load",
        title="How much would fall to whom",
        caption=f"{busiest['name']} has a part in {counted(int(busiest['total']), 'action')} of {len(study['recommendations'])}; {counted(int((table['leads'] > 0).sum()), 'actor')} of {len(table)} would lead one or more.",
        alt="Horizontal stacked bars by actor. "
        + "; ".join(
            f"{r.actor}: {r.leads} led, {r.supports} supported, {r.consulted} consulted"
            for r in table.itertuples()
        )
        + ".",
        rows=table,
        heads={
            "name": Head("Actor"),
            **{role: Head(f"{role.capitalize()} (actions)", 0) for role in roles},
            "total": Head("All (actions)", 0),
        },
        build=build,
        note="A long bar is a warning as much as a mandate: an institution with many parts may carry none of them well.",
    )
