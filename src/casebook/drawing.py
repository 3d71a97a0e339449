"""A drawing: plotly figure, caption, alternative text and the rows it shows, as one value."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from casebook.markup import as_plotly

PLOTLY_MIME = "application/vnd.plotly.v1+json"
DRAWING_MIME = "application/vnd.casebook.drawing+json"
WIDTHS = {"wide": 720, "compact": 360}

Spec = dict[str, Any]


@dataclass(frozen=True)
class Head:
    """The head of one column of a table twin: its label, with the unit, and its decimals if it holds numbers.

    ``link`` names two other columns: a filter of the catalogue, and the first row that it shows. Each cell then
    leads to those rows, and the two columns stand in the data only. ``key`` is the role of the things whose keys the
    column holds (ev, rec, theme, src, conflict): each cell then leads to where the thing stands.
    """

    label: str
    decimals: int | None = None
    link: tuple[str, str] | None = None
    key: str | None = None


@dataclass(frozen=True)
class Area:
    """A cell of a picture that leads to rows of the catalogue: one unit of each axis around ``x`` and ``y``.

    ``text`` says what lies behind it, ``query`` filters the catalogue, ``first`` is the first row that it shows.
    """

    x: int
    y: int
    text: str
    query: str
    first: str


@dataclass(frozen=True)
class Drawing:
    """One figure of the book.

    Attributes:
        name: lower-case name with hyphens; address of the figure and stem of its files.
        title: the question the figure answers, or what it shows, in a few words.
        caption: one computed sentence that says the finding.
        alt: alternative text: kind of chart, what is on it, its main values.
        rows: exactly the rows drawn.
        heads: column of ``rows`` → head in the table twin; a column without a head is not shown there.
        build: draws the figure; called with True for a narrow screen.
        note: how to read it and what it must not be read as.
        areas: cells of the picture that lead to rows of the catalogue.
    """

    name: str
    title: str
    caption: str
    alt: str
    rows: pd.DataFrame
    heads: Mapping[str, Head]
    build: Callable[[bool], Any]
    note: str = ""
    areas: tuple[Area, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a name that cannot be an address and a head for a column that is not there."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"{self.name!r} cannot name a drawing: lower-case letters, digits, hyphens")
        missing = set(self.heads) - set(self.rows.columns)
        missing |= {name for head in self.heads.values() for name in head.link or ()} - set(self.heads)
        if missing:
            raise ValueError(f"{self.name}: no column {', '.join(sorted(missing))} in the rows drawn")

    def specs(self) -> dict[str, Spec]:
        """Return plotly's JSON for each width, without the template, numbers rounded to six places."""
        return {width: _plain(self.build(width == "compact")) for width in WIDTHS}

    def bundle(self) -> dict[str, Any]:
        """Return all that a page needs to show the drawing, as plain JSON values."""
        bundle = {
            "name": self.name,
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "note": self.note,
            "columns": [
                {"name": c, "label": h.label, "decimals": h.decimals}
                | ({"link": list(h.link)} if h.link else {})
                | ({"key": h.key} if h.key else {})
                for c, h in self.heads.items()
            ],
            "rows": json.loads(self.rows[list(self.heads)].to_json(orient="values")),
            "specs": self.specs(),
        }
        return bundle | ({"areas": [asdict(area) for area in self.areas]} if self.areas else {})

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the live figure in Jupyter; give the book its own type beside it."""
        bundle = self.bundle()
        data = {
            PLOTLY_MIME: bundle["specs"]["wide"],
            DRAWING_MIME: bundle,
            "text/plain": f"{self.title}. {self.caption}",
        }
        return data, {PLOTLY_MIME: {"drawing": self.name}}


def _plain(figure: Any) -> Spec:
    spec = json.loads(figure.to_json(), parse_float=lambda text: round(float(text), 6))
    spec.get("layout", {}).pop("template", None)
    return as_plotly({"data": spec["data"], "layout": spec["layout"]})


def fingerprint(spec: Spec) -> str:
    """Return the SHA-256 of a figure's canonical JSON: what a still must carry to be shown for it."""
    text = json.dumps(spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
