"""The actions by rank, what their points are made of, and how far the ranks hold over all weights."""

import pandas as pd

from casebook.criteria import default_weights
from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note, text_width
from casebook.markup import aside, bold, literal
from casebook.ranking import DRAWS, FIRST, draw_error, ranked
from casebook.ranking import stability as stable_ranks
from casebook.study import Study
from casebook.tokens import FIGURE_SIZE
from casebook.wording import counted, listed, lowered, number, percent, sentence

# Pixels for a row; on a narrow screen its name stands above it.
STEP = {False: 21, True: 42}
# The bar of points is this many times as wide as the bar of one criterion, and a bar fills this part of its place.
POINTS_WIDTH, FILL = 2.4, 0.86


def rank_text(rank: int, tied: bool) -> str:
    """Return a rank as it is printed: “5=” where several actions share it."""
    return f"{rank}=" if tied else str(rank)


def _names(figure, table: pd.DataFrame, frame: Frame) -> None:
    """Write rank, key and title of each action: left of its row, or above it on a narrow picture."""
    size = FIGURE_SIZE - 2
    for y, row in enumerate(table.itertuples()):
        text = f"{rank_text(row.rank, row.tied)}  {bold(row.recommendation_id)}  {row.action}"
        place = {"y": y - 0.33} if frame.compact else {"y": y}
        note(figure, text, x=0, xref="paper", xshift=-frame.left + 2, size=size, **place)


def _frame(table: pd.DataFrame, compact: bool, top: int, right: int) -> Frame:
    names = [f"36=  {r.recommendation_id}  {r.action}" for r in table.itertuples()]
    left = 8 if compact else min(350, max(text_width(n, FIGURE_SIZE - 2) for n in names) + 10)
    return Frame(compact, STEP[compact] * len(table) + top + 10, left=left, right=right, top=top, bottom=10)


def _rows_below(figure, count: int) -> None:
    figure.update_yaxes(range=[count - 0.4, -0.75], visible=False)


def ranking(study: Study) -> Drawing:
    """Return the actions by rank under the study's weights, with what each criterion adds to their points."""
    table, criteria = ranked(study), study["criteria"]
    keys = list(criteria["criterion_id"])
    weights = default_weights(study)
    most = 100 * max(weights.values()) / max(1, sum(weights.values()))

    def build(compact: bool):
        frame = _frame(table, compact, top=76 if compact else 44, right=10)
        figure = house_figure(frame)
        shift = 0.16 if compact else 0
        width = 0.34 if compact else 0.62
        starts = [0.0, *(POINTS_WIDTH + 0.15 + i for i in range(len(keys)))]
        sizes = [POINTS_WIDTH - 0.2, *([FILL] * len(keys))]
        ys = [i + shift for i in range(len(table))]
        for start, size in zip(starts, sizes, strict=True):
            figure.add_bar(
                x=[size] * len(table), base=[start] * len(table), y=ys, width=width, orientation="h",
                marker={"color": C["faint"]}, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
        parts = [("points", table["points"], 100.0, C["ink"])]
        parts += [(key, table[key], most, C["accent"]) for key in keys]
        titles = ["Points", *criteria["title"]]
        for (_, values, whole, color), start, size, title in zip(parts, starts, sizes, titles, strict=True):
            figure.add_bar(
                x=[round(size * v / whole, 4) if whole else 0 for v in values], base=[start] * len(table),
                y=ys, width=width, orientation="h", name=title, marker={"color": color},
                customdata=[round(v, 2) for v in values],
                hovertemplate=literal(title) + ": %{customdata} points" + aside(),
            )  # fmt: skip
        _names(figure, table, frame)
        heads = ["Points", *criteria["short_title"]]
        for start, head in zip(starts, heads, strict=True):
            turned = {"textangle": -90, "xshift": 7} if compact else {}
            note(
                figure, head, x=start, y=1, yref="paper", yanchor="bottom", yshift=4,
                size=FIGURE_SIZE - 2, color=C["muted"], **turned,
            )  # fmt: skip
        # The number stands in the bar where the bar is long enough, which it is for most.
        for y, value in zip(ys, table["points"], strict=True):
            inside = value >= 25
            note(
                figure, number(value, 1), x=(POINTS_WIDTH - 0.2) * value / 100, y=y,
                xanchor="right" if inside else "left", xshift=-3 if inside else 3, size=FIGURE_SIZE - 2,
                color=C["paper"] if inside else C["ink"],
            )  # fmt: skip
        figure.update_xaxes(range=[0, starts[-1] + FILL], visible=False)
        _rows_below(figure, len(table))
        figure.update_layout(barmode="overlay")
        return figure

    judged = [f"“{t}”" for t in criteria[criteria["basis"] == "judged"]["title"]]
    return Drawing(
        name="priorities-ranking",
        title="The actions by rank, and what their points are made of",
        caption=_ranking_caption(table, weights),
        alt=f"Bars for {len(table)} actions in the order of their rank: one for the points, then one for each of {len(keys)} criteria. "
        + "; ".join(
            f"{rank_text(r.rank, r.tied)} {r.recommendation_id} {r.points:.1f}" for r in table.itertuples()
        )
        + ".",
        rows=table.drop(columns="tied"),
        heads={
            "rank": Head("Rank", 0),
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "points": Head("Points (of 100)", 1),
            **{key: Head(f"{title} (points)", 1) for key, title in zip(keys, criteria["title"], strict=True)},
        },
        build=build,
        note="A full bar is the most that the heaviest criterion can add. Points have no meaning of their own: they only order the actions"
        + (f". Judged by this edition: {listed(judged)}; the others are counted." if judged else "."),
    )


def _ranking_caption(table: pd.DataFrame, weights: dict[str, int]) -> str:
    how = "With equal weights" if len(set(weights.values())) == 1 else "With the weights of this edition"
    first = table[table["rank"] == 1]
    names = listed([f"{r.recommendation_id} ({lowered(r.action)})" for r in first.head(3).itertuples()])
    verb = (
        "comes first" if len(first) == 1 else f"and {counted(len(first) - 3, 'other')} share the first rank"
    )
    if 1 < len(first) <= 3:
        verb = "share the first rank"
    rest = table[table["rank"] > 1]
    gap = (
        f", {number(first['points'].iloc[0] - rest['points'].iloc[0], 1)} points ahead of the next"
        if len(rest)
        else ""
    )
    tied = int(table["tied"].sum())
    tail = f"; {tied} of the {len(table)} actions share a rank with another" if tied else ""
    return sentence(
        f"{how} {names} {verb} with {number(first['points'].iloc[0], 1)} of 100 points{gap}{tail}"
    )


def stability(study: Study) -> Drawing:
    """Return how far the ranks hold over all weights: usual ranks, and the share of weights that lead into the first."""
    table = stable_ranks(study)
    table = table.assign(first=100 * table["first"], first_five=100 * table["first_five"])

    def build(compact: bool):
        frame = _frame(table, compact, top=50, right=64)
        figure = house_figure(frame)
        shift = 0.16 if compact else 0
        ys = [i + shift for i in range(len(table))]
        for y, row in zip(ys, table.itertuples(), strict=True):
            figure.add_shape(
                type="line", x0=row.low, x1=row.high, y0=y, y1=y, line={"color": C["neutral"], "width": 3}
            )
        figure.add_scatter(
            x=table["middle"].tolist(), y=ys, mode="markers", name="median rank over all weights",
            marker={"symbol": "circle", "size": 9, "color": C["accent"]},
            customdata=table[["low", "high"]].to_numpy().tolist(),
            hovertemplate="median rank %{x}, usually %{customdata[0]} to %{customdata[1]}" + aside(),
        )  # fmt: skip
        figure.add_scatter(
            x=table["rank"].tolist(), y=ys, mode="markers", name="rank under the edition's weights",
            marker={"symbol": "line-ns-open", "size": 13, "color": C["ink"], "line": {"width": 2}},
            hovertemplate="rank under the edition's weights: %{x}" + aside(),
        )  # fmt: skip
        _names(figure, table, frame)
        for y, share in zip(ys, table["first_five"], strict=True):
            note(figure, percent(share, 100), x=1, xref="paper", xshift=frame.right, xanchor="right", y=y,
                 size=FIGURE_SIZE - 1)  # fmt: skip
        top = {"y": 1, "yref": "paper", "yanchor": "bottom", "size": FIGURE_SIZE - 2}
        note(figure, f"in first {FIRST}", x=1, xref="paper", xshift=frame.right,
             xanchor="right", yshift=4, color=C["muted"], **top)  # fmt: skip
        key = [
            ("●", "median rank", C["accent"]),
            ("━", "usual ranks", C["neutral"]),
            ("|", "rank here", C["ink"]),
        ]
        x = 0
        for mark, name, color in key:
            place = {"xshift": x - frame.left + 2, "yshift": 30 if compact else 22}
            note(figure, f"{bold(mark)} {name}", x=0, xref="paper", color=color, **place, **top)
            x += text_width(f"{mark} {name}", FIGURE_SIZE - 2) + 14
        ticks = [1, *range(5, len(table) + 1, 5)]
        figure.update_xaxes(
            range=[0.2, len(table) + 0.8], tickvals=ticks, side="top", gridcolor=C["faint"], showgrid=True
        )
        _rows_below(figure, len(table))
        return figure

    return Drawing(
        name="priorities-stability",
        title="How far the ranks hold, whatever the weights",
        caption=_stability_caption(table),
        alt=f"For each of {len(table)} actions a line over the ranks it usually has when the weights are drawn at random, with its median. Share of weights that put it among the first {FIRST}: "
        + "; ".join(f"{r.recommendation_id} {r.first_five:.0f} percent" for r in table.itertuples())
        + ".",
        rows=table.drop(columns="tied"),
        heads={
            "rank": Head("Rank here", 0),
            "recommendation_id": Head("Action", key="rec"),
            "action": Head("Title"),
            "first_five": Head(f"In the first {FIRST} (% of weights)", 1),
            "first": Head("First (% of weights)", 1),
            "low": Head("Usual ranks, from", 0),
            "middle": Head("Median rank", 0),
            "high": Head("Usual ranks, to", 0),
        },
        build=build,
        note=f"{number(DRAWS)} sets of weights drawn evenly over all that add up to one; chance moves a share by at most "
        f"{number(draw_error(), 1)} percentage points. Usual ranks hold the middle nine tenths of the draws. “Rank here” is the rank under the weights of the edition. The scores themselves are not varied.",
    )


def _stability_caption(table: pd.DataFrame) -> str:
    best = table.sort_values(["first_five", "rank"], ascending=[False, True]).iloc[0]
    firm = table[table["first_five"] > 50]
    never = int((table["first_five"] < 1).sum())
    half = f"{counted(len(firm), 'action')} {'is' if len(firm) == 1 else 'are'} there under more than half of all weights"
    return sentence(
        f"{best['recommendation_id']} ({lowered(best['action'])}) is among the first {FIRST} under {percent(best['first_five'], 100)} of all weights; "
        f"{half}, and {counted(never, 'action')} of {len(table)} under fewer than one weighting in a hundred"
    )
