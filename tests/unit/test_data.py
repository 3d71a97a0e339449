"""The book's own data package holds what the book promises."""

import re

import pytest

from casebook.load import find_problems
from casebook.study import Study
from small import ROOT

CHAPTERS = sorted([ROOT / "index.md", *(ROOT / "chapters").rglob("*.md")])


def test_the_package_has_no_problems() -> None:
    assert [f.message for f in find_problems(ROOT / "data")] == []


def test_every_row_has_the_date_of_its_last_reading_and_the_readings_add_up(study: Study) -> None:
    evidence, readings = study["evidence"], study["readings"]
    assert evidence["verified"].notna().all() and evidence["verified_on"].notna().all()
    counts = readings[["drawn", "exact", "loose", "contradicted", "not_retrieved"]].dropna()
    assert len(counts) >= 5
    assert (counts["drawn"] == counts.drop(columns="drawn").sum(axis=1)).all()
    claims = readings[readings["claim_exact"].notna()]
    assert (claims["kind"] == "sample").all() and claims["drawn"].sum() >= 150
    assert (claims["claim_exact"] >= claims["exact"]).all()


def test_at_least_49_in_50_claims_of_the_fresh_samples_are_exact(study: Study) -> None:
    # Of the rows whose source was found, and of all samples whose exact claims were counted apart.
    readings = study["readings"]
    last = readings[readings["claim_exact"].notna()]
    assert last["claim_exact"].sum() / (last["drawn"] - last["not_retrieved"]).sum() >= 0.98


def test_at_least_49_in_50_rows_of_the_last_sample_are_exact(study: Study) -> None:
    # Drawn after all that was found before it had been mended.
    readings = study["readings"]
    last = readings[readings["kind"] == "sample"].iloc[-1]
    assert last["drawn"] >= 50
    # Since then only single rows were read, those that were mended.
    assert (readings.loc[last.name + 1 :, "kind"] == "part").all()
    assert last["exact"] / (last["drawn"] - last["not_retrieved"]) >= 0.98


def test_enough_evidence_and_actions(study: Study) -> None:
    assert len(study["evidence"]) >= 250
    actions = study["recommendations"]
    assert len(actions) >= 25
    assert set(actions["theme_id"]) == {"R1", "R2", "R3", "R4", "R5"}
    assert set(actions["scope"]) == {"Sri Lanka", "general"}


def test_every_column_is_described(study: Study) -> None:
    for table in study.schema.tables:
        assert table.description, table.name
        for column in table.columns:
            assert column.description, f"{table.name}.{column.name}"
            assert column.type != "number" or column.unit, f"{table.name}.{column.name} has no unit"
            assert all(label for _, label in column.levels), (
                f"{table.name}.{column.name} has a level without a meaning"
            )


def test_every_pair_was_coded_twice(study: Study) -> None:
    codings = study["codings"]
    coders = codings.groupby(["evidence_id", "theme_id"])["coder"].agg(set)
    assert set(map(frozenset, coders)) == {frozenset({"first", "second", "agreed"})}
    wide = codings.pivot(index=["evidence_id", "theme_id"], columns="coder", values="stance")
    same = wide["first"] == wide["second"]
    assert (wide["agreed"] == wide["first"])[same].all()
    agreed = codings[codings["coder"] == "agreed"].set_index(["evidence_id", "theme_id"])
    assert agreed.loc[~same, "reason"].notna().all()


def test_every_source_is_used(study: Study) -> None:
    tables = ("evidence", "endorsements", "actors", "series", "conflict_values")
    used = {s for t in tables for s in study[t]["source_id"].dropna()}
    assert set(study["sources"]["source_id"]) == used


# What may stand as digits: identifiers, years, dates, laws, telephone numbers, and numbers of standards.
ALLOWED = re.compile(
    r"\b(1[89]|20)\d{2}\b|\{[a-z]+\}`[^`]*`|\bNo\. \d+|[Ss]ection \d+\w*|\b360[A-C]\b|\b[A-Z]+\d+(\.\d+)?\b|https?://\S+|\(\S+?\)|"
    r"^#.*$|\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"[Aa]rticle \d+|CC BY 4\.0|Attribution 4\.0|\b0\.1\.0\b|\b\d{3} \d{3} \d{4}\b|\b19\d{2}\b|paper ID \d+|\bTier \d\b|24-hour|UTF-8|News 1st|Guidelines 2\.2",
    re.MULTILINE,
)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_number_in_prose_is_typed(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    text = re.sub(r"^---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    left = [
        (line, m[0]) for line in ALLOWED.sub("", text).splitlines() for m in re.finditer(r"\d[\d.,]*", line)
    ]
    assert left == []


def test_chapters_are_the_table_of_contents() -> None:
    listed = set(re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text()))
    assert {p.relative_to(ROOT).with_suffix("").as_posix() for p in CHAPTERS} == listed | {"index"}


def test_annexes_are_lettered_in_the_order_of_the_contents() -> None:
    files = re.findall(r"file: (chapters/annexes/\S+)", (ROOT / "_toc.yml").read_text())
    heads = [
        re.search(r"^# (.*)$", (ROOT / f"{f}.md").read_text(encoding="utf-8"), re.MULTILINE)[1] for f in files
    ]
    assert [head[:8] for head in heads] == [f"Annex {letter}:" for letter in "ABCDEFGHIJ"[: len(files)]]


def test_a_reference_to_an_annex_leads_to_it() -> None:
    letters = {
        path.stem: re.search(r"^# (Annex \w):", path.read_text(encoding="utf-8"), re.MULTILINE)[1]
        for path in (ROOT / "chapters" / "annexes").glob("*.md")
    }
    for path in CHAPTERS:
        for name, target in re.findall(r"\[(Annex \w)\]\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert letters[target.rsplit("/", 1)[-1].removesuffix(".md")] == name, f"{path.name}: {name}"
        for name in re.findall(r"\bAnnex [A-Z]\b", path.read_text(encoding="utf-8")):
            assert name in letters.values(), f"{path.name}: {name}"


def test_every_source_has_the_day_on_which_it_was_last_seen(study: Study) -> None:
    sources = study["sources"]
    assert sources[sources["seen_on"].isna()]["source_id"].tolist() == []
