"""Marks in the texts of a figure, and how the text of a cell stays text beside them.

Plotly reads a few tags in every text it draws, so a cell that holds “<b>” would be drawn bold, and one that holds a
link would be one. Figures therefore write their own marks with letters that no cell may hold (the checks refuse
letters for private use), and only these become tags when a figure is turned into plotly's JSON.
"""

import re
from typing import Any

BREAK = "\ue000"
_TAGS = {
    BREAK: "<br>",
    "\ue001": "<b>",
    "\ue002": "</b>",
    "\ue003": "<extra>",
    "\ue004": "</extra>",
    "\ue005": "%&#123;",
}
_MARKS = str.maketrans(_TAGS)
# What plotly would turn into another letter.
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")


def bold(text: str) -> str:
    """Return ``text`` in bold."""
    return f"\ue001{text}\ue002"


def aside(text: str = "", template: str = "") -> str:
    """Return ``text``, and after it a template, as the second part of a hover text; without them there is none."""
    return f"\ue003{literal(text)}{template}\ue004"


def literal(text: str) -> str:
    """Return a text that stands in a hover template, where plotly would read “%{x}” as a value."""
    return text.replace("%{", "\ue005")


def unmarked(text: str) -> str:
    """Return ``text`` without bold marks, to be measured; breaks stay."""
    return text.replace("\ue001", "").replace("\ue002", "")


def as_plotly(value: Any) -> Any:
    """Return plain values (JSON) in which every text is one for plotly: letter by letter, with the marks as tags."""
    if isinstance(value, str):
        return _ENTITY.sub("&amp;", value).replace("<", "&lt;").translate(_MARKS)
    if isinstance(value, list):
        return [as_plotly(item) for item in value]
    return {key: as_plotly(item) for key, item in value.items()} if isinstance(value, dict) else value
