"""Recommendation matrices as dots: what answers what, and who carries it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from casebook import matrices
from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note, text_width
from casebook.markup import aside, bold, literal
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
                hovertemplate="%{text}" + aside(level),
                text=[f"{grid.rows[y][0]} – {grid.columns[x][1]}" for x, y in chosen],
            )
        for y, (key, label) in enumerate(grid.rows):
            text = bold(key) if compact else f"{bold(key)}  {label}"
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
        _level_key(figure, grid.levels, False, frame)
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
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "theme_id": Head("Finding", key="theme"),
            "finding": Head("Name"),
            "directness": Head("Directness"),
            "why": Head("Why"),
            "evidence_id": Head("Evidence", key="ev"),
        },
        build=_dots(Grid(rows, columns, cells, study.order("addresses", "directness"), groups)),
        note="This edition's reading: the paper names fields of recommendation but does not say which finding each answers.",
    )


def _actor_label(row, room: float, size: float) -> str:
    """Return the name of an actor where it fits into ``room`` pixels, else its acronym."""
    return row.name if text_width(row.name, size) <= room else row.actor


def _full_name(row) -> str:
    """Return the name of an actor as a caption gives it: with the acronym that the figure may carry."""
    return row["name"] if row["actor"] == row["name"] else f"{row['name']} ({row['actor']})"


def _columns(study: Study) -> list[tuple[str, str, str]]:
    """Return the actions as columns: key, theme, and the key without its theme where it begins with it."""
    table = study["recommendations"]
    pairs = zip(table["recommendation_id"], table["theme_id"], strict=True)
    return [(key, theme, key.removeprefix(f"{theme}.")) for key, theme in pairs]


def _column_heads(figure, columns: Sequence[tuple[str, str, str]], bare: set[str], frame: Frame) -> None:
    """Name the actions over their columns: the theme once, the number of each under it; turned where it is too wide."""
    size = FIGURE_SIZE - 2
    each = frame.inner_width / len(columns)
    fits = all(text_width(short, size) <= each + 4 for _, _, short in columns)
    above = {"y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    for x, (key, _, short) in enumerate(columns):
        color = C["challenges"] if key in bare else C["ink"]
        turned = {} if fits else {"textangle": -90}
        note(figure, short if fits else key, x=x, size=size, color=color, yshift=3, **above, **turned)
    themes = [theme for _, theme, _ in columns]
    for theme in dict.fromkeys(themes if fits else []):
        at = [x for x, other in enumerate(themes) if other == theme]
        note(figure, bold(theme), x=(at[0] + at[-1]) / 2, size=size, yshift=18, **above)
    for x, (before, after) in enumerate(pairwise(themes)):
        if before != after:
            figure.add_vline(x=x + 0.5, line={"color": C["neutral"], "width": 1})
    for x, (key, _, _) in enumerate(columns):
        if key in bare:
            place = {"x0": x - 0.5, "x1": x + 0.5, "y0": 0, "y1": 1, "yref": "paper"}
            figure.add_shape(
                type="rect", fillcolor=C["line"], line={"width": 0}, layer="below", name=key, **place
            )


def _level_key(figure, levels: Sequence[str], bare: bool, frame: Frame) -> None:
    """Say over the picture what its marks mean."""
    size, x = FIGURE_SIZE - 2, 0
    marks = {"circle": "●", "circle-open-dot": "◉", "circle-open": "○"}
    items = [
        (f"{marks[shape]} {level}", color) for level, (shape, color) in zip(levels, SHAPES, strict=False)
    ]
    items += [("■ nobody leads", C["muted"])] if bare else []
    for text, color in items:
        place = {"x": 0, "xref": "paper", "xshift": x - frame.left + 2, "y": 1, "yref": "paper"}
        note(figure, text, yshift=frame.top - 12, size=size, color=color, **place)
        x += text_width(text, size) + 16


def action_actors(study: Study) -> Drawing:
    """Return the matrix of actors by the actions they would lead, support or be consulted on."""
    table = matrices.action_actors(study)
    load, columns = matrices.actor_load(study), _columns(study)
    roles = study.order("responsibilities", "role")
    bare = matrices.actions_without_lead(study)["recommendation_id"].tolist()
    column_at = {key: x for x, (key, _, _) in enumerate(columns)}
    row_at = {key: y for y, key in enumerate(load["actor_id"])}

    def build(compact: bool):
        size, step = FIGURE_SIZE - 2, 36 if compact else 20
        frame = Frame(
            compact, height=step * len(load) + 78, left=8 if compact else 206, right=8, top=70, bottom=8
        )
        figure = house_figure(frame)
        shift = 0.18 if compact else 0.0
        for role, (shape, color) in zip(roles, SHAPES, strict=False):
            part = table[table["role"] == role]
            figure.add_scatter(
                x=[column_at[key] for key in part["recommendation_id"]],
                y=[row_at[key] + shift for key in part["actor_id"]],
                mode="markers",
                name=role,
                customdata=part[["recommendation_id", "actor", "action"]].to_numpy().tolist(),
                marker={
                    "symbol": shape,
                    "size": 7 if compact else 10,
                    "color": color,
                    "line": {"width": 1.5 if compact else 2, "color": color},
                },
                hovertemplate="%{customdata[1]}: %{customdata[0]} %{customdata[2]}<extra>"
                + role
                + "</extra>",
            )
        for y, row in enumerate(load.itertuples()):
            room = frame.width - 16 if compact else frame.left - 8
            place = {"y": y - 0.28, "bgcolor": C["paper"]} if compact else {"y": y, "xshift": -frame.left + 4}
            note(figure, _actor_label(row, room, size), x=0, xref="paper", size=size, **place)
        _column_heads(figure, columns, set(bare), frame)
        _level_key(figure, roles, bool(bare), frame)
        axis = {"showticklabels": False, "showgrid": True, "gridcolor": C["faint"], "dtick": 1, "tick0": 0}
        figure.update_xaxes(range=[-0.6, len(columns) - 0.4], **{**axis, "showgrid": not compact})
        figure.update_yaxes(range=[len(load) - 0.5, -0.6], **{**axis, "tick0": shift})
        return figure

    first = load.iloc[0]
    gap = (
        f"{listed(bare)} of the {len(columns)} actions {'has' if len(bare) == 1 else 'have'} no actor whose mandate fits the lead"
        if bare
        else "every action has an actor to lead it"
    )
    return Drawing(
        name="actions-by-actor",
        title="Who would carry which action",
        caption=sentence(
            f"{_full_name(first)} would lead {counted(int(first['leads']), 'action')}, more than any other actor; {gap}"
        ),
        alt=f"A grid of {len(load)} actors by {len(columns)} actions; a mark shows whether the actor leads, supports or is consulted. "
        + "; ".join(f"{r.actor} leads {r.leads}" for r in load[load["leads"] > 0].itertuples())
        + ".",
        rows=table,
        heads={
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "actor_id": Head("Code"),
            "actor": Head("Short name"),
            "name": Head("Actor"),
            "role": Head("Part"),
            "basis": Head("Basis"),
            "why": Head("Mandate"),
        },
        build=build,
        note="Parts are proposed by this edition from published mandates unless the table says “stated”. "
        "Actors stand in the order of what they would lead; the table has every name in full.",
    )


def actor_load(study: Study) -> Drawing:
    """Return how many actions fall to each actor."""
    table = matrices.actor_load(study)
    roles = study.order("responsibilities", "role")
    # Dark, middle, light: they stay apart in grey print and in the dark.
    colors = (C["accent"], C["neutral"], C["line"])

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
                hovertemplate=literal(role) + ": %{x}" + aside(),
            )
            base = base + table[role]
        for y, row in enumerate(table.itertuples()):
            room = frame.width - 16 if compact else frame.left - 8
            place = {"y": y - 0.32} if compact else {"y": y, "xshift": -frame.left + 4}
            name = _actor_label(row, room, FIGURE_SIZE - 1)
            note(figure, name, x=0, xref="paper", size=FIGURE_SIZE - 1, **place)
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
        caption=f"{_full_name(busiest)} has a part in {counted(int(busiest['total']), 'action')} of {len(study['recommendations'])}; {counted(int((table['leads'] > 0).sum()), 'actor')} of {len(table)} would lead one or more.",
        alt="Horizontal stacked bars by actor. "
        + "; ".join(
            f"{r.actor}: {r.leads} led, {r.supports} supported, {r.consulted} consulted"
            for r in table.itertuples()
        )
        + ".",
        rows=table,
        heads={
            "name": Head("Actor"),
            "actor": Head("Short name"),
            **{role: Head(f"{role.capitalize()} (actions)", 0) for role in roles},
            "total": Head("All (actions)", 0),
        },
        build=build,
        note="A long bar is a warning as much as a mandate: an institution with many parts may carry none of them well.",
    )
