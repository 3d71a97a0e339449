"""Fit a page to a data package that has no rows for some of it.

Marks in a page are comments of MyST, so that the book's own build does not see them. A mark speaks of what follows:
the rest of the page if it stands right under the page's title, a section if a heading follows, else one block.

``% needs: conflicts untraced``   what follows is left out, and one sentence says so, unless each table has rows
``% needs: themes.kind=challenge``   the same for rows where a column holds a value
``% book only``   what follows is about the book's own data package, and is left out of any other edition
"""

import re

Rows = list[dict[str, str]]
_MARK = re.compile(r"^% (needs: (?P<needs>.+)|book only)$")
_STUDY = "study = load_study()"
_HEADING = re.compile(r"^(#+) ")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Return text on one line as Markdown that shows just that text, whatever signs it holds."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def tailor(page: str, rows: dict[str, Rows]) -> str:
    """Return a page without what a package with these rows (by table) cannot fill, and with a sentence in its place."""
    lines, kept, at = page.splitlines(), [], 0
    while at < len(lines):
        mark = _MARK.match(lines[at])
        if not mark:
            kept.append(lines[at])
            at += 1
            continue
        start = _next(lines, at + 1)
        bare = _missing(mark["needs"], rows) if mark["needs"] else []
        if mark["needs"] and not bare:
            at = start
            continue
        heading = _HEADING.match(lines[start]) if start < len(lines) else None
        titled = sum(1 for line in kept if _HEADING.match(line)) == 1 and _last(kept).startswith("# ")
        at = len(lines) if titled and mark["needs"] else _end(lines, start, heading)
        if mark["needs"]:
            kept += [lines[start], ""] if heading and not titled else []
            kept += [
                f"This data package has no rows for this ({', '.join(bare)}), so there is nothing to show here.",
                "",
            ]
    return "\n".join(_prepared(kept, lines)).rstrip() + "\n"


def _prepared(kept: list[str], lines: list[str]) -> list[str]:
    """Give the first code cell what the page's first cell began with, where that one was left out."""
    if _STUDY in kept or _STUDY not in lines:
        return kept
    at = next((i for i, line in enumerate(kept) if line.startswith("```{code-cell}")), None)
    if at is None:
        return kept
    start = max(i for i, line in enumerate(lines[: lines.index(_STUDY)]) if line.startswith(":tags:")) + 1
    at += 2 if kept[at + 1].startswith(":tags:") else 1
    return [*kept[:at], *lines[start : lines.index(_STUDY) + 1], *kept[at:]]


def _missing(needs: str, rows: dict[str, Rows]) -> list[str]:
    """Return what of a mark a package does not have, in words."""
    found = []
    # A value may hold spaces; then it stands alone.
    for need in [needs.strip()] if "=" in needs else needs.split():
        place, _, value = need.partition("=")
        table, _, column = place.partition(".")
        here = rows.get(table, [])
        if not (any(row.get(column) == value for row in here) if column else here):
            found.append(f"{table}: {value}" if value else table)
    return found


def _next(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _last(lines: list[str]) -> str:
    return next((line for line in reversed(lines) if line.strip()), "")


def _end(lines: list[str], start: int, heading: re.Match[str] | None) -> int:
    """Return where a section or a block ends."""
    fence = ""
    for at in range(start, len(lines)):
        line = lines[at]
        mark = re.match(r"^(`{3,}|:{3,})", line)
        if fence:
            fence = "" if line.strip() == fence else fence
            if not fence and not heading:
                return at + 1
        elif mark:
            fence = mark[1]
        elif heading:
            other = _HEADING.match(line)
            if at > start and other and len(other[1]) <= len(heading[1]):
                return _before_marks(lines, at)
        elif not line.strip():
            return at
    return len(lines)


def _before_marks(lines: list[str], at: int) -> int:
    """Return the place of the marks and labels that belong to the heading at ``at``."""
    while at and (not lines[at - 1].strip() or lines[at - 1].startswith(("% ", "("))):
        at -= 1
    return at
