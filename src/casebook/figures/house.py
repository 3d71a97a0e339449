"""The house style of every figure: type, grid, margins, and text that is measured before it is placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from casebook.drawing import WIDTHS
from casebook.markup import BREAK, unmarked
from casebook.tokens import FIGURE_FONT, FIGURE_SIZE, LIGHT

C = LIGHT
# Mean advance of Arial in parts of its size; enough to reserve room for a label, generous for its capitals.
ADVANCE = 0.54
# A direct label of a line or bar keeps this distance from its neighbour, in pixels.
LABEL_GAP = 15


@dataclass(frozen=True)
class Frame:
    """Size and margins of a figure in pixels, for one of the two widths."""

    compact: bool
    height: int
    left: int = 8
    right: int = 8
    top: int = 8
    bottom: int = 34

    @property
    def width(self) -> int:
        """Width of the picture in pixels."""
        return WIDTHS["compact" if self.compact else "wide"]

    @property
    def inner_width(self) -> int:
        """Width of the plotting area in pixels."""
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> int:
        """Height of the plotting area in pixels."""
        return self.height - self.top - self.bottom


def text_width(text: str, size: float = FIGURE_SIZE) -> int:
    """Return about how many pixels ``text`` takes; markup does not count."""
    longest = max(unmarked(text).split(BREAK), key=len)
    return round(len(longest) * size * ADVANCE) + 2


def wrap(text: str, pixels: int, size: float = FIGURE_SIZE) -> str:
    """Break ``text`` into lines of at most ``pixels``, joined by a mark for plotly's line break."""
    lines, room = [""], max(4, int(pixels / (size * ADVANCE)))
    # A word longer than a line, such as an address, is cut into pieces that are not.
    for word in (long[i : i + room] for long in text.split() for i in range(0, len(long), room)):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return BREAK.join(lines)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move ``places`` apart until neighbours are ``gap`` apart, keeping order and, where they fit, the bounds."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [0.0] * len(places)
    floor = low
    for i in order:
        moved[i] = max(places[i], floor)
        floor = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return moved


class HouseFigure(go.Figure):
    """A figure that takes its notes in one go: plotly checks all there are again with each one added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Past plotly's own attributes, which are the parts of a figure.
        object.__setattr__(self, "_notes", [])

    def add_note(self, **annotation: Any) -> None:
        """Keep an annotation until the layout is asked for."""
        self._notes.append(annotation)

    def _write_notes(self) -> None:
        if notes := self.__dict__.get("_notes"):
            object.__setattr__(self, "_notes", [])
            layout = super().layout
            layout.annotations = [*(a.to_plotly_json() for a in layout.annotations), *notes]

    @property
    def layout(self) -> Any:
        """The layout, with every note."""
        self._write_notes()
        return super().layout

    @layout.setter
    def layout(self, value: Any) -> None:
        go.Figure.layout.fset(self, value)

    def to_dict(self) -> dict[str, Any]:
        """Return the figure's plain values, with every note."""
        self._write_notes()
        return super().to_dict()


def house_figure(frame: Frame) -> HouseFigure:
    """Return an empty figure in the house style: no template, no title, transparent ground."""
    figure = HouseFigure()
    figure.layout.template = None
    axis = {
        "gridcolor": C["line"],
        "zeroline": False,
        "linecolor": C["neutral"],
        "tickfont": {"color": C["muted"], "size": FIGURE_SIZE - 1},
        "title": {"font": {"color": C["muted"], "size": FIGURE_SIZE - 1}},
        "automargin": False,
        "fixedrange": True,
    }
    figure.update_layout(
        width=frame.width,
        height=frame.height,
        margin={"l": frame.left, "r": frame.right, "t": frame.top, "b": frame.bottom, "pad": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FIGURE_FONT, "size": FIGURE_SIZE, "color": C["ink"]},
        showlegend=False,
        hovermode="closest",
        hoverlabel={"font": {"family": FIGURE_FONT, "size": FIGURE_SIZE}},
        dragmode=False,
        xaxis=axis,
        yaxis=axis,
    )
    return figure


def note(figure: HouseFigure, text: str, **place: Any) -> None:
    """Write ``text`` on the figure at ``place`` (plotly's annotation fields), without an arrow."""
    size = place.pop("size", FIGURE_SIZE)
    color = place.pop("color", C["ink"])
    defaults = {"showarrow": False, "align": "left", "xanchor": "left", "yanchor": "middle"}
    figure.add_note(text=text, font={"size": size, "color": color}, **{**defaults, **place})


def slot_rows(figure: go.Figure, count: int, below: float) -> None:
    """Give a chart of one row a value its ``count`` rows: first on top, a faint line through each, no labels.

    ``below`` is the room under the last row, in rows.
    """
    figure.update_yaxes(
        range=[count - below, -0.6],
        showticklabels=False,
        showgrid=True,
        gridcolor=C["faint"],
        dtick=1,
        tick0=0,
    )
