"""Every kind of problem in a data package is found, at its file, line and column."""

from pathlib import Path

import pytest

from casebook.cli import main
from casebook.findings import TEMPLATES, Finding
from casebook.load import find_problems
from small import TABLES, edited, write_small


def found(folder: Path) -> list[tuple[str, int, str, str]]:
    return [(f.file, f.line, f.column, f.code) for f in find_problems(folder)]


CELLS = [
    # table, row counted from 0, changed cells, (column, code); line = row + 2
    ("evidence", 0, {"year": "20x9"}, ("year", "value-type")),
    ("evidence", 0, {"year": "1,999"}, ("year", "value-type")),
    ("evidence", 1, {"value": "1.234,5"}, ("value", "value-type")),
    ("evidence", 1, {"value": "1E+05"}, ("value", "value-type")),
    ("evidence", 1, {"value": "nan"}, ("value", "value-type")),
    ("evidence", 2, {"verified_on": "23/11/2026"}, ("verified_on", "value-type")),
    ("evidence", 2, {"verified_on": "2026-02-30"}, ("verified_on", "value-type")),
    ("evidence", 0, {"claim": ""}, ("claim", "value-missing")),
    ("evidence", 0, {"claim": "Trailing space. "}, ("claim", "value-space")),
    ("evidence", 0, {"claim": "x" * 301}, ("claim", "value-long")),
    ("evidence", 0, {"evidence_type": "Law"}, ("evidence_type", "value-level")),
    ("evidence", 0, {"year": "1492"}, ("year", "value-range")),
    ("sources", 0, {"url": "javascript:alert(1)"}, ("url", "value-type")),
    ("sources", 0, {"doi": "not a doi"}, ("doi", "value-pattern")),
    ("evidence", 0, {"source_id": "nobody"}, ("source_id", "reference-broken")),
    ("codings", 0, {"theme_id": "F9"}, ("theme_id", "reference-broken")),
]


@pytest.mark.parametrize(("table", "row", "cells", "expected"), CELLS, ids=lambda x: str(x)[:40])
def test_a_wrong_cell_is_named(
    tmp_path: Path, table: str, row: int, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    write_small(tmp_path, **{table: edited(table, row, **cells)})
    assert (f"{table}.csv", row + 2, *expected) in found(tmp_path)


def test_the_small_package_is_right(tmp_path: Path) -> None:
    assert found(write_small(tmp_path)) == []


def test_text_that_looks_missing_is_text(tmp_path: Path) -> None:
    from casebook.load import load_study

    study = load_study(write_small(tmp_path, evidence=edited("evidence", 0, place="NA", claim="None")))
    assert study["evidence"].loc[0, ["place", "claim"]].tolist() == ["NA", "None"]


def test_a_key_twice_names_both_lines(tmp_path: Path) -> None:
    rows = [*TABLES["actors"], TABLES["actors"][0]]
    write_small(tmp_path, actors=rows)
    (finding,) = find_problems(tmp_path)
    assert (finding.line, finding.code, finding.allowed) == (4, "key-duplicate", "2")


def test_lines_are_counted_past_a_cell_of_two_lines(tmp_path: Path) -> None:
    rows = edited("evidence", 0, claim="One line\nand another.")
    rows[1] = {**rows[1], "year": "soon"}
    write_small(tmp_path, evidence=rows)
    assert ("evidence.csv", 4, "year", "value-type") in found(tmp_path)


def rewrite(path: Path, change: object) -> None:
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]


FILES = [
    (lambda b: b.replace(b"claim,locator", b"locator,claim", 1), 1, "columns"),
    (lambda b: b.replace(b"claim,", b"", 1), 1, "columns"),
    (lambda b: b.replace(b",", b";"), 1, "columns"),
    (lambda b: b.decode().encode("utf-16"), 0, "encoding"),
    (lambda b: b.replace(b"useful", "n\u00fctzlich".encode("latin-1")), 0, "encoding"),
    (lambda b: b.split(b"\n", 1)[0] + b"\n", 0, "table-empty"),
    (lambda b: b"", 1, "columns"),
    (lambda b: b + b"\n", 6, "row-blank"),
    (lambda b: b + b"EV5,lab\n", 6, "row-length"),
    (lambda b: b.replace(b"A court", b'"A court', 1), 5, "csv-broken"),
]


@pytest.mark.parametrize(
    ("change", "line", "code"), FILES, ids=[f"{c}-{i}" for i, (_, _, c) in enumerate(FILES)]
)
def test_a_broken_file_is_named(tmp_path: Path, change: object, line: int, code: str) -> None:
    write_small(tmp_path)
    rewrite(tmp_path / "evidence.csv", change)
    findings = [f for f in find_problems(tmp_path) if f.file == "evidence.csv"]
    assert [(f.line, f.code) for f in findings][:1] == [(line, code)]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    write_small(tmp_path)
    rewrite(tmp_path / "evidence.csv", lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n"))
    assert found(tmp_path) == []


def test_a_missing_table_does_not_raise_false_alarms(tmp_path: Path) -> None:
    write_small(tmp_path)
    (tmp_path / "sources.csv").unlink()
    assert found(tmp_path) == [("sources.csv", 0, "", "table-missing")]


def test_rules_between_tables(tmp_path: Path) -> None:
    codings = [r for r in TABLES["codings"] if r["coder"] != "agreed" or r["evidence_id"] != "EV1"]
    assert ("codings.csv", 2, "coder", "coding-agreed") in found(write_small(tmp_path / "a", codings=codings))
    bare = [r for r in TABLES["codings"] if r["theme_id"] != "B1"]
    assert found(write_small(tmp_path / "b", codings=bare)) == [("themes.csv", 4, "theme_id", "theme-bare")]
    leads = edited("responsibilities", 1, role="leads")
    assert found(write_small(tmp_path / "c", responsibilities=leads)) == [
        ("responsibilities.csv", 2, "role", "lead-twice"),
        ("responsibilities.csv", 3, "role", "lead-twice"),
    ]
    origin = edited("recommendations", 1, origin="published")
    assert found(write_small(tmp_path / "d", recommendations=origin)) == [
        ("recommendations.csv", 3, "origin", "origin-unfounded")
    ]


def test_a_descriptor_that_contradicts_itself(tmp_path: Path) -> None:
    write_small(tmp_path)
    path = tmp_path / "datapackage.json"
    path.write_text(path.read_text().replace('"resource": "sources"', '"resource": "nowhere"'))
    assert found(tmp_path) == [("datapackage.json", 0, "", "descriptor-invalid")]
    path.write_text("{")
    assert found(tmp_path) == [("datapackage.json", 0, "", "descriptor-invalid")]
    path.unlink()
    assert found(tmp_path) == [("datapackage.json", 0, "", "descriptor-missing")]


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_message_says_where_and_how_to_repair(code: str) -> None:
    message = Finding("file.csv", 3, "column", code, "FOUND", "ALLOWED").message
    assert message.startswith("file.csv, line 3, column column: ")
    assert ";" in message and message.endswith(".")


def test_the_command_reports_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    write_small(tmp_path, evidence=edited("evidence", 0, year="soon"))
    assert main(["check", "--data", str(tmp_path), "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("evidence.csv", 2, "year")
    assert main(["check", "--data", str(tmp_path)]) == 1
    assert "evidence.csv, line 2, column year: found 'soon'" in capsys.readouterr().out
    assert main(["check", "--data", str(write_small(tmp_path / "right"))]) == 0
