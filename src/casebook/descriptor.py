"""Where a descriptor contradicts itself, asks for what is not kept here, or lacks what the book reads."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from casebook.contract import breaches
from casebook.findings import Finding
from casebook.shape import shape_problems

TYPES = ("string", "integer", "number", "date")
LIMITS = ("required", "pattern", "minimum", "maximum", "minLength", "maxLength", "unique", "enum")


def _line_of(text: str, table: str, column: str = "") -> int:
    """Return the line at which a table, or a column of it, is described; 0 if it is not."""
    start = re.search(
        rf'"name"\s*:\s*{re.escape(json.dumps(table, ensure_ascii=False))}\s*,\s*\n?\s*"(?:path|title|type|profile)"',
        text,
    )
    if not start:
        return 0
    place = start.start()
    if column:
        field = re.compile(rf'"name"\s*:\s*{re.escape(json.dumps(column, ensure_ascii=False))}').search(
            text, start.end()
        )
        place = field.start() if field else place
    return text.count("\n", 0, place) + 1


def descriptor_findings(file: str, raw: dict, text: str) -> list[Finding]:
    """Return where a descriptor (parsed, and its text) contradicts itself or lacks what the book reads.

    Raises:
        KeyError, IndexError: it lacks what every table needs: name, path, schema with fields and key.
    """
    # Nothing else can be asked of a descriptor whose parts are of the wrong kind.
    if shape := [
        Finding(file, _line_of(text, table, column) if table else 0, column, code, found, repair)
        for table, column, found, repair in shape_problems(raw)
        for code in ["descriptor-contradiction" if table else "descriptor-invalid"]
    ]:
        return sorted(set(shape))
    return sorted({*_contradictions(file, raw, text), *_contract(file, raw, text)})


def _contract(file: str, raw: dict, text: str) -> Iterator[Finding]:
    resources = {r["name"]: r for r in raw["resources"]}
    for table, column, words in breaches(resources):
        found, allowed = words.split("|")
        yield Finding(file, _line_of(text, table, column), column, "descriptor-contract", found, allowed)


def _contradictions(file: str, raw: dict, text: str) -> Iterator[Finding]:
    """Yield where the descriptor contradicts itself or asks for what is not kept here."""

    def finding(table: str, column: str, found: str, repair: str) -> Finding:
        return Finding(file, _line_of(text, table, column), column, "descriptor-contradiction", found, repair)

    names = Counter(r["name"] for r in raw["resources"])
    for name, times in names.items():
        if times > 1:
            yield finding(name, "", f"the table {name} is described {times} times", "keep one description")
    for resource in raw["resources"]:
        name, path = resource["name"], resource["path"]
        if path != f"{name}.csv" or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield finding(
                name,
                "",
                f"the table {name} has the path {path!r}",
                "name tables in lower case and keep each in NAME.csv beside the descriptor",
            )
        if resource.get("encoding", "utf-8").lower().replace("-", "") != "utf8":
            yield finding(
                name, "", f"the encoding of {name} is {resource['encoding']}", "the book reads UTF-8 only"
            )
        if resource.get("dialect", {}).get("delimiter", ",") != ",":
            yield finding(
                name,
                "",
                f"the separator of {name} is {resource['dialect']['delimiter']!r}",
                "the book reads commas only",
            )
        yield from (finding(name, *problem) for problem in _table_problems(resource, raw["resources"]))


def _table_problems(resource: dict, resources: list[dict]) -> Iterator[tuple[str, str, str]]:
    """Yield (column, found, repair) for one table."""
    name, schema = resource["name"], resource["schema"]
    fields = Counter(f["name"] for f in schema["fields"])
    columns = {r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in resources}
    for column, times in fields.items():
        if times > 1:
            yield column, f"{name}.{column} is described {times} times", "keep one description"
    if schema.get("missingValues", [""]) != [""]:
        yield "", f"{name} has missingValues {schema['missingValues']}", "only an empty cell is missing"
    for column in set(schema["primaryKey"]) - set(fields):
        yield (
            "",
            f"the key of {name} has the column {column}, which is not there",
            "name a column of the table",
        )
    for key in schema.get("foreignKeys", ()):
        column, table, target = key["fields"][0], key["reference"]["resource"], key["reference"]["fields"][0]
        if column not in fields:
            yield (
                "",
                f"a reference of {name} stands in {column}, which is not there",
                "name a column of the table",
            )
        if target not in columns.get(table, ()):
            yield (
                column,
                f"{name}.{column} refers to {table}.{target}, which is not there",
                "name a table and its key",
            )
    for field in schema["fields"]:
        yield from ((field["name"], *problem) for problem in _field_problems(name, field))


def _field_problems(table: str, field: dict) -> Iterator[tuple[str, str]]:
    """Yield (found, repair) for one column."""
    name, kind, limits = f"{table}.{field['name']}", field.get("type", "string"), field.get("constraints", {})
    if kind not in TYPES:
        yield f"{name} is of the type {kind}", f"known are {', '.join(TYPES)}"
    for limit in set(limits) - set(LIMITS):
        yield (
            f"{name} has the constraint {limit}, which is not checked here",
            f"known are {', '.join(LIMITS)}",
        )
    try:
        re.compile(limits.get("pattern", ""))
    except re.error as problem:
        yield f"the pattern of {name} cannot be read: {problem}", "correct it"
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if limits.get(low) is not None and limits.get(high) is not None and limits[low] > limits[high]:
            yield f"{name} has the {low} {limits[low]} and the {high} {limits[high]}", "correct one of them"
    values = [
        c["value"] if isinstance(c, dict) else c for c in field.get("categories") or limits.get("enum") or ()
    ]
    for value, times in Counter(map(str, values)).items():
        if times > 1:
            yield f"{name} has the level {value!r} {times} times", "keep one of them"
    wrong = [v for v in values if not isinstance(v, str)] if kind == "string" else values
    if wrong:
        yield (
            f"{name} is of the type {kind} and has the level {wrong[0]!r}",
            "levels are texts of a column of texts",
        )
    pattern = limits.get("pattern")
    if pattern and not wrong:
        for value in values:
            if not re.fullmatch(pattern, value):
                yield (
                    f"the level {value!r} of {name} does not match its pattern {pattern}",
                    "correct one of them",
                )
