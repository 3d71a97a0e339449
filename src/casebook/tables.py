"""Accessible tables: the twin of every figure, and its CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from casebook.wording import number


def _cell(value: object, decimals: int | None) -> str:
    if value is None:
        return "–"
    if decimals is None:
        return escape(str(value))
    return number(float(value), decimals)


def twin_html(bundle: Mapping[str, Any], label: str) -> str:
    """Return the table of a drawing's bundle: caption, heads with scope, the first column as row head.

    Numbers are aligned right and all have the column's decimals; a missing value is a dash. The table stands in a
    box of its own that scrolls and can be reached by keyboard.
    """
    columns = bundle["columns"]
    head = "".join(f'<th scope="col"{_numeric(c["decimals"])}>{escape(c["label"])}</th>' for c in columns)
    body = []
    for row in bundle["rows"]:
        cells = [f'<th scope="row">{_cell(row[0], columns[0]["decimals"])}</th>']
        cells += [
            f"<td{_numeric(c['decimals'])}>{_cell(value, c['decimals'])}</td>"
            for c, value in zip(columns[1:], row[1:], strict=True)
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll" role="region" aria-label="{escape(label)}" tabindex="0"><table>'
        f"<caption>{escape(label)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _numeric(decimals: int | None) -> str:
    return "" if decimals is None else ' class="number"'


# A spreadsheet takes a cell that begins so for a formula; the quote in front keeps it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """Return a value as CSV text that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(_FORMULA):
        return "'" + text
    return text


def rows_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with a header, ready for a download."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(v) for v in row] for row in rows)
    return out.getvalue()
