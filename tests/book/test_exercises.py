"""The exercises of the annexes: the answer shown runs, and is right when worked out another way."""

import csv
import multiprocessing
import re
from collections import Counter
from typing import Any

import pytest

from small import ROOT

ANNEXES = ROOT / "chapters" / "annexes"
BLOCK = re.compile(r"^```(?:\{code-cell\} ipython3|python)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


def rows(table: str) -> list[dict[str, str]]:
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _run(name: str, out: Any) -> None:
    """Run a page's cells and its blocks for readers, in order, as a reader would; send what the last ones gave."""
    import ast
    import os

    os.chdir(ANNEXES)
    names: dict[str, Any] = {}
    results = []
    for match in BLOCK.finditer((ANNEXES / f"{name}.md").read_text(encoding="utf-8")):
        code = re.sub(r"^:\w+:.*\n", "", match["code"], flags=re.MULTILINE)
        tree = ast.parse(code)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        value = eval(compile(ast.Expression(last.value), name, "eval"), names) if last else None
        results.append(value)
    out.send(
        [
            r.to_dict("list") if hasattr(r, "columns") else r.to_dict()
            for r in results
            if hasattr(r, "to_dict")
        ]
    )


def answers(name: str) -> list[dict]:
    """Return what the page's blocks give, those that give a table or a column."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_run, args=(name, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def test_every_annex_has_an_exercise() -> None:
    for path in ANNEXES.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"^### Exercises?$", text, re.MULTILINE), path.name
        assert "```python" in text.split("### Exercise")[1], path.name


def test_a_theme_without_self_reports_and_with_a_row_more() -> None:
    *_, outside, more = answers("theme-summaries")
    standing = {r["source_id"]: r["independence"] for r in rows("sources")}
    source = {r["evidence_id"]: r["source_id"] for r in rows("evidence")}
    agreed = [r for r in rows("codings") if r["coder"] == "agreed" and r["theme_id"] == "F1"]
    counted = Counter(r["stance"] for r in agreed if r["stance"] in ("supports", "qualifies", "challenges"))
    kept = Counter(
        r["stance"]
        for r in agreed
        if r["stance"] in counted and standing[source[r["evidence_id"]]] != "self-reported"
    )
    assert outside == dict(kept)
    assert more == {
        "supports": counted["supports"],
        "qualifies": counted["qualifies"],
        "challenges": counted["challenges"] + 1,
    }


def test_actions_that_each_actor_leads() -> None:
    found = answers("recommendation-matrices")[-1]
    assert found == dict(Counter(r["actor_id"] for r in rows("responsibilities") if r["role"] == "leads"))


def test_how_often_the_first_value_is_in_the_last() -> None:
    found = answers("thorn-in-figures")[-1]
    assert found
    for line in (r for r in rows("panel_lines") if r["panel_id"] == "thorn-time"):
        values = sorted(
            (int(r["year"]), float(r["value"]))
            for r in rows("series")
            if r["indicator_id"] == line["indicator_id"] and r["place"] == line["place"]
        )
        assert found[line["line_label"]] == pytest.approx(values[-1][1] / values[0][1])


def test_the_latest_value_of_each_indicator() -> None:
    found = answers("sri-lanka-in-figures")[-1]
    place = re.search(r'series\["place"\] == "([^"]+)"', (ANNEXES / "sri-lanka-in-figures.md").read_text())[1]  # type: ignore[index]
    latest: dict[str, int] = {}
    for r in rows("series"):
        if r["place"] == place:
            latest[r["indicator_id"]] = max(latest.get(r["indicator_id"], 0), int(r["year"]))
    assert sorted(found["year"]) == sorted(latest.values()) and len(found["value"]) == len(latest)


def test_disagreements_of_three_and_more() -> None:
    counts = Counter(r["conflict_id"] for r in rows("conflict_values"))
    assert answers("disagreements")[-1] == {k: n for k, n in counts.items() if n >= 3}


def test_a_doubled_weight() -> None:
    from casebook import criteria, load_study

    found = answers("priorities")[-1]
    study = load_study(ROOT / "data")
    values, weights = criteria.worths(study), criteria.default_weights(study)

    def ranks(chosen: dict[str, float]) -> dict[str, int]:
        points = {key: round(sum(chosen[c] * row[c] for c in chosen), 9) for key, row in values.iterrows()}
        total = sum(chosen.values())
        return {
            key: 1 + sum(round(o / total, 9) > round(p / total, 9) for o in points.values())
            for key, p in points.items()
        }

    first = next(iter(weights))
    before, after = ranks(weights), ranks({**weights, first: 2 * weights[first]})
    moved = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    table = zip(found["recommendation_id"], found["rank before"], found["rank after"], strict=True)
    assert {key: (b, a) for key, b, a in table} == moved
    assert moved


def test_themes_without_a_row_from_one_country() -> None:
    found = answers("evidence-map")[-1]
    places = {r["evidence_id"]: r["place"] for r in rows("evidence")}
    bearing = [
        r
        for r in rows("codings")
        if r["coder"] == "agreed" and r["stance"] in ("supports", "qualifies", "challenges")
    ]
    most = Counter(places[r["evidence_id"]] for r in bearing if places[r["evidence_id"]]).most_common(2)
    assert most[0][1] > most[1][1]
    seen = {r["theme_id"] for r in bearing if places[r["evidence_id"]] == most[0][0]}
    assert list(found.values()) == [r["theme_id"] for r in rows("themes") if r["theme_id"] not in seen]


def test_a_row_of_ones_own_after_the_last() -> None:
    found = answers("figures-of-scale")[-1]
    changes = list(found.values())
    assert changes[-1] == 1.0 and changes[0] != changes[0]
    name = re.search(r'name = "([^"]+)"', (ANNEXES / "figures-of-scale.md").read_text())[1]  # type: ignore[index]
    last = max(int(r["year"]) for r in rows("breaks") if r["indicator_id"] == name)
    kept = [r for r in rows("series") if r["indicator_id"] == name and int(r["year"]) >= last]
    assert len(changes) == len(kept) + 1
