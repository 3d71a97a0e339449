"""Published figures that differ, side by side on one scale."""

import math

from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note, slot_rows, wrap
from casebook.markup import aside
from casebook.study import Study
from casebook.summaries import conflict_spread
from casebook.tokens import FIGURE_SIZE
from casebook.wording import counted, lowered, number, sentence


def conflicts(study: Study) -> Drawing:
    """Return how far the figures of each conflict lie apart, as multiples of the smallest."""
    rows = conflict_spread(study)
    widest = rows.groupby("conflict_id")["times"].max().sort_values(ascending=False)
    titles = rows.drop_duplicates("conflict_id").set_index("conflict_id")["title"]

    def build(compact: bool):
        step, left = (44, 8) if compact else (28, 300)
        frame = Frame(compact, height=step * len(widest) + 44, left=left, right=56, top=10, bottom=34)
        figure = house_figure(frame)
        shift = 0.2 if compact else 0
        for y, (key, most) in enumerate(widest.items()):
            group = rows[rows["conflict_id"] == key].sort_values("times")
            figure.add_scatter(
                x=group["times"].tolist(),
                y=[y + shift] * len(group),
                mode="lines+markers",
                name=key,
                line={"color": C["line"], "width": 3},
                marker={
                    "size": 10,
                    "color": C["accent"],
                    "symbol": "circle",
                    "line": {"color": C["paper"], "width": 1},
                },
                text=[
                    f"{r.label}: {number(r.value, 0 if float(r.value).is_integer() else 2)} {r.unit}"
                    for r in group.itertuples()
                ],
                hovertemplate="%{text}" + aside(),
            )
            label = f"{key}  {titles[key]}"
            if compact:
                short = label if len(label) < 62 else label[:60].rstrip() + "…"
                note(figure, short, x=0, xref="paper", y=y - 0.3, size=FIGURE_SIZE - 2, bgcolor=C["paper"])
            else:
                note(
                    figure,
                    wrap(label, left - 16, FIGURE_SIZE - 2),
                    x=0,
                    xref="paper",
                    xshift=-left + 4,
                    y=y,
                    size=FIGURE_SIZE - 2,
                )
            note(
                figure,
                f"×{most:.3g}" if most < 10 else f"×{number(most)}",
                x=math.log10(most),
                y=y + shift,
                xshift=9,
                size=FIGURE_SIZE - 1,
                color=C["muted"],
            )
        high = math.log10(widest.max())
        steps = (
            (1, 10, 100, 1000, 10000, 100000) if compact else (1, 2, 5, 10, 20, 50, 100, 1000, 10000, 100000)
        )
        ticks = [t for t in steps if t <= widest.max() * 1.2]
        figure.update_xaxes(
            type="log",
            range=[-0.03 * (high + 0.2), high * 1.05 + 0.02],
            tickvals=ticks,
            ticktext=[f"×{number(t)}" for t in ticks],
            tickangle=0,
            title_text="times the smallest figure",
        )
        slot_rows(figure, len(widest), 0.5)
        return figure

    first = widest.index[0]
    double = int((widest >= 2).sum())
    return Drawing(
        name="conflicts",
        title="How far published figures lie apart",
        caption=sentence(
            f"in {counted(double, 'conflict')} of {len(widest)} the largest figure is at least twice the smallest; they lie farthest apart for {lowered(titles[first])} (×{number(widest.iloc[0], 0 if widest.iloc[0] >= 10 else 1)})"
        ),
        alt=f"Dot chart, one row for each of {len(widest)} conflicts, a dot for each published figure at its multiple of the smallest one, on a logarithmic scale. "
        + "; ".join(f"{key} up to {value:.3g} times" for key, value in widest.items())
        + ".",
        rows=rows,
        heads={
            "conflict_id": Head("Conflict", key="conflict"),
            "title": Head("What is counted"),
            "label": Head("Who says it"),
            "value": Head("Figure", 2),
            "unit": Head("Unit"),
            "times": Head("Times the smallest", 2),
            "evidence_id": Head("Evidence", key="ev"),
            "source_id": Head("Source", key="src"),
        },
        build=build,
        note="A large distance need not be an error: the register below says what is known of why. Logarithmic scale; conflicts of years or with a zero are in the register only.",
    )
