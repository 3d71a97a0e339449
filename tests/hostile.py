"""A data package whose every free text is hostile, and a book that shows all of it."""

import json
from pathlib import Path

from little import CELL, HEAD, Book
from small import ROOT, TABLES, write_small

# What a browser would run or load, or a parser would take for its own language. `hostile()` would leave a trace.
PAYLOADS = (
    "<script>hostile()</script>",
    "</script><script>hostile()</script>",
    "<img src=x onerror=hostile()>",
    '" onmouseover="hostile()" x="',
    "'><svg/onload=hostile()>",
    "<!-- <b>bold</b> --> <iframe src=//evil.example>",
    "]]><a href=javascript:hostile()>x</a>",
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "[x](javascript:hostile()) ![y](data:text/html,z)",
    "{ev}`EV1` {math}`x` {download}`/etc/passwd`",
    "```{code-cell} hostile()``` :::{note}",
    "**bold** *em* `code` | a | b | # head",
    "{{ 7*7 }} {% include 'x' %} {# y #}",
    "$x^2$ \\frac{1}{2} \\input{/etc/passwd} %",
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd",
    "\uff1d1+1;=2+2",
    "<b>bold</b><br><sup>up</sup>",
    '<a href="https://evil.example">link</a>',
    "%{x} %{customdata[0]} <extra>y</extra>",
    "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2,
    "__proto__ constructor \u2028 }]);//",
)
SHORT = ("<b>x</b>", "{{7*7}}", "=1+1", "$x^2$", "&lt;x")
# Columns that hold more than any cell should, as words and as one word.
HUGE = {"author": ("<i>wide</i> " * 9_000).strip(), "publisher": "w" * 100_000}
# Texts by which tables are joined, though no key says so.
PLACE = "<u>No & where</u>"


def _payload(count: int, room: int) -> str:
    """Return a payload that fits, in turn, and is known by its number."""
    for step in range(len(PAYLOADS)):
        text = PAYLOADS[(count + step) % len(PAYLOADS)]
        if len(text) <= room:
            return text.replace("\u2028", "")
    return SHORT[count % len(SHORT)][:room]


def hostile_tables() -> dict[str, list[dict[str, str]]]:
    """Return the small package with a payload in every text that no rule binds, in its first two rows."""
    descriptor = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    tables, count = {}, 0
    for resource in descriptor["resources"]:
        name, schema = resource["name"], resource["schema"]
        linked = {key["fields"][0] for key in schema.get("foreignKeys", ())}
        rows = [dict(row) for row in TABLES[name]]
        for field in schema["fields"]:
            limits, column = field.get("constraints", {}), field["name"]
            bound = field["type"] != "string" or field.get("categories") or "pattern" in limits
            if bound or column in linked or column == "steps" or field.get("format"):
                continue
            for row in rows[:2]:
                row[column] = _payload(count, limits.get("maxLength", 200))
                count += 1
        tables[name] = rows
    for name in ("evidence", "series", "panel_lines"):
        for row in tables[name]:
            row["place"] = PLACE
    for column, text in HUGE.items():
        tables["sources"][0][column] = text
    tables["excluded"][0]["detail"] = PAYLOADS[0]
    tables["panel_scores"] = [
        {"member": who, "recommendation_id": action, "criterion_id": "rights", "score": "2"}
        for who in PAYLOADS[:2]
        for action in ("R1.1", "R1.2")
    ]
    return tables


DIRECTIVES = (
    "paper-statements", "evidence-catalogue", "reference-list", "actions R1", "theme-summaries success factor",
    "theme-summaries challenge", "theme-summaries best practice", "theme-summaries recommendation", "actor-table",
    "codebook", "agreement-table", "confidence-table", "conflict-register", "untraced-numbers", "data-dictionary",
    "bibliography-link", "data-tables", "evidence-table", "evidence-matrix", "map-gaps", "break-table",
    "indicator-register country", "criteria-table", "judgements", "priority-board", "panel-table",
    "evidence-glance", "first-actions",
)  # fmt: skip
FIGURES = (
    "theme_balance(study)", "evidence_standing(study)", "map_of_evidence(study)", "evidence_flow(study)",
    "action_findings(study)", "action_actors(study)", "actor_load(study)", "action_horizons(study)",
    "action_bodies(study)", "conflicts(study)", "ranking(study)", "stability(study)", "panel(study, 'country-cases')",
)  # fmt: skip


class HostileBook(Book):
    """A book that shows everything a package holds, in every directive and figure, over the hostile package."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        write_small(self.data, **hostile_tables())
        self._hostile_descriptor()
        for name in ("CITATION.cff",):
            (folder / name).write_bytes((ROOT / name).read_bytes())
        (folder / "chapters" / "all.md").write_text(
            "# All\n\n"
            + "".join(f"## Part {i}\n\n```{{{d.replace(' ', '} ', 1) if ' ' in d else d + '}'}\n```\n\n" for i, d in enumerate(DIRECTIVES))
        )  # fmt: skip
        cells = "".join(f"## Figure of {i}\n\n" + CELL.format(f"figures.{f}") for i, f in enumerate(FIGURES))
        start = CELL.format("from casebook import figures, load_study\nstudy = load_study()")
        claims = "A claim {ev}`EV1;EV2` {stmt}`A1` {rec}`R1.1` {theme}`F1` {src}`maker` {conflict}`K01`.\n\n"
        (folder / "index.md").write_text(f"{HEAD}# Book\n\n{claims}{start}{cells}", encoding="utf-8")

    def _hostile_descriptor(self) -> None:
        path = self.data / "datapackage.json"
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["title"] = PAYLOADS[1]
        for count, resource in enumerate(raw["resources"]):
            resource["title"] = PAYLOADS[count % len(PAYLOADS)]
            resource["description"] = PAYLOADS[(count + 7) % len(PAYLOADS)]
        path.write_text(json.dumps(raw), encoding="utf-8")
