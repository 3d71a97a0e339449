"""Read the marks of a figure back into rows, to compare them with the rows of its CSV.

Every figure needs a reader here: it gets the plotly JSON of one width and the CSV's rows, and returns what is drawn
and what the CSV tells, both as sorted lists of tuples. A figure without a reader fails `test_rows_drawn`.
"""

import csv
import inspect
import io
import math
import re
from collections.abc import Callable
from typing import Any

from casebook import figures
from casebook.drawing import Drawing
from casebook.study import Study
from casebook.tables import rows_csv
from casebook.wording import percent

Rows = list[dict[str, str]]
Compared = tuple[list[tuple], list[tuple]]
Reader = Callable[[dict[str, Any], Rows], Compared]


def all_drawings(study: Study) -> list[Drawing]:
    """Return every figure that the package can draw of a study: all makers that want a study alone, all panels."""
    makers = [getattr(figures, name) for name in figures.__all__]
    alone = [m for m in makers if list(inspect.signature(m).parameters) == ["study"]]
    return [m(study) for m in alone] + [figures.panel(study, p) for p in study["panels"]["panel_id"]]


def csv_of(bundle: dict[str, Any]) -> str:
    """Return the CSV of a figure as the book writes it."""
    return rows_csv([c["name"] for c in bundle["columns"]], bundle["rows"])


def read_csv(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _one_to_one(pairs: list[tuple]) -> bool:
    """Say whether each place stands for one thing, and each thing for one place."""
    return len({a for a, _ in set(pairs)}) == len({b for _, b in set(pairs)}) == len(set(pairs))


def _row_of(y: float) -> int:
    """Return the row a mark stands on; on a narrow picture marks sit a little lower, under their label."""
    return math.floor(y + 0.5)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<br>", " ", text.replace("<b>", "").replace("</b>", ""))).strip()


def _row_labels(spec: dict[str, Any]) -> dict[int, str]:
    """Return what stands before, or above, each row of a picture."""
    notes = [
        a for a in spec["layout"]["annotations"] if a.get("xref") == "paper" and a.get("yref") != "paper"
    ]
    return {_row_of(a["y"]): _plain(a["text"]) for a in notes if a["x"] == 0}


def _column_heads(spec: dict[str, Any]) -> list[tuple[float, str]]:
    """Return what stands over the columns of a picture, group heads among it."""
    notes = spec["layout"]["annotations"]
    return [
        (a["x"], _plain(a["text"])) for a in notes if a.get("yref") == "paper" and a.get("xref") != "paper"
    ]


def _begins(spec: dict[str, Any], keys: list[str]) -> bool:
    """Say whether the label of every row begins with its key, or its rank and its key."""
    labels = _row_labels(spec)
    words = [labels[y].split(" ") for y in range(len(keys))]
    return len(labels) == len(keys) and all(
        key in (word[0], word[1]) for key, word in zip(keys, words, strict=True)
    )


def balance(spec: dict[str, Any], rows: Rows) -> Compared:
    assert _begins(spec, [r["theme_id"] for r in rows])
    bars = {t["name"]: {_row_of(y): x for y, x in zip(t["y"], t["x"], strict=True)} for t in spec["data"]}
    drawn = []
    for i in bars["qualifies"]:
        row = rows[i]
        own, others = bars["supports, self-reported"][i], bars["supports, others report"][i]
        drawn.append((row["theme_id"], own + others, own, -bars["qualifies"][i], -bars["challenges"][i]))
    names = ("supports", "supports_reported", "qualifies", "challenges")
    return drawn, [(r["theme_id"], *(int(r[n]) for n in names)) for r in rows]


def standing(spec: dict[str, Any], rows: Rows) -> Compared:
    levels = [name for name in rows[0] if name not in ("theme_id", "title")]
    assert _begins(spec, [r["theme_id"] for r in rows])
    drawn = [
        (rows[_row_of(y)]["theme_id"], t["name"], round(x, 1))
        for t in spec["data"]
        for x, y in zip(t["x"], t["y"], strict=True)
    ]
    told = [
        (r["theme_id"], n, round(round(100 * int(r[n]) / sum(int(r[m]) for m in levels), 2), 1))
        for r in rows
        for n in levels
    ]
    return drawn, told


def flow(spec: dict[str, Any], rows: Rows) -> Compared:
    (bars,) = spec["data"]
    labels = _row_labels(spec)
    assert all(labels[i].lower().removeprefix("– ") == r["detail"].lower() for i, r in enumerate(rows))
    drawn = [(_row_of(y), x) for x, y in zip(bars["x"], bars["y"], strict=True)]
    return drawn, [(i, int(r["rows"])) for i, r in enumerate(rows)]


def dots(column: str, level: str) -> Reader:
    """Read a matrix of dots: an action, what stands in the column, and how it is marked."""

    def read(spec: dict[str, Any], rows: Rows) -> Compared:
        drawn, places = [], []
        for trace in spec["data"]:
            for text, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True):
                action, other = text.split(" – ", 1)
                key = other.split(" ")[0] if column == "theme_id" else other
                drawn.append((action, key, trace["name"]))
                places += [(("row", y), action), (("column", x), key)]
        assert _one_to_one(places)
        labels, heads = _row_labels(spec), _column_heads(spec)
        for (way, at), name in places:
            said = [labels[at]] if way == "row" else [text for x, text in heads if x == at]
            assert any(text.split(" ")[0] == name for text in said), f"{name} stands under another label"
        return drawn, [(r["recommendation_id"], r[column], r[level]) for r in rows]

    return read


def carriers(spec: dict[str, Any], rows: Rows) -> Compared:
    """Read the matrix of actors by actions, and the actions that it shades because nobody leads them."""
    names = {r["actor"]: r["name"] for r in rows}
    labels, heads = _row_labels(spec), _column_heads(spec)
    drawn, places = [], []
    for trace in spec["data"]:
        for x, y, (action, actor, _) in zip(trace["x"], trace["y"], trace["customdata"], strict=True):
            drawn.append((action, actor, trace["name"]))
            places += [(("row", _row_of(y)), actor), (("column", x), action)]
            assert labels[_row_of(y)] in (actor, names[actor])
            assert any(at == x and action.endswith(text) for at, text in heads)
    assert _one_to_one(places)
    led = {r["recommendation_id"] for r in rows if r["role"] == "leads"}
    shaded = {s["name"] for s in spec["layout"].get("shapes", []) if s["type"] == "rect"}
    assert not shaded & led and {r["recommendation_id"] for r in rows} - led <= shaded
    return drawn, [(r["recommendation_id"], r["actor"], r["role"]) for r in rows]


def load(spec: dict[str, Any], rows: Rows) -> Compared:
    labels = _row_labels(spec)
    assert all(labels[i] in (r["name"], r["actor"]) for i, r in enumerate(rows))
    totals = {_row_of(a["y"]): a["text"] for a in spec["layout"]["annotations"] if "xref" not in a}
    assert all(totals[i] == r["total"] for i, r in enumerate(rows))
    drawn = [
        (rows[_row_of(y)]["name"], t["name"], x)
        for t in spec["data"]
        for x, y in zip(t["x"], t["y"], strict=True)
    ]
    return drawn, [(r["name"], t["name"], int(r[t["name"]])) for r in rows for t in spec["data"]]


def conflicts(spec: dict[str, Any], rows: Rows) -> Compared:
    labels = _row_labels(spec)
    assert all(labels[_row_of(y)].split(" ")[0] == t["name"] for t in spec["data"] for y in t["y"])
    drawn = [(t["name"], round(x, 3)) for t in spec["data"] for x in t["x"]]
    return drawn, [(r["conflict_id"], round(_number(r["times"]), 3)) for r in rows]


def evidence_map(spec: dict[str, Any], rows: Rows) -> Compared:
    drawn, places, areas = [], [], []
    for trace in spec["data"]:
        marks = zip(trace["x"], trace["y"], trace["marker"]["size"], trace["customdata"], strict=True)
        for x, y, size, (theme, kind, stance, count, query, first) in marks:
            drawn.append((theme, kind, stance, count, trace["name"], query, first))
            places += [
                (("row", y), theme),
                (("column", round(x)), kind),
                (("side", round(x - round(x), 2)), stance),
            ]
            areas.append((size, count))
    assert _one_to_one(places)
    assert _begins(spec, list(dict.fromkeys(r["theme_id"] for r in rows)))
    heads = {(round(x), text.replace("- ", "-")) for x, text in _column_heads(spec) if len(text) > 1}
    assert {("column", x): text for x, text in heads} == {k: v for k, v in places if k[0] == "column"}
    # Above the smallest size the area is as the number of rows.
    smallest = min(size for size, _ in areas)
    per_row = [size**2 / count for size, count in areas if size > smallest]
    assert all(math.isclose(a, per_row[0], rel_tol=0.01) for a in per_row)
    told = [
        (
            r["theme_id"],
            r["evidence_type"],
            r["stance"],
            int(r["rows"]),
            r["standing"],
            r["filter"],
            r["first"],
        )
        for r in rows
    ]
    return drawn, told


def bodies(spec: dict[str, Any], rows: Rows) -> Compared:
    (trace,) = spec["data"]
    marks = list(zip(trace["customdata"], trace["x"], trace["y"], strict=True))
    assert _one_to_one([p for (key, body), x, y in marks for p in ((("column", x), key), (("row", y), body))])
    labels, heads = _row_labels(spec), dict(_column_heads(spec))
    assert all(labels[_row_of(y)] == body and heads[x] == key for (key, body), x, y in marks)
    return [tuple(data) for data, _, _ in marks], [(r["recommendation_id"], r["body"]) for r in rows]


def horizons(spec: dict[str, Any], rows: Rows) -> Compared:
    told = {r["recommendation_id"]: r for r in rows}
    drawn, places = [], []
    for trace in spec["data"]:
        for key, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True):
            drawn.append((key, trace["name"]))
            places += [
                (("row", math.floor(y)), told[key]["horizon"]),
                (("column", math.floor(x)), trace["name"]),
            ]
    assert _one_to_one(places)
    return drawn, [(r["recommendation_id"], r["legal_state"]) for r in rows]


def _ranked(spec: dict[str, Any], rows: Rows) -> bool:
    """Say whether each label begins with the rank of its row."""
    labels = _row_labels(spec)
    return all(labels[i].split(" ")[0].removesuffix("=") == r["rank"] for i, r in enumerate(rows))


def ranking(spec: dict[str, Any], rows: Rows) -> Compared:
    columns = [name for name in rows[0] if name not in ("rank", "recommendation_id", "action")]
    assert _begins(spec, [r["recommendation_id"] for r in rows]) and _ranked(spec, rows)
    bars = [trace for trace in spec["data"] if "customdata" in trace]
    drawn = []
    for column, trace in zip(columns, bars, strict=True):
        marks = list(zip(trace["y"], trace["x"], trace["customdata"], strict=True))
        drawn += [(_row_of(y), column, round(value, 1)) for y, _, value in marks]
        scale = max(x / value for _, x, value in marks if value) if any(trace["customdata"]) else 0
        assert all(math.isclose(x, scale * value, abs_tol=0.002) for _, x, value in marks)
    return drawn, [(i, c, round(round(_number(r[c]), 2), 1)) for i, r in enumerate(rows) for c in columns]


def stability(spec: dict[str, Any], rows: Rows) -> Compared:
    usual, here = spec["data"]
    assert _begins(spec, [r["recommendation_id"] for r in rows]) and _ranked(spec, rows)
    shares = [a["text"] for a in spec["layout"]["annotations"] if a["text"].endswith("%")]
    assert shares == [percent(_number(r["first_five"]), 100) for r in rows]
    marks = zip(usual["y"], usual["x"], usual["customdata"], here["x"], strict=True)
    drawn = [(_row_of(y), middle, low, high, rank) for y, middle, (low, high), rank in marks]
    spans = sorted((s["x0"], s["x1"]) for s in spec["layout"]["shapes"])
    assert spans == sorted((low, high) for _, _, low, high, _ in drawn)
    names = ("middle", "low", "high", "rank")
    return drawn, [(i, *(_number(r[n]) for n in names)) for i, r in enumerate(rows)]


SYMBOLS = {"triangle-down-open": "bound", "asterisk-open": "apart"}


def lines(spec: dict[str, Any], rows: Rows) -> Compared:
    drawn = [
        (t["name"], x, y, SYMBOLS.get(t["marker"]["symbol"], "line"))
        for t in spec["data"]
        for x, y in zip(t["x"], t["y"], strict=True)
        if x is not None
    ]
    drawn += [("break", round(s["x0"] + 0.5), s["name"], "") for s in spec["layout"].get("shapes", [])]
    told = [(r["line_label"], int(r["year"]), _number(r["value"]), r.get("mark", "line")) for r in rows]
    breaks = {(int(r["break_year"]), r["break_label"]) for r in rows if r.get("break_year")}
    return drawn, told + [("break", year, f"{year}: {label}", "") for year, label in breaks]


def claims(spec: dict[str, Any], rows: Rows) -> Compared:
    drawn = [
        (t["name"], year, x) for t in spec["data"] for year, x in zip(t["customdata"], t["x"], strict=True)
    ]
    labels = _row_labels(spec)
    said = [(labels[_row_of(y)].split(" ")[0], t["name"]) for t in spec["data"] for y in t["y"]]
    assert sorted(said) == sorted((r["year"], r["line_label"]) for r in rows)
    texts = [a["text"] for a in spec["layout"]["annotations"]]
    drawn += [("break", text.strip(" –"), 0.0) for text in texts if text.startswith("– –")]
    told = [(r["line_label"], int(r["year"]), _number(r["value"])) for r in rows]
    return drawn, told + [("break", r["break_label"], 0.0) for r in rows if r.get("break_label")]


def steps(spec: dict[str, Any], rows: Rows) -> Compared:
    (trace,) = spec["data"]
    axis = spec["layout"]["yaxis"]
    names = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    marks = zip(trace["x"], trace["y"], strict=True)
    return [(x, names[y]) for x, y in marks if x is not None], [(int(r["year"]), r["level"]) for r in rows]


READERS: dict[str, Reader] = {
    "theme-balance": balance,
    "evidence-standing": standing,
    "evidence-flow": flow,
    "evidence-map": evidence_map,
    "actions-by-finding": dots("theme_id", "directness"),
    "actions-by-actor": carriers,
    "actions-by-body": bodies,
    "actions-by-horizon": horizons,
    "actor-load": load,
    "priorities-ranking": ranking,
    "priorities-stability": stability,
    "conflicts": conflicts,
}
FORMS: dict[str, Reader] = {"lines": lines, "claims": claims, "steps": steps}


def reader_of(study: Study, name: str) -> Reader:
    """Return the reader of a figure: its own, or that of the form of its panel."""
    if name in READERS:
        return READERS[name]
    panels = study["panels"].set_index("panel_id")["form"]
    assert name in panels.index, (
        f"no reader for the figure {name}: say in {__name__}.READERS how its marks are read"
    )
    return FORMS[panels[name]]


def compare(study: Study, bundle: dict[str, Any], text: str) -> None:
    """Fail unless the marks of a figure, in both widths, are just the rows of its CSV."""
    rows = read_csv(text)
    for width, spec in bundle["specs"].items():
        drawn, told = reader_of(study, bundle["name"])(spec, rows)
        assert drawn, f"{bundle['name']}, {width}: nothing was read from the marks"
        assert sorted(drawn, key=repr) == sorted(told, key=repr), f"{bundle['name']}, {width}"
