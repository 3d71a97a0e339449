"""Who else recommends an action, how soon it could be done, and what law it needs."""

import math
from typing import Any

import pandas as pd

from casebook import matrices
from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note, wrap
from casebook.markup import aside, bold
from casebook.study import Study
from casebook.tokens import FIGURE_SIZE
from casebook.wording import WORDS, counted, listed, sentence

SMALL = FIGURE_SIZE - 2


def action_bodies(study: Study) -> Drawing:
    """Return the matrix of published bodies by the actions that they recommend."""
    table = matrices.action_bodies(study)
    bodies = list(dict.fromkeys(table["body"]))
    order = study["recommendations"]["recommendation_id"]
    actions = order[order.isin(table["recommendation_id"])].tolist()

    def build(compact: bool) -> Any:
        step, left = (38, 8) if compact else (22, 340)
        frame = Frame(compact, height=step * len(bodies) + 56, left=left, right=8, top=46, bottom=10)
        figure = house_figure(frame)
        shift = 0.2 if compact else 0.0
        figure.add_scatter(
            x=[actions.index(key) for key in table["recommendation_id"]],
            y=[bodies.index(body) + shift for body in table["body"]],
            mode="markers",
            name="recommends",
            customdata=table[["recommendation_id", "body"]].to_numpy().tolist(),
            marker={"symbol": "circle", "size": 8 if compact else 10, "color": C["accent"]},
            hovertemplate="%{customdata[0]}: %{customdata[1]}" + aside(),
        )
        for x, key in enumerate(actions):
            place = {"x": x, "y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom", "yshift": 4}
            note(figure, key, textangle=-90, size=SMALL, **place)
        for y, body in enumerate(bodies):
            place = {"y": y - 0.26} if compact else {"y": y, "xshift": -left + 4}
            ground = {"bgcolor": C["paper"]} if compact else {}
            note(
                figure,
                wrap(body, 344 if compact else 900, SMALL),
                x=0,
                xref="paper",
                size=SMALL,
                **place,
                **ground,
            )
        axis = {"showticklabels": False, "showgrid": True, "gridcolor": C["faint"], "dtick": 1, "tick0": 0}
        figure.update_xaxes(range=[-0.6, len(actions) - 0.4], **axis)
        figure.update_yaxes(range=[len(bodies) - 0.4, -0.7], **{**axis, "showgrid": not compact})
        return figure

    counts = table["recommendation_id"].value_counts()
    alone, own = int((counts == 1).sum()), len(order) - len(actions)
    first = bodies[0]
    most = int((table["body"] == first).sum())
    return Drawing(
        name="actions-by-body",
        title="Which published body recommends which action",
        caption=sentence(
            f"{first} recommends {counted(most, 'action')} of {len(order)}; {counted(alone, 'action')} rest on the word of "
            f"one body, and {counted(own, 'other')} on none, because this edition proposes them"
        ),
        alt=f"A grid of {len(bodies)} bodies by {len(actions)} actions; a dot where the body recommends the action. "
        + "; ".join(
            f"{body}: {listed(keys.tolist())}"
            for body, keys in table.groupby("body", sort=False)["recommendation_id"]
        )
        + ".",
        rows=table,
        heads={
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "body": Head("Body"),
            "year": Head("Year"),
            "says": Head("What it recommends"),
            "source_id": Head("Source", key="src"),
        },
        build=build,
        note="A body’s request shows that an idea was weighed, not that it works; many bodies address other states. "
        "The actions that only this edition proposes have no column.",
    )


def _places(keys: list[str], across: int, deep: int) -> list[tuple[float, float]]:
    """Return where the keys of one cell stand, line by line, in parts of the cell from its upper left corner."""
    return [((i % across + 0.5) / across, (i // across + 0.5) / deep) for i in range(len(keys))]


def action_horizons(study: Study) -> Drawing:
    """Return when the actions could be done, against the law that they need."""
    table = matrices.action_horizons(study)
    horizons = study.order("recommendations", "horizon")
    states = study.order("recommendations", "legal_state")
    cells = {
        key: group["recommendation_id"].tolist() for key, group in table.groupby(["horizon", "legal_state"])
    }
    most = max(len(keys) for keys in cells.values())

    def build(compact: bool) -> Any:
        across = 2 if compact else 4
        deep = math.ceil(most / across)
        left = 8 if compact else 110
        cell = 20 * deep + (24 if compact else 10)
        frame = Frame(compact, height=cell * len(horizons) + 46, left=left, right=8, top=38, bottom=8)
        figure = house_figure(frame)
        head = 22 / cell if compact else 0.0
        for state in states:
            xs, ys, keys = [], [], []
            for y, horizon in enumerate(horizons):
                here = cells.get((horizon, state), [])
                for key, (x, down) in zip(here, _places(here, across, deep), strict=True):
                    xs.append(round(states.index(state) + x, 4))
                    ys.append(round(y + head + down * (1 - head), 4))
                    keys.append(key)
            figure.add_scatter(
                x=xs,
                y=ys,
                text=keys,
                mode="text",
                name=state,
                textfont={"color": C["ink"], "size": FIGURE_SIZE},
                hovertemplate="%{text}" + aside(),
            )
        for x, state in enumerate(states):
            place = {
                "x": x + 0.5,
                "y": 1,
                "yref": "paper",
                "xanchor": "center",
                "yanchor": "bottom",
                "yshift": 6,
            }
            note(figure, bold(state), size=SMALL if compact else FIGURE_SIZE, **place)
        for y, horizon in enumerate(horizons):
            place = {"xshift": 4, "y": y + head / 2} if compact else {"xshift": -left + 4, "y": y + 0.5}
            note(
                figure,
                bold(horizon),
                x=0,
                xref="paper",
                size=SMALL if compact else FIGURE_SIZE,
                **place,
            )
        axis = {"showticklabels": False, "showgrid": True, "gridcolor": C["line"], "dtick": 1, "tick0": 0}
        figure.update_xaxes(range=[0, len(states)], **axis)
        figure.update_yaxes(range=[len(horizons), 0], **axis)
        return figure

    return Drawing(
        name="actions-by-horizon",
        title="How soon an action could be done, and what law it needs",
        caption=_horizon_caption(table, horizons, states),
        alt=f"A grid of {len(horizons)} horizons by {len(states)} states of the law, with the codes of the actions in the cells. "
        + "; ".join(f"{horizon}, {state}: {listed(keys)}" for (horizon, state), keys in cells.items())
        + ".",
        rows=table,
        heads={
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "horizon": Head("Horizon"),
            "horizon_basis": Head("Horizon is"),
            "legal_state": Head("State of the law"),
            "legal_basis": Head("Legal basis"),
        },
        build=build,
        note="; ".join(
            f"{value}: {label}"
            for value, label in study.schema.table("recommendations").column("legal_state").levels
        ).capitalize()
        + ". The table says for each action which law is meant, and whether its horizon is stated or judged.",
    )


def _horizon_caption(table: pd.DataFrame, horizons: list[str], states: list[str]) -> str:
    soon = table[table["horizon"] == horizons[0]]
    free = int((soon["legal_state"] == states[0]).sum())
    judged = int((table["horizon_basis"] == "judged").sum())
    waiting = int((table["legal_state"] == states[-1]).sum())
    return sentence(
        f"{counted(len(soon), 'action')} could be done {horizons[0]}, {WORDS[free] if free < len(WORDS) else free} of them without "
        f"a law; for {counted(waiting, 'action')} part of the law is open; {counted(judged, 'horizon')} of {len(table)} were judged by this edition"
    )
