"""Accessible tables: the twin of every figure, and its CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from casebook.spreadsheet import safe_text
from casebook.wording import number


def _cell(value: object, decimals: int | None) -> str:
    if value is None:
        return "–"
    if decimals is None:
        return escape(str(value))
    return number(float(value), decimals)


# From a filter of the catalogue and the first row it shows to an address.
Address = Callable[[str, str], str]
# From the role of a thing ("src", "ev", …) and its key to its address; nothing where the book has no place for it.
Place = Callable[[str, str], str | None]


def _keys_html(kind: str, text: str, place: Place) -> str:
    """Return keys as links to what they name, or as text where there is no such place."""

    def one(key: str) -> str:
        target = place(kind, key)
        return escape(key) if target is None else f'<a href="{escape(target)}">{escape(key)}</a>'

    return "; ".join(one(key.strip()) for key in text.split(";"))


def twin_html(
    bundle: Mapping[str, Any], label: str, address: Address | None = None, place: Place | None = None
) -> str:
    """Return the table of a drawing's bundle: caption, heads with scope, the first column as row head.

    Numbers are aligned right and all have the column's decimals; a missing value is a dash. The cells of a column
    with a link lead to what ``address`` returns, those of a column with a key to what ``place`` returns, and the
    columns that only say where are left out. The table stands in a box of its own that scrolls and can be reached by
    keyboard.
    """
    columns = bundle["columns"]
    names = [c["name"] for c in columns]
    aims = {name for c in columns for name in c.get("link", ())}
    shown = [i for i, name in enumerate(names) if name not in aims]
    head = "".join(
        f'<th scope="col"{_numeric(columns[i]["decimals"])}>{escape(columns[i]["label"])}</th>' for i in shown
    )

    def cell(row: Sequence[Any], i: int) -> str:
        text = _cell(row[i], columns[i]["decimals"])
        if place and "key" in columns[i] and row[i] is not None:
            return _keys_html(columns[i]["key"], str(row[i]), place)
        if address is None or "link" not in columns[i]:
            return text
        query, first = (row[names.index(name)] for name in columns[i]["link"])
        return f'<a href="{escape(address(query, first))}">{text}</a>'

    body = []
    for row in bundle["rows"]:
        cells = [f'<th scope="row"{_numeric(columns[shown[0]]["decimals"])}>{cell(row, shown[0])}</th>']
        cells += [f"<td{_numeric(columns[i]['decimals'])}>{cell(row, i)}</td>" for i in shown[1:]]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll" role="region" aria-label="{escape(label)}" tabindex="0"><table>'
        f"<caption>{escape(label)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _numeric(decimals: int | None) -> str:
    return "" if decimals is None else ' class="number"'


def safe_cell(value: object) -> str:
    """Return a value as CSV text that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    return safe_text(value, numbers=False) if isinstance(value, str) else str(value)


def rows_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with a header, ready for a download."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(v) for v in row] for row in rows)
    return out.getvalue()


def safe_csv(body: bytes) -> bytes:
    """Return a CSV file (UTF-8) in which no cell is a formula; where none was, just the bytes that were given."""
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    safe = [[safe_text(cell) for cell in row] for row in rows]
    if safe == rows:
        return body
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(safe)
    return out.getvalue().encode()
