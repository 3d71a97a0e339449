"""Read one CSV file as text, whatever state it is in, and say what is wrong with the file itself."""

import csv
import difflib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from charset_normalizer import from_bytes

from casebook.findings import Finding
from casebook.reads import file_bytes
from casebook.schema import Table
from casebook.wording import shown

# A cell may be long; the reader's own limit would call a long one broken.
csv.field_size_limit(50_000_000)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What the begin of a file gives away.
_KINDS = (
    (b"PK\x03\x04", "a zip file, as an Excel or LibreOffice workbook is"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\x1f\x8b", "a file packed with gzip"),
    (b"BZh", "a file packed with bzip2"),
    (b"\x89PNG", "a picture"),
    (b"{\\rtf", "a text of a word processor (RTF)"),
    (b"SQLite format 3", "a database"),
    (b"<table", "a web page"),
    (b"%PDF", "a PDF"),
    (b"version https://git-lfs", "a pointer to a file that Git LFS has not fetched"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_MERGE = re.compile(r"^(<{7}|={7}|>{7})(?: |$)")
_LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "mac_roman", "shift_jis", "gb18030", "big5", "euc_kr"]  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table as its file has it: text by column, and the line each row begins at.

    ``whole`` is False where rows or columns could not be read, so that nobody blames others for what is missing.
    """

    table: Table
    lines: list[int] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True


def read_sheet(folder: Path, table: Table) -> Sheet:
    """Read a table's file; what cannot be read is named in the sheet's findings."""

    def finding(code: str, line: int = 0, column: str = "", found: str = "", allowed: str = "") -> Finding:
        return Finding(table.path, line, column, code, found, allowed)

    path = folder / table.path
    try:
        raw = file_bytes(path)
    except FileNotFoundError:
        near = difflib.get_close_matches(
            table.path.lower(), [p.name.lower() for p in folder.glob("*")], 1, 0.8
        )
        hint = next(
            (f" (is it {p.name}?)" for p in folder.glob("*") if near and p.name.lower() == near[0]), ""
        )
        return _lost(table, finding("table-missing", allowed=hint))
    except OSError as problem:
        why = problem.strerror or str(problem)
        repair = (
            "look at its permissions"
            if isinstance(problem, PermissionError)
            else "put the table’s own file there"
        )
        return _lost(table, finding("file-unreadable", found=why, allowed=repair))
    for mark, kind in _KINDS:
        if raw[:64].lstrip().lower().startswith(mark.lower()):
            return _lost(table, finding("file-kind", 1, found=kind))
    text, findings = _decode(table, raw)
    rows, broken = _rows(table, text, _separator(text, table))
    return _arrange(table, rows, [*findings, *_marks(table, text, raw), *broken], whole=not broken)


def _lost(table: Table, finding: Finding) -> Sheet:
    return Sheet(table, cells={c.name: [] for c in table.columns}, findings=[finding], whole=False)


def _decode(table: Table, raw: bytes) -> tuple[str, list[Finding]]:
    """Return the text, and what its bytes are if not UTF-8; the text is then the best guess."""

    def finding(code: str, line: int, found: str, allowed: str = "") -> Finding:
        return Finding(table.path, line, "", code, found, allowed)

    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), "utf-8")
    if encoding == "utf-8" and raw[:400].count(0) * 4 > len(raw[:400]):
        encoding = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
    if not encoding.startswith("utf-8"):
        text = raw.decode(encoding, errors="replace")
        return text, [finding("encoding", 1, f"the file ({encoding.upper()})")]
    try:
        text = raw.decode(encoding)
        return text, [finding("file-bom", 1, "")] if encoding == "utf-8-sig" else []
    except UnicodeDecodeError:
        guess = from_bytes(raw, cp_isolation=_LEGACY).best()
        name = guess.encoding if guess else "cp1252"
        return raw.decode(name, errors="replace"), _bad_bytes(table, raw, name)


def _bad_bytes(table: Table, raw: bytes, name: str) -> list[Finding]:
    """Return a finding for each cell whose bytes are not UTF-8, with what they are in the encoding guessed."""
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    rows, _ = _rows(table, text, _separator(text, table))
    header = [
        column.encode("utf-8", "surrogateescape").decode(name, errors="replace")
        for column in (rows[0][1] if rows else [])
    ]
    found = []
    for line, row in rows:
        for place, cell in enumerate(row):
            if any("\udc80" <= letter <= "\udcff" for letter in cell):
                column = header[place] if place < len(header) and line > 1 else ""
                meant = cell.encode("utf-8", "surrogateescape").decode(name, errors="replace")
                found.append(
                    Finding(table.path, line, column, "encoding", shown(meant), f"; it seems to be {name}")
                )
    return found or [Finding(table.path, 0, "", "encoding", "the file", f"; it seems to be {name}")]


def _marks(table: Table, text: str, raw: bytes) -> list[Finding]:
    """Return what the lines give away: line ends of Windows or an old Mac, a merge that was not finished."""
    crlf, cr = raw.count(b"\r\n"), raw.count(b"\r")
    names = [*(["CR LF (Windows)"] if crlf else []), *(["CR (old Mac)"] if cr > crlf else [])]
    names += ["LF"] if names and raw.count(b"\n") > crlf else []
    found = [Finding(table.path, 1, "", "file-line-ends", " and ".join(names))] if names else []
    if "<<<<<<<" in text:
        for line, words in enumerate(text.splitlines(), 1):
            if _MERGE.match(words):
                found.append(Finding(table.path, line, "", "file-merge", shown(words)))
    return found


def _separator(text: str, table: Table) -> str:
    """Return what separates the cells of the header: a comma, unless another mark does so more often."""
    head = text.split("\n", 1)[0]
    if head.lower().startswith("sep="):
        return head[4:5] or ","
    others = [s for s in _SEPARATORS if head.count(s) >= max(1, len(table.columns) // 2, head.count(",") + 1)]
    return max(others, key=head.count) if others else ","


def _rows(table: Table, text: str, separator: str) -> tuple[list[tuple[int, list[str]]], list[Finding]]:
    """Return the rows with the line each begins at, as far as they can be read, and where that ends."""
    findings = []
    skip = text.lower().startswith("sep=")
    if separator != ",":
        findings.append(Finding(table.path, 1, "", "separator", _SEPARATORS.get(separator, repr(separator))))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error:
        place, cell = _open_quote("".join(list(io.StringIO(text, newline=""))[start - 1 :]), separator)
        header = rows[0][1] if rows else []
        column = header[place] if place < len(header) else ""
        findings.append(Finding(table.path, start, column, "quote-unbalanced", shown(cell)))
    return (rows[1:] if skip else rows), findings


def _open_quote(text: str, separator: str) -> tuple[int, str]:
    """Return the place and text of the first cell whose quotation marks do not match (RFC 4180)."""
    place, at = 0, 0
    while at < len(text):
        end = at
        if text[at] == '"':
            close = re.compile(r'"(?:[^"]|"")*"').match(text, at)
            if not close or (close.end() < len(text) and text[close.end()] not in (separator, "\n", "\r")):
                break
            end = close.end()
        else:
            while end < len(text) and text[end] not in (separator, "\n"):
                end += 1
        if end < len(text) and text[end] != separator:
            break
        place, at = place + 1, end + 1
    return place, text[at:].split("\n", 1)[0]


def _arrange(table: Table, rows: list[tuple[int, list[str]]], findings: list[Finding], whole: bool) -> Sheet:
    """Turn rows into columns by the names in the header."""
    wanted = [c.name for c in table.columns]
    if not rows or not {name.strip().lower() for name in rows[0][1]} & set(wanted):
        missing = Finding(table.path, 1, "", "header-missing", "", ", ".join(wanted))
        return Sheet(table, [], {name: [] for name in wanted}, [*findings, missing], whole=False)
    (start, header), body = rows[0], rows[1:]
    problems = _header(table, header, start)
    blank = _blank(table, [(line, not any(row)) for line, row in body])
    body = [(line, row) for line, row in body if any(row)]
    ragged = [
        Finding(table.path, line, "", "row-length", str(len(row)), str(len(header)))
        for line, row in body
        if len(row) != len(header)
    ]
    body = [(line, row) for line, row in body if len(row) == len(header)]
    places = {name: header.index(name) for name in wanted if name in header}
    cells = {n: [row[places[n]] for _, row in body] if n in places else [""] * len(body) for n in wanted}
    whole = whole and not ragged and set(wanted) <= set(header)
    return Sheet(table, [line for line, _ in body], cells, [*findings, *problems, *blank, *ragged], whole)


def _blank(table: Table, rows: list[tuple[int, bool]]) -> list[Finding]:
    """Return one finding for each run of blank rows: a spreadsheet can leave a thousand of them."""
    found = []
    for empty, run in groupby(rows, key=lambda row: row[1]):
        lines = [line for line, _ in run]
        if empty:
            more = f" and so are the {len(lines) - 1} after it" if len(lines) > 1 else ""
            found.append(Finding(table.path, lines[0], "", "row-blank", more))
    return found


def _header(table: Table, header: list[str], line: int) -> list[Finding]:
    """Return what is wrong with the header: columns missing, extra, twice or out of order."""
    wanted = [c.name for c in table.columns]

    def finding(code: str, column: str, found: str = "", allowed: str = "") -> Finding:
        return Finding(table.path, line, column, code, found, allowed)

    extra = [name for name in header if name not in wanted]
    found = []
    for name in dict.fromkeys(extra):
        near = difflib.get_close_matches(name.strip().lower(), [w for w in wanted if w not in header], 1, 0.7)
        repair = (
            f"is it {near[0]}? Write it just so" if near else "remove it, or describe it in datapackage.json"
        )
        found.append(finding("column-extra", name, shown(name), repair))
    for place, name in enumerate(wanted):
        if name not in header:
            found.append(
                finding(
                    "column-missing", name, "", f"after {wanted[place - 1]}" if place else "as the first one"
                )
            )
    found += [
        finding("column-twice", name, str(n))
        for name, n in Counter(header).items()
        if n > 1 and name in wanted
    ]
    known = list(dict.fromkeys(name for name in header if name in wanted))
    right = [name for name in wanted if name in header]
    if known != right:
        first = next(a for a, b in zip(known, right, strict=True) if a != b)
        found.append(finding("column-order", first, ", ".join(header), ", ".join(wanted)))
    return found
