"""Numbers and lists in words, the same everywhere."""

import math
from collections.abc import Sequence

WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def number(value: float, decimals: int = 0) -> str:
    """Return ``value`` with commas between thousands and a true minus sign."""
    if math.isnan(value):
        return "–"
    return f"{value:,.{decimals}f}".replace("-", "−")


def large(value: float, decimals: int = 0) -> str:
    """Return ``value`` as it reads best: millions and billions by name where nothing is lost by it."""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if value >= size and round(value / size, 2) * size == value:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + f" {name}"
    return number(value, decimals)


def lowered(text: str) -> str:
    """Return ``text`` with a small first letter, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return ``count`` with its noun, small numbers in words: “three rows”, “14 rows”."""
    word = WORDS[count] if 0 <= count < len(WORDS) else number(count)
    return f"{word} {noun if count == 1 else plural or noun + 's'}"


def percent(part: float, whole: float) -> str:
    """Return ``part`` of ``whole`` as a whole percentage; “–” where the whole is nothing.

    Only nothing is 0 % and only all is 100 %: a part that rounds there says “under 1 %” or “over 99 %”.
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.5:
        return "under 1\u00a0%"
    if 99.5 <= share < 100:
        return "over 99\u00a0%"
    return f"{share:.0f}\u00a0%"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return the items as an English list without a comma before the last."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def sentence(text: str) -> str:
    """Return ``text`` with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def shown(text: str, most: int = 80) -> str:
    """Return a cell's text in quotes for a message: one line, cut where it is long, invisible characters as codes."""
    quoted = repr(text if len(text) <= most else text[:most] + "…")
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted)
