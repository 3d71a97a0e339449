"""Every kind of problem in a data package is found, at its file, line and column."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.checks.letters import letter_problems
from casebook.cli import main
from casebook.findings import KINDS, Finding, errors
from casebook.load import find_problems, load_study
from small import ROOT, TABLES, edited, write_small

Place = tuple[str, int, str, str]


def found(folder: Path) -> list[Place]:
    return [(f.file, f.line, f.column, f.code) for f in find_problems(folder)]


# table, row counted from 0, column, what is put there, the codes found; line = row + 2
CELLS = [
    # numbers
    ("evidence", 0, "year", "20x9", "value-type"),
    ("evidence", 0, "year", "2019.5", "value-type"),
    ("evidence", 0, "year", "2019.0", "value-type"),
    ("evidence", 0, "year", "1,999", "number-thousands"),
    ("evidence", 0, "year", "1492", "value-range"),
    ("evidence", 0, "year", "19", "value-range"),
    ("evidence", 0, "year", "2O19", "value-type"),
    ("evidence", 0, "year", "٢٠١٩", "value-type"),
    ("evidence", 0, "year", "c. 2019", "value-type"),
    ("evidence", 0, "value", "1.234,5", "number-decimal-comma"),
    ("evidence", 0, "value", "0,25", "number-decimal-comma"),
    ("evidence", 0, "value", "1,234", "number-thousands"),
    ("evidence", 0, "value", "1,234,567.8", "number-thousands"),
    ("evidence", 0, "value", "1 234", "number-thousands"),
    ("evidence", 0, "value", "1\u00a0234", "number-thousands"),
    ("evidence", 0, "value", "1'234", "number-thousands"),
    ("evidence", 0, "value", "1.234.567", "number-thousands"),
    ("evidence", 0, "value", "1E+05", "number-exponent"),
    ("evidence", 0, "value", "1,2E+11", "number-exponent"),
    ("evidence", 0, "value", "nan", "number-missing-word"),
    ("evidence", 0, "value", "NA", "number-missing-word"),
    ("evidence", 0, "value", "null", "number-missing-word"),
    ("evidence", 0, "value", "-", "number-missing-word"),
    ("evidence", 0, "value", "inf", "number-missing-word"),
    ("evidence", 0, "value", "\u22125", "number-sign"),
    ("evidence", 0, "value", "45%", "number-sign"),
    ("evidence", 0, "value", "$300", "number-sign"),
    ("evidence", 0, "value", ">300", "number-sign"),
    ("evidence", 0, "value", "300+", "number-sign"),
    ("evidence", 0, "value", "about 300", "value-type"),
    ("evidence", 0, "value", "0x10", "value-type"),
    ("evidence", 0, "value", "1_000", "value-type"),
    ("evidence", 0, "value", "9" * 30, "value-range"),
    ("evidence", 0, "value", "#DIV/0!", "value-error"),
    ("indicators", 0, "decimals", "9", "value-range"),
    ("evidence", 0, "value", "12,34,567", "number-thousands"),
    ("evidence", 0, "value", "1,23,456.50", "number-thousands"),
    ("evidence", 0, "value", "₹1234", "number-sign"),
    ("evidence", 0, "value", "(1234)", "value-type"),
    ("evidence", 0, "value", "1/4", "value-type"),
    ("evidence", 0, "value", "1.2 million", "value-type"),
    ("evidence", 0, "value", "TRUE", "value-type"),
    ("evidence", 0, "value", "'1234", "value-type"),
    ("evidence", 0, "value", "Err:502", "value-error"),
    ("evidence", 0, "year", "#N/A", "value-error"),
    ("evidence", 0, "year", "#NV", "value-error"),
    ("evidence", 0, "year", "2099", "date-future"),
    # dates
    ("evidence", 2, "verified_on", "2099-11-23", "date-future"),
    ("evidence", 2, "verified_on", "2569-11-23", "value-range"),
    ("evidence", 2, "verified_on", "0001-01-01", "value-range"),
    ("evidence", 2, "verified_on", "0000-00-00", "date-impossible"),
    ("evidence", 2, "verified_on", "23/11/26", "date-order"),
    ("evidence", 2, "verified_on", "2026\u201311\u201323", "value-type"),
    ("evidence", 2, "verified_on", "23/11/2026", "date-order"),
    ("evidence", 2, "verified_on", "23.11.2026", "date-order"),
    ("evidence", 2, "verified_on", "2026-11-23T00:00:00Z", "date-order"),
    ("evidence", 2, "verified_on", "23-Nov-26", "date-order"),
    ("evidence", 2, "verified_on", "November 23, 2026", "date-order"),
    ("evidence", 2, "verified_on", "20261123", "date-order"),
    ("evidence", 2, "verified_on", "46349", "date-serial"),
    ("evidence", 2, "verified_on", "2026-02-30", "date-impossible"),
    ("evidence", 2, "verified_on", "yesterday", "value-type"),
    ("evidence", 2, "verified_on", "null", "number-missing-word"),
    # addresses
    ("sources", 0, "url", "javascript:alert(1)", "url-scheme"),
    ("sources", 0, "url", "data:text/html,x", "url-scheme"),
    ("sources", 0, "url", "www.example.org", "url-scheme"),
    ("sources", 0, "url", "ftp://example.org/x", "url-scheme"),
    ("sources", 0, "url", "https://[oops", "url-invalid"),
    ("sources", 0, "url", "https://example.org:port/", "url-invalid"),
    ("sources", 0, "url", "https://example", "url-invalid"),
    ("sources", 0, "url", "https:///path", "url-invalid"),
    ("sources", 0, "url", "https://me:secret@example.org/", "url-invalid"),
    ("sources", 0, "url", "https://example.org/a b", "url-invalid"),
    ("sources", 0, "url", 'https://example.org/"onload=x', "url-invalid"),
    ("sources", 0, "doi", "not a doi", "value-pattern"),
    # presence, levels, patterns, lengths
    ("evidence", 0, "claim", "", "value-missing"),
    ("evidence", 0, "evidence_type", "Law", "value-level"),
    ("evidence", 0, "evidence_type", "gossip", "value-level"),
    ("evidence", 0, "claim", "x" * 301, "value-long"),
    ("statements", 0, "text", "y" * 100_000, "value-long"),
    ("sources", 0, "author", "z" * 100_000, "value-huge"),
    ("sources", 0, "author", "z" * 32_767, "value-cut"),
    # spaces
    ("evidence", 0, "claim", "Trailing space. ", "value-space"),
    ("evidence", 0, "claim", " Leading space.", "value-space"),
    ("evidence", 0, "claim", "Non-breaking at the end.\u00a0", "value-space"),
    ("evidence", 0, "claim", "A wide\u3000space.", "value-inner-space"),
    ("evidence", 0, "evidence_type", "peer-reviewed\u00a0study", "value-inner-space"),
    ("evidence", 0, "claim", "Two\nlines.", "value-lines"),
    # what spreadsheets do to text
    ("evidence", 0, "period", "03-Jan", "value-mangled"),
    ("evidence", 0, "period", "Jan-24", "value-mangled"),
    ("evidence", 0, "locator", "1E+05", "value-mangled"),
    ("evidence", 0, "locator", "#######", "value-mangled"),
    ("evidence", 0, "locator", "#NAME?", "value-error"),
    ("evidence", 0, "locator", "=HYPERLINK(\"http://x.org\",\"y\")", "value-formula"),
    ("evidence", 0, "locator", "+cmd|' /C calc'!A0", "value-formula"),
    ("evidence", 0, "locator", "-2+3", "value-formula"),
    ("evidence", 0, "locator", "@SUM(A1)", "value-formula"),
    ("evidence", 0, "locator", "See;=1+1", "value-formula"),
    ("evidence", 0, "locator", "\uff1d1+1", "value-formula"),
    ("evidence", 0, "locator", "'=1+1", "value-apostrophe"),
    ("evidence", 0, "locator", "'a text", "value-apostrophe"),
    ("evidence", 0, "locator", "page #REF! of it", "value-error"),
    ("evidence", 0, "locator", "None", "value-null-word"),
    ("evidence", 0, "place", "NA", "value-null-word"),
    ("evidence", 0, "place", "N/A", "value-null-word"),
    ("evidence", 0, "note", "EXAMPLE: write here", "value-example"),
    # letters
    ("evidence", 0, "claim", "The p\u0430per says so.", "text-lookalike"),  # Cyrillic а
    ("evidence", 0, "claim", "The \u0440\u0430\u0440\u0435\u0440 says.", "text-lookalike"),  # all Cyrillic
    ("evidence", 0, "claim", "A \uff34\uff48\uff4f\uff52\uff4e case.", "text-lookalike"),
    ("evidence", 0, "claim", "An \U0001d400I case.", "text-lookalike"),
    ("evidence", 0, "claim", "Zero\u200bwidth.", "text-invisible"),
    ("evidence", 0, "claim", "Soft\u00adhyphen.", "text-invisible"),
    ("evidence", 0, "claim", "A mark\ufeff inside.", "text-invisible"),
    ("evidence", 0, "claim", "La\u200dtin joiner.", "text-invisible"),
    ("evidence", 0, "claim", "Turned \u202eround.", "text-bidi"),
    ("evidence", 0, "claim", "An isolate \u2066here\u2069.", "text-bidi"),
    ("evidence", 0, "claim", "A mark \u200fof direction.", "text-bidi"),
    ("evidence", 0, "claim", "A bell \x07.", "text-control"),
    ("evidence", 0, "claim", "A nul \x00.", "text-control"),
    ("evidence", 0, "claim", "A tab\there.", "text-control"),
    ("evidence", 0, "claim", "Private \ue000 use.", "text-control"),
    ("evidence", 0, "claim", "A line\u2028separator.", "text-control"),
    ("evidence", 0, "claim", "Lost \ufffd letters.", "text-damaged"),
    ("evidence", 0, "claim", "Itâ€™s damaged.", "text-damaged"),
    ("evidence", 0, "claim", "A cafÃ© in Colombo.", "text-damaged"),
    ("evidence", 0, "claim", "An – and a cafÃ©.", "text-damaged"),
    ("evidence", 0, "claim", "Cafe\u0301.", "text-form"),
    ("evidence", 0, "claim", "A <b>bold</b> claim.", "text-markup"),
    ("evidence", 0, "claim", "R&amp;D.", "text-markup"),
    ("evidence", 0, "claim", "{{ 7*7 }}", "text-markup"),
    ("evidence", 0, "claim", "[x](javascript:alert(1))", "text-markup"),
    # references
    ("evidence", 0, "source_id", "nobody", "reference-broken"),
    ("codings", 0, "theme_id", "F9", "reference-broken"),
    # series
    ("panel_lines", 0, "place", "Elsewhere", "line-bare"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "code"), CELLS, ids=[f"{c[4]}-{i}" for i, c in enumerate(CELLS)]
)
def test_a_wrong_cell_is_named(
    tmp_path: Path, table: str, row: int, column: str, text: str, code: str
) -> None:
    write_small(tmp_path, **{table: edited(table, row, **{column: text})})
    assert (f"{table}.csv", row + 2, column, code) in found(tmp_path)
    here = [f for f in find_problems(tmp_path) if (f.line, f.column) == (row + 2, column)]
    assert [f.code for f in here] == [code], "one slip is one finding"
    assert all(c.isprintable() for f in here for c in f.message), "a message shows what cannot be seen"


# What honest tables hold: none of it may be called wrong.
FINE = [
    "Dünne Faktenlage, Łódź, Čeština, Đặng Văn Lâm, İstanbul",
    "ශ්‍රී ලංකා ජාතික ළමා ආරක්ෂක අධිකාරිය",
    "தேசிய சிறுவர் பாதுகாப்பு அதிகார சபை",
    "Министерство внутренних дел и Москва",
    "Υπουργείο Προστασίας του Πολίτη",
    "وزارة الداخلية (MoI) \u200f2024",
    "می\u200cخواهم",
    "警察庁（National Police Agency）の統計",
    "경찰청",
    "42 μg, 95\u00a0%, “quoted”, 3–5 years, it’s – fine…",
    "Emoji 👩\u200d⚖️ in a name",
    "AT&T and R&D; a < b; 5 > 3",
    "-5", "+3 %", "2.4",
    "Namibia", "None of the reports", "A null result",
    "Naïve café, résumé; Ångström",
]  # fmt: skip


@pytest.mark.parametrize("text", FINE)
def test_honest_text_raises_no_alarm(tmp_path: Path, text: str) -> None:
    assert found(write_small(tmp_path, evidence=edited("evidence", 0, note=text))) == []


def test_the_packages_are_right(tmp_path: Path) -> None:
    assert found(write_small(tmp_path)) == []
    assert find_problems(ROOT / "data", ROOT) == []


def test_text_that_looks_missing_is_text(tmp_path: Path) -> None:
    study = load_study(write_small(tmp_path, evidence=edited("evidence", 0, place="NA", claim="None")))
    assert study["evidence"].loc[0, ["place", "claim"]].tolist() == ["NA", "None"]


def test_a_slip_comes_with_what_was_meant(tmp_path: Path) -> None:
    cells = {"year": "1,999", "value": "1.234,5", "verified_on": "46349", "source_id": "Maker"}
    folder = write_small(tmp_path, evidence=edited("evidence", 0, **cells))
    allowed = {f.column: f.allowed for f in find_problems(folder) if f.file == "evidence.csv"}
    assert allowed == {
        "year": "1999",
        "value": "1234.5",
        "verified_on": "2026-11-23",
        "source_id": "sources.csv (is it maker?)",
    }


def test_keys(tmp_path: Path) -> None:
    actors = TABLES["actors"]
    (finding,) = find_problems(write_small(tmp_path / "a", actors=[*actors, actors[0]]))
    assert (finding.line, finding.code, finding.allowed) == (4, "key-duplicate", "2")
    empty = found(write_small(tmp_path / "b", actors=[*actors, {**actors[0], "actor_id": ""}]))
    assert ("actors.csv", 4, "actor_id", "key-empty") in empty
    sources = [*TABLES["sources"], {**TABLES["sources"][0], "source_id": "Maker", "title": "Another"}]
    alike = found(write_small(tmp_path / "c", sources=sources))
    assert ("sources.csv", 5, "source_id", "key-alike") in alike
    twice = [*TABLES["evidence"], {**TABLES["evidence"][1], "evidence_id": "EV5"}]
    assert found(write_small(tmp_path / "d", evidence=twice)) == [
        ("evidence.csv", 6, "evidence_id", "row-twice")
    ]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


# What is done to evidence.csv, and the findings in that file.
FILES: list[tuple[str, Callable[[bytes], bytes], list[tuple[int, str, str]]]] = [
    ("order", lambda b: re.sub(rb"(?m)^([^,]*),([^,]*),([^,]*),", rb"\1,\3,\2,", b), [(1, "claim", "column-order")]),
    ("renamed", lambda b: b.replace(b"locator", b"Locator ", 1), [(1, "Locator ", "column-extra"), (1, "locator", "column-missing")]),
    ("column twice", lambda b: re.sub(rb"(?m)$\n", b",x\n", b).replace(b"note,x", b"note,note", 1), [(1, "note", "column-twice")]),
    ("extra", lambda b: re.sub(rb"(?m)$\n", b",x\n", b), [(1, "x", "column-extra")]),
    ("no header", lambda b: b.split(b"\n", 1)[1], [(1, "", "header-missing")]),
    ("empty file", lambda b: b"", [(1, "", "header-missing")]),
    ("no rows", lambda b: b.split(b"\n", 1)[0] + b"\n", [(0, "", "table-empty")]),
    ("blank line", lambda b: b + b"\n", [(6, "", "row-blank")]),
    ("commas only", lambda b: b + b",,,,,,,,,,,,,\n", [(6, "", "row-blank")]),
    ("short row", lambda b: b + b"EV5,lab\n", [(6, "", "row-length")]),
    ("long row", lambda b: b.replace(b"A study of", b"A study, of"), [(5, "", "row-length")]),
    ("open quote", lambda b: b.replace(b"A court", b'"A court'), [(3, "claim", "quote-unbalanced")]),
    ("quote inside", lambda b: b.replace(b"A court found", b'"A "court" found"'), [(3, "claim", "quote-unbalanced")]),
    ("mark", lambda b: b"\xef\xbb\xbf" + b, [(1, "", "file-bom")]),
    ("Windows lines", lambda b: b.replace(b"\n", b"\r\n"), [(1, "", "file-line-ends")]),
    ("old Mac lines", lambda b: b.replace(b"\n", b"\r"), [(1, "", "file-line-ends")]),
    ("mixed lines", lambda b: b.replace(b"\n", b"\r\n", 2), [(1, "", "file-line-ends")]),
    ("UTF-16", lambda b: b.decode().encode("utf-16"), [(1, "", "encoding")]),
    ("UTF-16 without mark", lambda b: b.decode().encode("utf-16-le"), [(1, "", "encoding")]),
    ("UTF-32", lambda b: b.decode().encode("utf-32"), [(1, "", "encoding")]),
    ("Windows-1252", lambda b: b.replace(b"useful", "n\u00fctzlich – “so”".encode("cp1252")), [(3, "claim", "encoding")]),
    ("Latin-1", lambda b: b.replace(b"useful", "f\u00fcr \u00c5se".encode("latin-1")), [(3, "claim", "encoding")]),
    ("semicolons", lambda b: b.replace(b",", b";"), [(1, "", "separator")]),
    ("tabs", lambda b: b.replace(b",", b"\t"), [(1, "", "separator")]),
    ("bars", lambda b: b.replace(b",", b"|"), [(1, "", "separator")]),
    ("sep line", lambda b: b"sep=;\n" + b.replace(b",", b";"), [(1, "", "separator")]),
    ("merge", lambda b: b + b"<<<<<<< HEAD\n", [(6, "", "file-merge"), (6, "", "row-length")]),
    ("workbook", lambda b: b"PK\x03\x04" + b, [(1, "", "file-kind")]),
    ("many blank rows", lambda b: b + b",,,,,,,,,,,,,\n" * 1000, [(6, "", "row-blank")]),
    ("crowded blank rows", lambda b: b.replace(b"\n", b"\r\r\n"), [(1, "", "file-line-ends"), *((n, "", "row-blank") for n in (2, 4, 6, 8, 10))]),
    ("empty columns at the end", lambda b: re.sub(rb"(?m)$\n", b",,,\n", b), [(1, "", "column-extra")]),
    ("header in capitals", lambda b: b.replace(b"claim", b"Claim", 1), [(1, "Claim", "column-extra"), (1, "claim", "column-missing")]),
    ("header with an invisible letter", lambda b: b.replace(b"claim", "cl\u200baim".encode(), 1), [(1, "claim", "column-missing"), (1, "cl\u200baim", "column-extra")]),
    ("header over two lines", lambda b: b.replace(b"claim", b'"cla\nim"', 1), [(1, "cla\nim", "column-extra"), (1, "claim", "column-missing")]),
    ("header in Latin-1", lambda b: b.replace(b"claim", "cl\u00e4im".encode("latin-1"), 1).replace(b"useful", "f\u00fcr alle n\u00fctzlich".encode("latin-1")), [(1, "", "encoding"), (1, "claim", "column-missing"), (1, "cl\u00e4im", "column-extra"), (3, "cl\u00e4im", "encoding")]),
    ("a title over the header", lambda b: b"Evidence,,,,,,,,,,,,,\n" + b, [(1, "", "header-missing")]),
    ("a row of sums", lambda b: b + b"Total,,4 claims,,,,,,,,,,,\n", [(6, "basis", "value-missing"), (6, "evidence_id", "value-pattern"), (6, "evidence_type", "value-missing"), (6, "source_id", "value-missing"), (6, "verified", "value-missing")]),
    ("merged cells", lambda b: b.replace(b"EV2,court", b"EV2,"), [(3, "source_id", "value-missing")]),
    ("curly quotes round a comma", lambda b: b.replace(b"A court found it useful.", "\u201cA court, found it.\u201d".encode()), [(3, "", "row-length")]),
    ("cut short", lambda b: b[:-20], [(5, "", "row-length")]),
    ("NUL bytes", lambda b: b"\0" * 900, [(1, "", "encoding"), (1, "", "header-missing")]),
    ("two marks", lambda b: b"\xef\xbb\xbf" * 2 + b, [(1, "", "file-bom"), (1, "evidence_id", "column-missing"), (1, "\ufeffevidence_id", "column-extra")]),
    ("semicolons and commas", lambda b: b.replace(b",", b";").replace(b"locator", b"locator, page", 1), [(1, "", "separator"), (1, "locator", "column-missing"), (1, "locator, page", "column-extra")]),
    ("surrogates", lambda b: b.replace(b"useful", b"\xed\xa0\x80"), [(3, "claim", "encoding")]),
    ("picture", lambda b: b"\x89PNG\r\n\x1a\n", [(1, "", "file-kind")]),
    ("database", lambda b: b"SQLite format 3\0", [(1, "", "file-kind")]),
    ("word processor", lambda b: b"{\\rtf1 " + b, [(1, "", "file-kind")]),
    ("web page", lambda b: b"<!DOCTYPE html><p>" + b, [(1, "", "file-kind")]),
    ("LFS", lambda b: b"version https://git-lfs.github.com/spec/v1\n", [(1, "", "file-kind")]),
    ("packed", lambda b: b"\x1f\x8b" + b, [(1, "", "file-kind")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "expected"), FILES, ids=[f[0] for f in FILES])
def test_a_broken_file_is_named(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes], expected: list[tuple[int, str, str]]
) -> None:
    write_small(tmp_path)
    rewrite(tmp_path / "evidence.csv", change)
    findings = [f for f in find_problems(tmp_path) if f.file == "evidence.csv"]
    assert [(f.line, f.column, f.code) for f in findings] == expected
    others = [f for f in find_problems(tmp_path) if f.file != "evidence.csv" and f.severity == "error"]
    assert others == [], "nobody else is blamed for a file that cannot be read"


def test_a_missing_column_is_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    write_small(tmp_path, evidence=edited("evidence", 0, year="soon"))
    rewrite(tmp_path / "evidence.csv", lambda b: re.sub(rb"(?m)^((?:[^,]*,){2})[^,]*,", rb"\1", b))
    here = [p for p in found(tmp_path) if p[0] == "evidence.csv"]
    assert here == [("evidence.csv", 1, "claim", "column-missing"), ("evidence.csv", 2, "year", "value-type")]


def test_everything_is_reported_at_once(tmp_path: Path) -> None:
    write_small(
        tmp_path,
        evidence=edited("evidence", 0, year="soon", value="1,5"),
        actors=edited("actors", 1, kind="king"),
        codings=[r for r in TABLES["codings"] if r["coder"] != "second"],
    )
    rewrite(tmp_path / "themes.csv", lambda b: b.replace(b",", b";"))
    rewrite(tmp_path / "sources.csv", lambda b: b.decode().encode("utf-16"))
    codes = {(f.file, f.code) for f in errors(find_problems(tmp_path))}
    assert codes == {
        ("evidence.csv", "value-type"),
        ("evidence.csv", "number-decimal-comma"),
        ("actors.csv", "value-level"),
        ("codings.csv", "coding-single"),
        ("themes.csv", "separator"),
        ("sources.csv", "encoding"),
    }


def test_a_mark_and_windows_line_ends_are_warned_of_and_read(tmp_path: Path) -> None:
    write_small(tmp_path)
    rewrite(tmp_path / "evidence.csv", lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n"))
    assert errors(find_problems(tmp_path)) == []
    assert load_study(tmp_path)["evidence"].columns[0] == "evidence_id"


def test_lines_are_counted_past_a_cell_of_two_lines(tmp_path: Path) -> None:
    rows = edited("evidence", 0, claim="One line\nand another.")
    rows[1] = {**rows[1], "year": "soon"}
    write_small(tmp_path, evidence=rows)
    assert ("evidence.csv", 4, "year", "value-type") in found(tmp_path)


def test_files_that_are_missing_unreadable_or_nobody_asked_for(tmp_path: Path) -> None:
    write_small(tmp_path)
    (tmp_path / "sources.csv").rename(tmp_path / "Sources.CSV")
    (tmp_path / "actors.csv").unlink()
    (tmp_path / "actors.csv").mkdir()
    for name in ("evidence.xlsx", "old.csv", "~$evidence.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    assert found(tmp_path) == [
        ("Sources.CSV", 0, "", "file-extra"),
        ("actors.csv", 0, "", "file-unreadable"),
        ("evidence.xlsx", 0, "", "file-extra"),
        ("old.csv", 0, "", "file-extra"),
        ("sources.csv", 0, "", "table-missing"),
        ("~$evidence.xlsx", 0, "", "file-extra"),
    ]
    (missing,) = [f for f in find_problems(tmp_path) if f.code == "table-missing"]
    assert "is it Sources.CSV?" in missing.message


def test_names_and_kinds_of_files_that_no_table_has(tmp_path: Path) -> None:
    write_small(tmp_path)
    (tmp_path / "evidence.csv").unlink()
    (tmp_path / "evidence.csv").symlink_to("evidence.csv")
    (tmp_path / "sources.csv").unlink()
    (tmp_path / "sources.csv").symlink_to("nowhere.csv")
    (tmp_path / "actors.csv").unlink()
    os.mkfifo(tmp_path / "actors.csv")
    for name in (b"caf\xe9.csv", b"two\nlines.csv", b"Copy of actors.csv"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    findings = find_problems(tmp_path)
    assert [(f.file, f.line, f.column, f.code) for f in findings] == [
        ("Copy of actors.csv", 0, "", "file-extra"),
        ("actors.csv", 0, "", "file-unreadable"),
        ("caf\\xe9.csv", 0, "", "file-extra"),
        ("evidence.csv", 0, "", "file-unreadable"),
        ("sources.csv", 0, "", "table-missing"),
        ("two\nlines.csv", 0, "", "file-extra"),
    ]
    for finding in findings:
        assert finding.message.isprintable() and finding.message.encode()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    assert found(tmp_path / "file") == [("datapackage.json", 0, "", "descriptor-invalid")]
    for name in ("empty", "absent"):
        assert found(tmp_path / name) == [("datapackage.json", 0, "", "descriptor-missing")]
    write_small(tmp_path / "pipe")
    (tmp_path / "pipe" / "datapackage.json").unlink()
    os.mkfifo(tmp_path / "pipe" / "datapackage.json")
    assert found(tmp_path / "pipe") == [("datapackage.json", 0, "", "descriptor-invalid")]


def _changed(table: str, row: int, **cells: str) -> dict[str, list[dict[str, str]]]:
    return {table: edited(table, row, **cells)}


RULES: list[tuple[str, dict[str, list[dict[str, str]]], list[Place]]] = [
    ("no agreed coding", {"codings": [r for r in TABLES["codings"] if (r["coder"], r["evidence_id"]) != ("agreed", "EV4")]},
     [("codings.csv", 17, "coder", "coding-agreed")]),
    ("one coder", {"codings": [r for r in TABLES["codings"] if (r["coder"], r["evidence_id"]) != ("second", "EV4")]},
     [("codings.csv", 17, "coder", "coding-single")]),
    ("overruled", _changed("codings", 2, stance="challenges"), [("codings.csv", 4, "stance", "coding-overruled")]),
    ("bare theme", {"codings": [r for r in TABLES["codings"] if r["theme_id"] != "B1"]}, [("themes.csv", 4, "theme_id", "theme-bare")]),
    ("two leads", _changed("responsibilities", 1, role="leads"),
     [("responsibilities.csv", 2, "role", "lead-twice"), ("responsibilities.csv", 3, "role", "lead-twice")]),
    ("unfounded", _changed("recommendations", 1, origin="published"), [("recommendations.csv", 3, "origin", "origin-unfounded")]),
    ("unused source", {"sources": [*TABLES["sources"], {**TABLES["sources"][0], "source_id": "idle", "title": "Idle"}]},
     [("sources.csv", 5, "source_id", "source-unused")]),
    ("one value in conflict", {"conflict_values": TABLES["conflict_values"][:1]}, [("conflicts.csv", 2, "conflict_id", "conflict-single")]),
    ("bare indicator", {"series": [], "panels": [], "panel_lines": []}, [("indicators.csv", 2, "indicator_id", "indicator-bare")]),
    ("bare panel", {"panel_lines": []}, [("panels.csv", 2, "panel_id", "panel-bare")]),
    ("zero on a log scale", {**_changed("panels", 0, scale="log"), **_changed("series", 1, value="0")}, [("panels.csv", 2, "scale", "scale-log")]),
    ("steps without names", _changed("panels", 0, form="steps"), [("panels.csv", 2, "form", "steps-missing")]),
    ("a step without a name", {**_changed("panels", 0, form="steps"), **_changed("indicators", 0, steps="10=Ten;30=Thirty")},
     [("panels.csv", 2, "form", "steps-missing")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "expected"), RULES, ids=[r[0] for r in RULES])
def test_rules_between_tables(
    tmp_path: Path, name: str, changes: dict[str, list[dict[str, str]]], expected: list[Place]
) -> None:
    assert found(write_small(tmp_path, **changes)) == expected


def test_statements_that_no_chapter_cites(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "data")
    (tmp_path / "index.md").write_text("# T\n\nSo it is {stmt}`A1`.\n")
    places = [(f.file, f.line, f.column, f.code) for f in find_problems(folder, tmp_path)]
    assert places == [("statements.csv", 3, "statement_id", "statement-uncited")]


def _descriptor(folder: Path, change: Callable[[dict], object]) -> Path:
    path = write_small(folder) / "datapackage.json"
    raw = json.loads(path.read_text())
    change(raw)
    path.write_text(json.dumps(raw, indent=2, ensure_ascii=False))
    return path


def _table(raw: dict, name: str) -> dict:
    return next(r for r in raw["resources"] if r["name"] == name)


def _field(raw: dict, table: str, column: str) -> dict:
    return next(f for f in _table(raw, table)["schema"]["fields"] if f["name"] == column)


DESCRIPTORS: list[tuple[str, Callable[[dict], object], str, str]] = [
    # what is done, column named, code
    ("reference to nowhere", lambda d: _table(d, "evidence")["schema"]["foreignKeys"][0]["reference"].update(resource="nowhere"), "source_id", "descriptor-contradiction"),
    ("reference gone", lambda d: _table(d, "evidence")["schema"].pop("foreignKeys"), "source_id", "descriptor-contract"),
    ("a table twice", lambda d: d["resources"].append(_table(d, "untraced")), "", "descriptor-contradiction"),
    ("a column twice", lambda d: _table(d, "untraced")["schema"]["fields"].append(_field(d, "untraced", "note")), "note", "descriptor-contradiction"),
    ("a path elsewhere", lambda d: _table(d, "evidence").update(path="../../secret.csv"), "", "descriptor-contradiction"),
    ("another encoding", lambda d: _table(d, "evidence").update(encoding="latin-1"), "", "descriptor-contradiction"),
    ("another separator", lambda d: _table(d, "evidence").update(dialect={"delimiter": ";"}), "", "descriptor-contradiction"),
    ("missing values", lambda d: _table(d, "evidence")["schema"].update(missingValues=["", "NA"]), "", "descriptor-contradiction"),
    ("a key of nothing", lambda d: _table(d, "untraced")["schema"].update(primaryKey=["gone"]), "", "descriptor-contradiction"),
    ("a type unknown", lambda d: _field(d, "evidence", "note").update(type="geopoint"), "note", "descriptor-contradiction"),
    ("a limit unknown", lambda d: _field(d, "evidence", "note").update(constraints={"exclusiveMinimum": 1}), "note", "descriptor-contradiction"),
    ("a pattern broken", lambda d: _field(d, "evidence", "note").update(constraints={"pattern": "("}), "note", "descriptor-contradiction"),
    ("a range turned round", lambda d: _field(d, "evidence", "year")["constraints"].update(minimum=2200), "year", "descriptor-contradiction"),
    ("a level against the pattern", lambda d: _field(d, "actors", "kind")["constraints"].update(pattern="[a-z]"), "kind", "descriptor-contradiction"),
    ("a level twice", lambda d: _field(d, "actors", "kind")["categories"].append({"value": "ministry"}), "kind", "descriptor-contradiction"),
    ("a level that is no text", lambda d: _field(d, "actors", "kind")["categories"].append({"value": 3}), "kind", "descriptor-contradiction"),
    ("a column gone", lambda d: _table(d, "themes")["schema"]["fields"].pop(3), "short_title", "descriptor-contract"),
    ("a table gone", lambda d: d["resources"].remove(_table(d, "codings")), "", "descriptor-contract"),
    ("a level gone", lambda d: _field(d, "codings", "stance")["categories"].pop(), "stance", "descriptor-contract"),
    ("another type", lambda d: _field(d, "evidence", "value").update(type="string"), "value", "descriptor-contract"),
    ("no longer required", lambda d: _field(d, "evidence", "claim").update(constraints={}), "claim", "descriptor-contract"),
    ("another key", lambda d: _table(d, "evidence")["schema"].update(primaryKey=["claim"]), "", "descriptor-contract"),
    ("a decimal comma", lambda d: _field(d, "evidence", "value").update(decimalChar=","), "value", "descriptor-contradiction"),
    ("marks between thousands", lambda d: _field(d, "evidence", "value").update(groupChar=","), "value", "descriptor-contradiction"),
    ("another form of dates", lambda d: _field(d, "evidence", "verified_on").update(format="%d/%m/%Y"), "verified_on", "descriptor-contradiction"),
    ("a format unknown", lambda d: _field(d, "evidence", "note").update(format="email"), "note", "descriptor-contradiction"),
    ("a limit that is a text", lambda d: _field(d, "evidence", "year")["constraints"].update(minimum="1990"), "year", "descriptor-contradiction"),
    ("a length that is a text", lambda d: _field(d, "evidence", "claim")["constraints"].update(maxLength="300"), "claim", "descriptor-contradiction"),
    ("a negative length", lambda d: _field(d, "evidence", "claim")["constraints"].update(maxLength=-1), "claim", "descriptor-contradiction"),
    ("a limit of a text", lambda d: _field(d, "evidence", "note").update(constraints={"minimum": 5}), "note", "descriptor-contradiction"),
    ("a limit of a date", lambda d: _field(d, "evidence", "verified_on").update(constraints={"minimum": "2020-01-01"}), "verified_on", "descriptor-contradiction"),
    ("a length of a number", lambda d: _field(d, "evidence", "year")["constraints"].update(maxLength=2), "year", "descriptor-contradiction"),
    ("required as a word", lambda d: _field(d, "evidence", "note").update(constraints={"required": "false"}), "note", "descriptor-contradiction"),
    ("no constraints", lambda d: _field(d, "evidence", "note").update(constraints=None), "note", "descriptor-contradiction"),
    ("a pattern that is a number", lambda d: _field(d, "evidence", "note").update(constraints={"pattern": 5}), "note", "descriptor-contradiction"),
    ("levels as a text", lambda d: _field(d, "evidence", "note").update(constraints={"enum": "yes"}), "note", "descriptor-contradiction"),
    ("levels as an object", lambda d: _field(d, "evidence", "note").update(categories={"a": 1}), "note", "descriptor-contradiction"),
    ("an empty level", lambda d: _field(d, "actors", "kind")["categories"].append({"value": ""}), "kind", "descriptor-contradiction"),
    ("a level with spaces", lambda d: _field(d, "actors", "kind")["categories"].append({"value": " x "}), "kind", "descriptor-contradiction"),
    ("a label that is none", lambda d: _field(d, "actors", "kind")["categories"][0].update(label=3), "kind", "descriptor-contradiction"),
    ("a description that is none", lambda d: _field(d, "evidence", "claim").update(description=None), "claim", "descriptor-contradiction"),
    ("a header that is not there", lambda d: _table(d, "evidence").update(dialect={"header": False}), "", "descriptor-contradiction"),
    ("other quotation marks", lambda d: _table(d, "evidence").update(dialect={"quoteChar": "'"}), "", "descriptor-contradiction"),
    ("packed", lambda d: _table(d, "evidence").update(compression="gz"), "", "descriptor-contradiction"),
    ("a workbook", lambda d: _table(d, "evidence").update(format="xlsx"), "", "descriptor-contradiction"),
    ("data within", lambda d: _table(d, "evidence").update(data=[]), "", "descriptor-contradiction"),
    ("a schema elsewhere", lambda d: _table(d, "evidence").update(schema="schema.json"), "", "descriptor-contradiction"),
    ("a key as a text", lambda d: _table(d, "evidence")["schema"].update(primaryKey="evidence_id"), "", "descriptor-contradiction"),
    ("a key of a column twice", lambda d: _table(d, "evidence")["schema"].update(primaryKey=["evidence_id", "evidence_id"]), "", "descriptor-contradiction"),
    ("a reference of two columns", lambda d: _table(d, "evidence")["schema"]["foreignKeys"].append({"fields": ["source_id", "claim"], "reference": {"resource": "sources", "fields": ["source_id", "title"]}}), "", "descriptor-contradiction"),
    ("keys that are not checked", lambda d: _table(d, "evidence")["schema"].update(uniqueKeys=[["claim"]]), "", "descriptor-contradiction"),
    ("columns as they come", lambda d: _table(d, "evidence")["schema"].update(fieldsMatch="subset"), "", "descriptor-contradiction"),
    ("missing values of all", lambda d: d.update(missingValues=["NA"]), "", "descriptor-invalid"),
    ("a title that is none", lambda d: d.update(title=None), "", "descriptor-invalid"),
    ("an empty title", lambda d: d.update(title=" "), "", "descriptor-invalid"),
    ("a version that is a number", lambda d: d.update(version=0.1), "", "descriptor-invalid"),
    ("a licence without a name", lambda d: d.update(licenses=[{"name": 3}]), "", "descriptor-invalid"),
    ("no tables", lambda d: d.pop("resources"), "", "descriptor-invalid"),
    ("tables that are text", lambda d: d.update(resources="x"), "", "descriptor-invalid"),
    ("no title", lambda d: d.pop("title"), "", "descriptor-invalid"),
    ("no licence", lambda d: d.update(licenses=[]), "", "descriptor-invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "column", "code"), DESCRIPTORS, ids=[d[0] for d in DESCRIPTORS])
def test_a_descriptor_that_contradicts_itself_or_the_book(
    tmp_path: Path, name: str, change: Callable[[dict], object], column: str, code: str
) -> None:
    path = _descriptor(tmp_path, change)
    findings = [
        f for f in find_problems(tmp_path) if (f.file, f.column, f.code) == ("datapackage.json", column, code)
    ]
    assert findings, found(tmp_path)
    if column:
        line = path.read_text().splitlines()[findings[0].line - 1]
        assert findings[0].line > 1 and ('"name"' in line)


def test_a_descriptor_that_is_no_descriptor(tmp_path: Path) -> None:
    write_small(tmp_path)
    path = tmp_path / "datapackage.json"
    for text, line in (
        ("{", 1),
        ('{\n  "name": "a",\n  "name": "b"}', 0),
        ("[" * 100_000, 0),
        ("[1]", 0),
        ('{"a": NaN}', 0),
        ('{"a": "\\ud800"}', 0),
        ("\xff", 0),
    ):
        path.write_bytes(text.encode("latin-1"))
        assert found(tmp_path) == [("datapackage.json", line, "", "descriptor-invalid")], text[:20]
    path.unlink()
    assert found(tmp_path) == [("datapackage.json", 0, "", "descriptor-missing")]


def test_a_descriptor_that_contradicts_its_table(tmp_path: Path) -> None:
    field = {"name": "colour", "type": "string", "description": "A colour."}
    _descriptor(tmp_path, lambda d: _table(d, "untraced")["schema"]["fields"].append(field))
    assert found(tmp_path) == [("untraced.csv", 1, "colour", "column-missing")]


def test_references_that_run_in_a_circle(tmp_path: Path) -> None:
    def chain(raw: dict) -> None:
        schema = _table(raw, "untraced")["schema"]
        schema["fields"].append({"name": "after", "type": "string", "description": "The one before."})
        schema["foreignKeys"] = [
            {"fields": ["after"], "reference": {"resource": "untraced", "fields": ["untraced_id"]}}
        ]

    _descriptor(tmp_path, chain)
    row = "{},s,w,n,{}\n"
    head = "untraced_id,saying,where_met,note,after\n"
    pairs = (("U1", ""), ("U2", "U4"), ("U3", "U2"), ("U4", "U3"), ("U5", "U5"))
    (tmp_path / "untraced.csv").write_text(head + "".join(row.format(*p) for p in pairs))
    circles = [f for f in find_problems(tmp_path) if f.code == "reference-cycle"]
    assert [(f.file, f.line, f.column, f.found) for f in circles] == [
        ("untraced.csv", 3, "after", "U2 → U4 → U3 → U2"),
        ("untraced.csv", 6, "after", "U5 → U5"),
    ]


def test_limits_that_a_descriptor_may_add(tmp_path: Path) -> None:
    def limit(raw: dict) -> None:
        _field(raw, "untraced", "saying")["constraints"].update(unique=True, minLength=5)
        _field(raw, "untraced", "note")["constraints"] = {"enum": ["yes", "no"]}

    _descriptor(tmp_path, limit)
    rows = "untraced_id,saying,where_met,note\nU1,a saying,w,yes\nU2,a saying,w,maybe\nU3,abc,w,no\n"
    (tmp_path / "untraced.csv").write_text(rows)
    assert found(tmp_path) == [
        ("untraced.csv", 3, "note", "value-level"),
        ("untraced.csv", 3, "saying", "key-duplicate"),
        ("untraced.csv", 4, "saying", "value-short"),
    ]


@pytest.mark.parametrize("code", KINDS)
def test_every_message_says_where_and_how_to_repair(code: str) -> None:
    message = Finding("file.csv", 3, "column", code, "FOUND", "ALLOWED").message
    assert message.startswith("file.csv, line 3, column column: ")
    assert ";" in message and message.endswith(".")


def test_every_kind_has_a_test() -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted(Path(__file__).parent.glob("test_*.py")))
    assert [code for code in KINDS if f'"{code}"' not in text] == []


def test_braces_in_a_cell_do_not_break_its_message(tmp_path: Path) -> None:
    folder = write_small(tmp_path, evidence=edited("evidence", 0, year="{found!r} {0}"))
    (finding,) = find_problems(folder)
    assert "{found!r} {0}" in finding.message


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "é" * 10_000, "\u0430a" * 5000, "<" * 10_000, "&" * 10_000, "{{" * 5000]
)
def test_letters_are_checked_in_time_that_grows_with_the_text(text: str) -> None:
    import time

    started = time.process_time()
    list(letter_problems(text))
    assert time.process_time() - started < 1


class TestCommand:
    """The command reports in three forms and says by its exit code whether a book can be right."""

    def run(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
        code = main(["check", *arguments])
        return code, capsys.readouterr().out

    def test_text(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_small(tmp_path, evidence=edited("evidence", 0, year="soon", place="NA"))
        code, out = self.run(capsys, "--data", str(tmp_path))
        assert code == 1
        assert "evidence.csv, line 2, column year: found 'soon'; allowed: a whole number" in out
        assert "warning: evidence.csv, line 2, column place: 'NA' is read as a text" in out
        assert out.endswith("1 problem(s), 1 warning(s).\n")

    def test_json(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_small(tmp_path, evidence=edited("evidence", 0, year="soon"))
        code, out = self.run(capsys, "--data", str(tmp_path), "--format", "json")
        (finding,) = json.loads(out)["findings"]
        assert code == 1
        assert finding == {
            "file": "evidence.csv", "line": 2, "column": "year", "code": "value-type", "found": "'soon'",
            "allowed": "a whole number such as 2021", "table": "evidence", "severity": "error",
            "repair": "allowed: a whole number such as 2021",
            "message": "evidence.csv, line 2, column year: found 'soon'; allowed: a whole number such as 2021.",
        }  # fmt: skip

    def test_github(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        write_small(tmp_path / "data", evidence=edited("evidence", 0, year="50% ::error::", place="NA"))
        code, out = self.run(capsys, "--data", "data", "--format", "github")
        assert code == 1
        assert out.splitlines() == [
            "::warning file=data/evidence.csv,line=2,title=value-null-word::evidence.csv, line 2, column place: 'NA' is read as a text; leave the cell empty if nothing is known; keep it if it is meant.",
            "::error file=data/evidence.csv,line=2,title=value-type::evidence.csv, line 2, column year: found '50%25 ::error::'; allowed: a whole number such as 2021.",
        ]

    def test_exit_codes(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_small(tmp_path, evidence=edited("evidence", 0, place="NA"))
        assert self.run(capsys, "--data", str(tmp_path))[0] == 0
        assert self.run(capsys, "--data", str(tmp_path), "--strict")[0] == 1
        assert self.run(capsys, "--data", str(write_small(tmp_path / "right")), "--strict")[0] == 0
        assert self.run(capsys, "--data", str(tmp_path / "nowhere"))[0] == 1

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to the superuser")
    def test_a_file_without_permission(self, tmp_path: Path) -> None:
        (write_small(tmp_path) / "actors.csv").chmod(0)
        assert found(tmp_path) == [("actors.csv", 0, "", "file-unreadable")]
