"""The way of the evidence from gathering to the book."""

from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note
from casebook.markup import bold
from casebook.study import Study
from casebook.summaries import evidence_flow as flow_rows
from casebook.wording import counted, number, percent

COLORS = {
    "gathered": C["neutral"],
    "included": C["supports"],
    "verified": C["accent"],
    "excluded": C["challenges"],
    "reason": C["qualifies"],
}


def _label(step: str, detail: str) -> str:
    """Name a bar; a part of the bar above it is set in."""
    return f"    {detail}" if step in ("verified", "reason") else detail[:1].upper() + detail[1:]


def evidence_flow(study: Study) -> Drawing:
    """Return the flow from facts gathered to evidence published, with the reasons for leaving out."""
    table = flow_rows(study)
    amount = dict(zip(table["detail"], table["rows"], strict=True))
    gathered, included = amount["facts gathered"], amount["published as evidence"]
    reasons = int((table["step"] == "reason").sum())
    bars = [(_label(r.step, r.detail), r.rows, COLORS[r.step]) for r in table.itertuples()]

    def build(compact: bool):
        step = 40 if compact else 27
        frame = Frame(compact, height=step * len(bars) + 16, left=8 if compact else 190, right=60, bottom=8)
        figure = house_figure(frame)
        shift = 0.16 if compact else 0
        figure.add_bar(
            x=[b[1] for b in bars],
            y=[i + shift for i in range(len(bars))],
            orientation="h",
            width=0.42 if compact else 0.66,
            marker={"color": [b[2] for b in bars]},
            hoverinfo="skip",
        )
        for y, (label, rows, _) in enumerate(bars):
            text = label if label.startswith(" ") else bold(label)
            if compact:
                note(figure, text.replace("    ", "– "), x=0, xref="paper", y=y - 0.34)
            else:
                note(figure, text.replace("    ", "– "), x=0, xref="paper", xshift=-frame.left + 4, y=y)
            note(figure, number(rows), x=rows, y=y + shift, xshift=5)
        figure.update_xaxes(range=[0, gathered], visible=False)
        figure.update_yaxes(range=[len(bars) - 0.4, -0.6], visible=False)
        return figure

    return Drawing(
        name="evidence-flow",
        title="From facts gathered to evidence published",
        caption=f"Of {number(gathered)} facts gathered, {number(included)} are published as evidence; "
        f"{percent(amount['exact'] + amount['corrected'], included)} of these were read again against their source, and {number(amount['corrected'])} were corrected.",
        alt="Horizontal bars. " + "; ".join(f"{label.strip()}: {rows}" for label, rows, _ in bars) + ".",
        rows=table,
        heads={"step": Head("Step"), "detail": Head("Detail"), "rows": Head("Facts (rows)", 0)},
        build=build,
        note=f"Each fact is in one of two tables, evidence or excluded; {counted(reasons, 'reason')} for leaving one out occurred.",
    )
