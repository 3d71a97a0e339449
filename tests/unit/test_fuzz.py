"""Whatever a file holds, the check lists findings and never fails; whatever it lets through can be shown.

The same cases at every run (`derandomize`), so that a failure here is one for everybody.
"""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.bibtex import bibliography
from casebook.findings import Finding, as_annotations, as_records, as_text, errors
from casebook.load import find_problems, load_study
from casebook.markup import as_plotly, bold
from casebook.schema import read_schema
from casebook.sphinxext.catalogue_index import index_script
from casebook.sphinxext.catalogue_rows import Links, rows_html
from casebook.sphinxext.writing import script_json
from casebook.spreadsheet import safe_text
from casebook.tables import rows_csv, safe_csv, twin_html
from figure_rows import all_drawings
from small import TABLES, edited, write_small

ODD = st.sampled_from(["\x00", "\u200b", "\u202e", "\ufeff", "\u00a0", '"', "'", ";", "\t", "=", "<", "&", "%{", "\\", "|", "\u2028", "e\u0301", "$", "1", ".", ",", "-", "\U0001f600", "\ue000"])  # fmt: skip
TEXT = st.lists(ODD | st.text(max_size=6), max_size=8).map("".join)
BYTES = st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3) | TEXT.map(lambda t: t.encode("utf-8", "replace"))), min_size=1, max_size=4)  # fmt: skip
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2), max_leaves=4)  # fmt: skip


def fuzz(examples: int) -> settings:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=checks
    )


def said(folder: Path) -> list[Finding]:
    """Return the findings, after saying them in all three forms."""
    findings = find_problems(folder)
    for line in (*as_text(findings), *as_annotations(findings, "data")):
        line.encode()
        assert "\n" not in line
    json.dumps(as_records(findings), ensure_ascii=False).encode()
    return findings


@fuzz(60)
@given(table=st.sampled_from(["evidence", "codings", "sources", "criteria", "panel_lines"]), changes=BYTES)
def test_any_bytes_in_a_table_are_findings(
    tmp_path: Path, table: str, changes: list[tuple[int, bytes]]
) -> None:
    path = write_small(tmp_path) / f"{table}.csv"
    body = path.read_bytes()
    for place, more in changes:
        body = body[:place] + more + body[place + len(more) // 2 :]
    path.write_bytes(body)
    if not errors(said(tmp_path)):
        load_study(tmp_path)


COLUMNS = [(table, column) for table, rows in TABLES.items() for column in (rows[0] if rows else ())]


def fragments(folder: Path) -> Iterator[str]:
    """Yield every kind of HTML that a package becomes without Sphinx."""
    study = load_study(folder)
    links = Links(lambda key: f"#{key}", lambda page: page, {}, {})
    yield rows_html(study, study["evidence"], links, notes=True)
    for drawing in all_drawings(study):
        bundle = drawing.bundle()
        assert json.loads(script_json(bundle)) == bundle and "<" not in script_json(bundle)
        rows_csv([c["name"] for c in bundle["columns"]], bundle["rows"])
        yield twin_html(bundle, drawing.title)
    bibliography(study)
    index_script(study, "catalogue")


TAGS = {"div", "p", "span", "a", "table", "caption", "thead", "tbody", "tr", "th", "td"}


@fuzz(40)
@given(place=st.sampled_from(COLUMNS), text=TEXT)
def test_any_cell_is_a_finding_or_is_shown(tmp_path: Path, place: tuple[str, str], text: str) -> None:
    table, column = place
    text = text.encode("utf-8", "replace").decode()
    write_small(tmp_path, **{table: edited(table, 0, **{column: text})})
    if not errors(said(tmp_path)):
        for fragment in fragments(tmp_path):
            assert set(re.findall(r"<([a-zA-Z]+)", fragment)) <= TAGS
            assert not re.search(r"<[^>]*\son\w+=", fragment)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value within a JSON value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


@pytest.fixture(scope="module")
def descriptor(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return json.loads((write_small(tmp_path_factory.mktemp("d")) / "datapackage.json").read_text())


@fuzz(80)
@given(data=st.data(), value=JSON)
def test_any_descriptor_is_a_finding_or_is_read(
    tmp_path: Path, descriptor: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    write_small(tmp_path)
    raw = copy.deepcopy(descriptor)
    # A table of few columns, and what the package says of itself: every kind of property is in them.
    ways = [p for p in places(raw) if p[0] != "resources" or len(p) == 1 or p[1] in (0, 1, 5)]
    *way, last = data.draw(st.sampled_from(ways))
    owner = raw
    for step in way:
        owner = owner[step]
    owner[last] = value
    (tmp_path / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    if not errors(said(tmp_path)):
        load_study(tmp_path)
        read_schema(tmp_path)


@fuzz(300)
@given(text=TEXT)
def test_no_text_is_a_formula_in_a_download(text: str) -> None:
    for part in re.split(r"[;\t\r\n]+", safe_text(text, numbers=False)):
        assert not part.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert safe_text(safe_text(text)) == safe_text(text)


@fuzz(300)
@given(text=TEXT)
def test_a_figure_shows_a_text_letter_by_letter(text: str) -> None:
    text = re.sub("[\ue000-\ue005]", "", text)
    drawn = as_plotly(bold(text))
    assert drawn.startswith("<b>") and drawn.endswith("</b>") and "<" not in drawn[3:-4]

    shown = drawn[3:-4].replace("&lt;", "<")
    assert re.sub(r"&amp;(?=#?\w{1,31};)", "&", shown) == text


def test_a_copy_without_formulas_is_the_file_itself(tmp_path: Path) -> None:
    for path in write_small(tmp_path).glob("*.csv"):
        assert safe_csv(path.read_bytes()) == path.read_bytes()
    body = b'a,b\n1,"=1+1"\n-5,"x;@y"\n'
    assert safe_csv(body) == b"a,b\n1,'=1+1\n-5,x;'@y\n"
