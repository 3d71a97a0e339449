"""How wide the columns of a printed table are: narrow ones as wide as what they hold, the others share the rest.

A table for paper is set once and at once, so that its columns are settled from the numbers of their letters.
"""

# A column whose longest cell has no more letters than this is never broken.
NARROW = 18
# On how many lines the head of such a column may stand, and what a wide column needs at least, in em.
LINES, _FLOOR = 8, 9.0
# The width of a letter and of a bold one, in em, with room to spare; and the room between two columns.
_LETTER, _BOLD, _GAP = 0.56, 0.6, 0.9


def column_widths(head: list[str], rows: list[list[str]], room: float) -> list[str]:
    """Return the width of each column in Typst's words: a length in em, or its share (``fr``) of what is left.

    Args:
        head: the words of each column's head; empty without a head.
        rows: the words of each cell, row by row; short rows count as far as they go.
        room: the width of the page's text in em.
    """
    count = max([len(head), *map(len, rows)], default=0)
    columns = [[row[i] for row in rows if i < len(row)] for i in range(count)]
    heads = [head[i] if i < len(head) else "" for i in range(count)]
    narrow = [max(map(len, cells), default=0) <= NARROW for cells in columns]
    # Heads on two lines where there is room for them, else on as many as they need.
    for lines in (2, LINES):
        widths = [_least(cells, title, lines) for cells, title in zip(columns, heads, strict=True)]
        if (
            sum(width if is_narrow else _FLOOR for width, is_narrow in zip(widths, narrow, strict=True))
            <= room
        ):
            break
    return [
        f"{width:.1f}em" if is_narrow else f"{_share(cells, title):.1f}fr"
        for cells, title, width, is_narrow in zip(columns, heads, widths, narrow, strict=True)
    ]


def _least(cells: list[str], title: str, lines: int) -> float:
    """Return the width that the longest cell needs, and the head on some lines with its longest word on one."""
    words = max([min(len(title) / lines, NARROW), *map(len, title.split())], default=0)
    return max(max(map(len, cells), default=0) * _LETTER, words * _BOLD, 1.5) + _GAP


def _share(cells: list[str], title: str) -> float:
    """Return a share that grows more slowly than the text, and leaves room for the longest cell and word."""
    lengths = [*map(len, cells)] or [0]
    mean, longest = sum(lengths) / len(lengths), max(lengths)
    word = max((len(word) for cell in [*cells, title] for word in cell.split()), default=0)
    return max(mean**0.75, longest**0.55, min(word, 24) * 0.62, 4.0)
