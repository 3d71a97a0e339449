"""How a panel of series is drawn: lines by year, published values side by side, steps of a scale."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from casebook.drawing import WIDTHS
from casebook.figures.house import (
    LABEL_GAP,
    C,
    Frame,
    house_figure,
    note,
    slot_rows,
    spread,
    text_width,
    wrap,
)
from casebook.markup import BREAK, aside, bold, literal
from casebook.panels import step_names
from casebook.tokens import FIGURE_SIZE
from casebook.wording import large

ORIGIN = {"official": C["official"], "self-reported": C["reported"], "independent": C["ink"]}
DASHES = ("solid", "dot", "dash", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
QUALIFIED = {"at least": "≥ ", "over": "> ", "fewer than": "< ", "about": "≈ ", "exact": ""}


def value_text(row) -> str:
    """Return a value as it is printed, with how exact it is."""
    return QUALIFIED[row.qualifier] + large(row.value, int(row.decimals))


def _segments(
    years: list[int], values: list[float], breaks: frozenset[int] = frozenset()
) -> tuple[list, list]:
    """Break a line where years are missing or count otherwise: a gap in the data is a gap in the line."""
    xs, ys = years[:1], values[:1]
    for (y0, _), (y1, v1) in pairwise(zip(years, values, strict=True)):
        if y1 - y0 > 1 or any(y0 < b <= y1 for b in breaks):
            xs.append(None)
            ys.append(None)
        xs.append(y1)
        ys.append(v1)
    return xs, ys


def _axis_range(values: pd.Series, log: bool) -> tuple[float, float]:
    """Return the range of the value axis, in the axis's own terms (exponents of ten on a log scale)."""
    if log:
        low, high = math.log10(values[values > 0].min()), math.log10(values.max())
        pad = max(0.08 * (high - low), 0.05)
        return low - pad, high + pad
    return min(0.0, values.min()), values.max() * 1.06 or 1.0


@dataclass(frozen=True)
class _Changes:
    """The breaks of a panel: a text for each, the year it begins, and on which row over the plot it stands."""

    texts: tuple[str, ...]
    years: tuple[int, ...]
    levels: tuple[int, ...]

    @property
    def room(self) -> int:
        """Height in pixels that the texts take over the plot."""
        return 16 * (max(self.levels, default=-1) + 1)


def _changes(rows: pd.DataFrame, span: tuple[int, int], width: int, reach: int) -> _Changes:
    """Place the texts of the breaks so that none covers another; ``width`` and ``reach`` in pixels."""
    found = rows[rows["break_year"].notna()][["break_year", "break_label"]].drop_duplicates()
    found = found.sort_values("break_year", kind="stable")
    ends: list[float] = []
    levels, texts = [], []
    for year, label in found.itertuples(index=False):
        text = f"{year}: {label}"
        start = (year - 0.5 - span[0] + 0.4) / (span[1] - span[0] + 0.8) * width
        start = min(start, reach - text_width(text, FIGURE_SIZE - 2))
        level = next((i for i, end in enumerate(ends) if start > end + 6), len(ends))
        ends[level : level + 1] = [start + text_width(text, FIGURE_SIZE - 2)]
        levels.append(level)
        texts.append(text)
    return _Changes(tuple(texts), tuple(map(int, found["break_year"])), tuple(levels))


def _draw_changes(figure: Any, changes: _Changes, frame: Frame, span: tuple[int, int]) -> None:
    """Mark each break with a dashed line and its text over the plot."""
    for text, year, level in zip(changes.texts, changes.years, changes.levels, strict=True):
        high = 8 + 16 * level
        line = {"color": C["challenges"], "width": 1, "dash": "dash"}
        place = {"x0": year - 0.5, "x1": year - 0.5, "y0": 0, "y1": 1 + high / frame.inner_height}
        figure.add_shape(type="line", yref="paper", line=line, name=text, **place)
        at = (year - 0.5 - span[0] + 0.4) / (span[1] - span[0] + 0.8) * frame.inner_width
        over = at + text_width(text, FIGURE_SIZE - 2) - (frame.width - frame.left - 4)
        place = {
            "x": year - 0.5,
            "xshift": 3 - max(0, round(over)),
            "y": 1,
            "yref": "paper",
            "yshift": high + 4,
        }
        note(figure, text, size=FIGURE_SIZE - 2, color=C["challenges"], bgcolor=C["paper"], **place)


def _draw_line(figure: Any, line: int, table: pd.DataFrame) -> None:
    """Draw one series: its line, the values that stand apart from it, and its bounds."""
    style, name = line % len(SYMBOLS), table["line_label"].iloc[0]
    origin = table["origin"].iloc[0]
    color = ORIGIN[origin]
    known = table[table["mark"] == "line"]
    breaks = frozenset(int(y) for y in table["break_year"].dropna())
    xs, ys = _segments(known["year"].tolist(), known["value"].tolist(), breaks)
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines+markers",
        name=name,
        connectgaps=False,
        line={"color": color, "width": 2.5 if line == 0 else 1.5, "dash": DASHES[style % len(DASHES)]},
        marker={
            "symbol": SYMBOLS[style] + ("-open" if origin == "self-reported" else ""),
            "size": 7 if line == 0 else 6,
            "color": color,
        },
        hovertemplate="%{x}: %{y:,}" + aside(name),
    )
    # A withheld number is a bound and an older figure another reading: they stand apart and no line runs through them.
    for mark, symbol, says in (
        ("apart", "asterisk-open", "another value"),
        ("bound", "triangle-down-open", "fewer than"),
    ):
        others = table[table["mark"] == mark]
        if len(others):
            figure.add_scatter(
                x=others["year"].tolist(),
                y=others["value"].tolist(),
                mode="markers",
                name=name,
                marker={
                    "symbol": symbol,
                    "size": 9 if mark == "bound" else 7,
                    "color": color,
                    "line": {"width": 1, "color": color},
                },
                hovertemplate="%{x}: " + literal(says) + " %{y:,}" + aside(name),
            )


def lines(rows: pd.DataFrame, log: bool, unit: str) -> Callable[[bool], Any]:
    """Draw series by year, with a label at the end of each line and a mark at each break."""
    labels = rows.groupby("line")["line_label"].first()
    low, high = _axis_range(rows["value"], log)
    span = int(rows["year"].min()), int(rows["year"].max())

    def build(compact: bool) -> Any:
        size = FIGURE_SIZE - (1 if compact else 0)
        room, left = (112, 44) if compact else (190, 58)
        texts = {line: wrap(label, room - 10, size) for line, label in labels.items()}
        right = min(room, max(text_width(t, size) for t in texts.values()) + 14)
        width = WIDTHS["compact" if compact else "wide"]
        changes = _changes(rows, span, width - left - right, width - left - 4)
        top = 30 + changes.room
        frame = Frame(
            compact,
            height=(270 if compact else 310) + top,
            left=left,
            right=right,
            top=top,
            bottom=28,
        )
        figure = house_figure(frame)
        ends = []
        for line, table in rows.groupby("line"):
            _draw_line(figure, int(line), table)
            last = table.iloc[-1]["value"]
            place = math.log10(last) if log and last > 0 else last
            end = frame.inner_height * (high - place) / (high - low)
            ends.append((line, ORIGIN[table["origin"].iloc[0]], end))
        most = max(text.count(BREAK) + 1 for text in texts.values())
        gap = LABEL_GAP * most + (4 if most > 1 else 0)
        moved = spread([end for _, _, end in ends], gap, 0, frame.inner_height)
        for (line, color, _), at in zip(ends, moved, strict=True):
            place = {"x": 1, "xref": "paper", "xshift": 8, "y": 1 - at / frame.inner_height, "yref": "paper"}
            note(figure, texts[line], size=size, color=color, **place)
        _draw_changes(figure, changes, frame, span)
        corner = {"x": 0, "xref": "paper", "xshift": -frame.left + 4, "y": 1, "yref": "paper"}
        note(figure, unit, yshift=top - 12, size=FIGURE_SIZE - 1, color=C["muted"], **corner)
        _year_axis(figure, span, 4 if compact else 9)
        figure.update_yaxes(
            range=[low, high],
            type="log" if log else "linear",
            tickformat="~s" if log or compact or high > 1e6 else ",~f",
            nticks=6,
            **({"dtick": 1} if log else {}),
        )
        return figure

    return build


def _year_axis(figure: Any, span: tuple[int, int], most: int) -> None:
    """Label at most about ``most`` years, the last one among them."""
    step = max(1, math.ceil((span[1] - span[0]) / most))
    figure.update_xaxes(
        range=[span[0] - 0.4, span[1] + 0.4], dtick=step, tick0=span[1], tickformat="d", showgrid=False
    )


def _slots(rows: pd.DataFrame) -> list[tuple[str, Any]]:
    """Return the rows of a chart of published values: a head for each series, its values, and its breaks."""
    slots: list[tuple[str, Any]] = []
    for _, table in rows.groupby("line"):
        if rows["line"].nunique() > 1:
            slots.append(("head", table["line_label"].iloc[0]))
        for row in table.itertuples():
            if pd.notna(row.break_year):
                slots.append(("break", f"– – {row.break_label} – –"))
            slots.append(("value", row))
    return slots


def _draw_values(figure: Any, slots: list[tuple[str, Any]], shift: float) -> None:
    """Draw the marks of each series, at the places of its values."""
    found: dict[int, list[tuple[int, Any]]] = {}
    for y, (kind, content) in enumerate(slots):
        if kind == "value":
            found.setdefault(int(content.line), []).append((y, content))
    for line, values in found.items():
        row = values[0][1]
        color = ORIGIN[row.origin]
        hollow = "-open" if row.origin == "self-reported" else ""
        figure.add_scatter(
            x=[v.value for _, v in values],
            y=[y + shift for y, _ in values],
            customdata=[int(v.year) for _, v in values],
            mode="markers",
            name=row.line_label,
            showlegend=False,
            hovertemplate="%{customdata}: %{x:,}" + aside(row.line_label),
            marker={
                "symbol": SYMBOLS[line % len(SYMBOLS)] + hollow,
                "size": 10,
                "color": color,
                "line": {"width": 2, "color": color},
            },
        )


def claims(rows: pd.DataFrame, log: bool, unit: str) -> Callable[[bool], Any]:
    """Draw published values, one row each, with the year and who says so."""
    slots = _slots(rows)

    def build(compact: bool) -> Any:
        step, left = (40, 8) if compact else (24, 300)
        # The widest label may belong to the largest value, which stands at the edge of the plot.
        right = max(text_width(value_text(row), FIGURE_SIZE - 1) for row in rows.itertuples()) + 14
        frame = Frame(compact, height=step * len(slots) + 30, left=left, right=right, top=8, bottom=22)
        figure = house_figure(frame)
        shift = 0.2 if compact else 0
        _draw_values(figure, slots, shift)
        for y, (kind, content) in enumerate(slots):
            at = {"x": 0, "xref": "paper", "xshift": 0 if compact else -frame.left + 4}
            if kind == "value":
                room = (frame.width if compact else frame.left) - 16
                who = _cut(f"{content.year}  {content.publisher}", room)
                note(figure, who, y=y - (0.28 if compact else 0), size=FIGURE_SIZE - 1, **at)
                place = math.log10(content.value) if log else content.value
                note(figure, value_text(content), x=place, y=y + shift, xshift=9, size=FIGURE_SIZE - 1)
            elif kind == "break":
                note(figure, content, y=y, size=FIGURE_SIZE - 2, color=C["challenges"], **at)
            else:
                head = bold(wrap(str(content), frame.width - 20))
                note(figure, head, y=y, bgcolor=C["paper"], **at)
        low, high = _axis_range(rows["value"], log)
        figure.update_xaxes(
            range=[low, high],
            type="log" if log else "linear",
            title_text="",
            side="bottom",
            **(_powers(low, high) if log else {"tickformat": "~s", "nticks": 5}),
        )
        slot_rows(figure, len(slots), 0.4)
        return figure

    return build


def _powers(low: float, high: float) -> dict[str, list]:
    """Return the ticks of a logarithmic axis between two exponents of ten: 1k, 1M, 1bn."""
    exponents = range(math.ceil(low), math.floor(high) + 1)
    names = ("", "k", "M", "bn", "tn")
    texts = [f"{10 ** (e % 3)}{names[e // 3]}" if 0 <= e < 15 else f"{10.0**e:g}" for e in exponents]
    return {"tickvals": [10.0**e for e in exponents], "ticktext": texts}


def _cut(text: str, room: int) -> str:
    """Cut a label that does not fit into ``room`` pixels; the table has it whole."""
    return text if text_width(text) <= room else text[: int(room / (FIGURE_SIZE * 0.54)) - 1].rstrip() + "…"


def steps(rows: pd.DataFrame, log: bool, unit: str) -> Callable[[bool], Any]:
    """Draw the level of a scale by year."""
    names = step_names(rows["steps"].iloc[0])

    def build(compact: bool) -> Any:
        left = max(text_width(n) for n in names.values()) + 10
        frame = Frame(compact, height=46 * len(names) + 40, left=left, right=12, top=12, bottom=28)
        figure = house_figure(frame)
        rank = {value: i for i, value in enumerate(sorted(names))}
        years, places = rows["year"].tolist(), [rank[v] for v in rows["value"]]
        xs, ys = _segments(years, places)
        color = ORIGIN[rows["origin"].iloc[0]]
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines+markers",
            connectgaps=False,
            line={"shape": "hv", "color": color, "width": 2},
            marker={"size": 9, "color": color},
            hovertemplate="%{x}" + aside(),
        )
        first, last = min(years), max(years)
        figure.update_xaxes(
            range=[first - 0.5, last + 0.5],
            dtick=4 if compact else 2,
            tick0=last,
            tickformat="d",
            showgrid=False,
        )
        figure.update_yaxes(
            range=[len(names) - 0.5, -0.5],
            tickvals=list(rank.values()),
            ticktext=[names[v] for v in sorted(names)],
        )
        return figure

    return build
