"""Rules that span tables: codings, leads, and where actions come from."""

from collections import Counter
from collections.abc import Iterator, Mapping

from casebook.findings import Finding
from casebook.schema import Schema
from casebook.sheet import Sheet

CODERS = ("first", "second")


def check_rules(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield what is wrong between tables; a rule whose tables could not be read whole is left out."""
    for rule, tables in (
        (_codings, ("codings",)),
        (_bare_themes, ("codings", "themes")),
        (_leads, ("responsibilities",)),
        (_origins, ("recommendations", "endorsements", "addresses")),
        (_unused_sources, tuple(t.name for t in schema.tables)),
        (_single_conflicts, ("conflicts", "conflict_values")),
    ):
        if all(sheets[name].whole for name in tables):
            yield from rule(sheets)


def _pairs(sheets: Mapping[str, Sheet]) -> Iterator[tuple[int, tuple[str, str], str, str, str]]:
    """Yield line, (evidence, theme), coder, stance and reason of each coding."""
    sheet = sheets["codings"]
    cells = (sheet.cells[n] for n in ("evidence_id", "theme_id", "coder", "stance", "reason"))
    for line, evidence, theme, coder, stance, reason in zip(sheet.lines, *cells, strict=True):
        yield line, (evidence, theme), coder, stance, reason


def _codings(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Look at every pair: both coders, an agreed coding, and a reason where it overrules both."""
    given: dict[tuple[str, str], dict[str, str]] = {}
    first: dict[tuple[str, str], int] = {}
    agreed: dict[tuple[str, str], tuple[int, str]] = {}
    for line, pair, coder, stance, reason in _pairs(sheets):
        given.setdefault(pair, {})[coder] = stance
        first.setdefault(pair, line)
        if coder == "agreed":
            agreed[pair] = (line, reason)
    for pair, stances in given.items():
        name, path = " + ".join(pair), sheets["codings"].table.path
        for coder in CODERS:
            if coder not in stances:
                yield Finding(path, first[pair], "coder", "coding-single", name, coder)
        if "agreed" not in stances:
            yield Finding(path, first[pair], "coder", "coding-agreed", name)
        elif (
            not agreed[pair][1]
            and {stances.get(c) for c in CODERS} == {stances.get("first")}
            and stances["agreed"] != stances.get("first")
        ):
            yield Finding(
                path,
                agreed[pair][0],
                "stance",
                "coding-overruled",
                f"“{stances['first']}”",
                f"“{stances['agreed']}”",
            )


def _bare_themes(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    used = {
        theme
        for _, (_, theme), coder, stance, _ in _pairs(sheets)
        if coder == "agreed" and stance != "not relevant"
    }
    sheet = sheets["themes"]
    for line, theme in zip(sheet.lines, sheet.cells["theme_id"], strict=True):
        if theme and theme not in used:
            yield Finding(sheet.table.path, line, "theme_id", "theme-bare", theme)


def _leads(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    sheet = sheets["responsibilities"]
    rows = list(zip(sheet.lines, sheet.cells["recommendation_id"], sheet.cells["role"], strict=True))
    leads = Counter(action for _, action, role in rows if role == "leads")
    for line, action, role in rows:
        if role == "leads" and leads[action] > 1:
            yield Finding(sheet.table.path, line, "role", "lead-twice", action)


def _origins(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Look where actions come from: a published body that is named, or evidence behind this edition's own."""
    endorsed = set(sheets["endorsements"].cells["recommendation_id"])
    addresses = sheets["addresses"].cells
    founded = {a for a, e in zip(addresses["recommendation_id"], addresses["evidence_id"], strict=True) if e}
    sheet = sheets["recommendations"]
    for line, action, origin in zip(
        sheet.lines, sheet.cells["recommendation_id"], sheet.cells["origin"], strict=True
    ):
        problems = []
        if origin == "published" and action not in endorsed:
            problems.append(
                (
                    f"no body endorses {action}",
                    "add the body to endorsements.csv, or set the origin to “edition”",
                )
            )
        if origin == "edition" and action not in founded:
            problems.append(
                (f"no evidence stands behind {action}", "name the evidence that led to it in addresses.csv")
            )
        if origin == "edition" and action in endorsed:
            problems.append((f"a body endorses {action}", "set the origin to “published”"))
        for problem in problems:
            yield Finding(sheet.table.path, line, "origin", "origin-unfounded", *problem)


def _unused_sources(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    used = set()
    for sheet in sheets.values():
        for ref in sheet.table.references:
            if ref.table == "sources":
                used |= set(sheet.cells[ref.column])
    sheet = sheets["sources"]
    for line, source in zip(sheet.lines, sheet.cells["source_id"], strict=True):
        if source and source not in used:
            yield Finding(sheet.table.path, line, "source_id", "source-unused", source)


def _single_conflicts(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    values = Counter(sheets["conflict_values"].cells["conflict_id"])
    sheet = sheets["conflicts"]
    for line, conflict in zip(sheet.lines, sheet.cells["conflict_id"], strict=True):
        if conflict and values[conflict] < 2:
            yield Finding(sheet.table.path, line, "conflict_id", "conflict-single", conflict)
