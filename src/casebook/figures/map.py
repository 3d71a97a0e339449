"""The evidence map as a picture: a circle for each theme, kind of evidence and stance."""

import math
from typing import Any

import pandas as pd

from casebook.drawing import Area, Drawing, Head
from casebook.evidence_map import STANDINGS, evidence_map, map_cells
from casebook.figures.house import C, Frame, house_figure, note, text_width
from casebook.markup import BREAK, aside, bold
from casebook.study import Study
from casebook.summaries import STANCES
from casebook.tokens import FIGURE_SIZE, SIGN
from casebook.wording import counted, sentence

# Dark and full, grey and full, hollow: they stay apart in grey print too.
LOOKS = dict(
    zip(
        STANDINGS,
        (("circle", C["accent"]), ("circle", C["neutral"]), ("circle-open", C["reported"])),
        strict=True,
    )
)
# Places of the stances within a cell, from left to right as in the balance of Annex A.
PLACES = {"challenges": -0.32, "qualifies": 0.0, "supports": 0.32}
SMALL = FIGURE_SIZE - 2


def _frame(table: pd.DataFrame, kinds: list[str], compact: bool) -> Frame:
    themes = table["theme_id"].nunique()
    heads = max(text_width(kind, SMALL) for kind in kinds) if compact else 44
    top = heads + (62 if compact else 50)
    step = 46 if compact else 32
    return Frame(compact, height=step * themes + top + 10, left=8 if compact else 216, top=top, bottom=10)


def _circles(figure: Any, table: pd.DataFrame, kinds: list[str], frame: Frame) -> None:
    """Draw the circles; their areas are as the numbers of rows."""
    column = {kind: x for x, kind in enumerate(kinds)}
    row = {theme: y for y, theme in enumerate(dict.fromkeys(table["theme_id"]))}
    most, widest = table["rows"].max(), 0.36 * frame.inner_width / len(kinds)
    shift = 0.16 if frame.compact else 0.0
    for standing, (symbol, color) in LOOKS.items():
        part = table[table["standing"] == standing]
        figure.add_scatter(
            x=[column[r.evidence_type] + PLACES[r.stance] for r in part.itertuples()],
            y=[row[r.theme_id] + shift for r in part.itertuples()],
            mode="markers",
            name=standing,
            customdata=part[["theme_id", "evidence_type", "stance", "rows", "filter", "first"]]
            .to_numpy()
            .tolist(),
            marker={
                "symbol": symbol,
                "size": [round(max(4.5, widest * math.sqrt(n / most)), 2) for n in part["rows"]],
                "color": color,
                "opacity": 1,
                "line": {"width": 1.5, "color": color},
            },
            hovertemplate="%{customdata[0]}, %{customdata[1]}: %{customdata[3]} %{customdata[2]}"
            + aside(standing),
        )


def _heads(figure: Any, kinds: list[str], frame: Frame) -> None:
    """Name the kinds over their columns, and under each name the three stances by their sign."""
    for x, kind in enumerate(kinds):
        words = kind if frame.compact else kind.replace("-", f"-{BREAK}", 1).replace(" ", BREAK, 1)
        turned = {"textangle": -90} if frame.compact else {"align": "center"}
        above = {"y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
        note(figure, words, x=x, size=SMALL, yshift=20, **above, **turned)
        for stance, place in PLACES.items():
            note(figure, SIGN[stance], x=x + place, size=SMALL, color=C["muted"], yshift=1, **above)


def _legend(figure: Any, table: pd.DataFrame, frame: Frame) -> None:
    """Say what the colours mean, and nothing of a standing that does not occur."""
    x, line = 0, 0
    for standing, (symbol, color) in LOOKS.items():
        if standing not in set(table["standing"]):
            continue
        text = f"{'○' if symbol.endswith('open') else '●'} {standing}"
        if x + text_width(text, SMALL) > frame.width - 16:
            x, line = 0, line + 1
        place = {"x": 0, "xref": "paper", "xshift": x - frame.left + 4, "y": 1, "yref": "paper"}
        note(figure, text, size=SMALL, color=color, yshift=frame.top - 10 - 16 * line, **place)
        x += text_width(text, SMALL) + 12


def _labels(figure: Any, table: pd.DataFrame, frame: Frame) -> None:
    for y, row in enumerate(table.drop_duplicates("theme_id").itertuples()):
        label = f"{bold(row.theme_id)}  {row.short_title}"
        if frame.compact:
            note(figure, label, x=0, xref="paper", y=y - 0.34, size=SMALL, bgcolor=C["paper"])
        else:
            note(figure, label, x=0, xref="paper", xshift=-frame.left + 4, y=y)


def map_of_evidence(study: Study) -> Drawing:
    """Return the map of theme by kind of evidence: size says how much, colour how independent, place which way."""
    table = evidence_map(study)
    kinds = [k for k in study.order("evidence", "evidence_type") if k in set(table["evidence_type"])]

    def build(compact: bool) -> Any:
        frame = _frame(table, kinds, compact)
        figure = house_figure(frame)
        _circles(figure, table, kinds, frame)
        _heads(figure, kinds, frame)
        _legend(figure, table, frame)
        _labels(figure, table, frame)
        for x in range(1, len(kinds)):
            figure.add_vline(x=x - 0.5, line={"color": C["line"], "width": 1}, layer="below")
        figure.update_xaxes(
            range=[-0.5, len(kinds) - 0.5], showticklabels=False, showgrid=False, linecolor=C["line"]
        )
        themes = table["theme_id"].nunique()
        figure.update_yaxes(
            range=[themes - 0.5, -0.5],
            showticklabels=False,
            gridcolor=C["faint"],
            dtick=1,
            tick0=-0.5,
            linecolor=C["line"],
        )
        return figure

    return Drawing(
        name="evidence-map",
        title="How much evidence of which kind bears on each theme",
        caption=_caption(study, table),
        alt="A grid of themes by kinds of evidence; in each cell up to three circles, from left to right for what "
        "challenges, qualifies and supports, as large as the number of rows. " + _sizes(table),
        rows=table,
        heads={
            "theme_id": Head("Theme", key="theme"),
            "title": Head("Title"),
            "evidence_type": Head("Kind of evidence"),
            "stance": Head("Stance"),
            "rows": Head("Rows", 0, link=("filter", "first")),
            "independent": Head("of these independent or peer-reviewed", 0),
            "reported": Head("of these self-reported", 0),
            "standing": Head("Colour"),
            "first": Head("First of them"),
            "filter": Head("Filter of the catalogue"),
        },
        build=build,
        note="A map shows how much evidence was found, not what it says or how good it is. "
        f"From left to right in a cell: {', '.join(f'{SIGN[s]} {s}' for s in PLACES)}. Area: rows of evidence. "
        "Colour: what more than half of the rows are. A row counts once for each theme it bears on. A cell leads to its rows.",
        areas=_areas(study, kinds),
    )


def _areas(study: Study, kinds: list[str]) -> tuple[Area, ...]:
    """Return the cells with rows, each with the part of the catalogue that it leads to."""
    cells = map_cells(study)
    row = {theme: y for y, theme in enumerate(dict.fromkeys(cells["theme_id"]))}
    areas = []
    for cell in cells[cells["rows"] > 0].itertuples():
        stances = ", ".join(f"{getattr(cell, s)} {s}" for s in STANCES if getattr(cell, s))
        text = f"{cell.theme_id}, {cell.evidence_type}: {stances}"
        areas.append(Area(kinds.index(cell.evidence_type), row[cell.theme_id], text, cell.filter, cell.first))
    return tuple(areas)


def _caption(study: Study, table: pd.DataFrame) -> str:
    cells = map_cells(study)
    full = cells.loc[cells["rows"].idxmax()]
    empty = int((cells["rows"] == 0).sum())
    outside = int((table.groupby(["theme_id", "evidence_type"])["independent"].sum() == 0).sum())
    return sentence(
        f"{counted(empty, 'cell')} of {len(cells)} are empty, and {counted(outside, 'other')} hold no row from an "
        f"independent or peer-reviewed source; the fullest is “{full['evidence_type']}” on {full['theme_id']} "
        f"with {counted(int(full['rows']), 'row')}"
    )


def _sizes(table: pd.DataFrame) -> str:
    sums = table.groupby(["theme_id", "stance"], sort=False)["rows"].sum().unstack(fill_value=0)
    sums = sums.reindex(columns=list(STANCES), fill_value=0)
    parts = [
        f"{r.Index}: {r.supports} support, {r.qualifies} qualify, {r.challenges} challenge"
        for r in sums.itertuples()
    ]
    return "; ".join(parts) + "."
