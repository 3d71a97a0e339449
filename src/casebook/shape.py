"""Whether a descriptor has the form the book reads: each property of the kind it must be, none that is not kept to.

A property that changes how a table would be read (a decimal comma, a header that is not there) and that nobody here
keeps to would make the book wrong in silence; so it is named.
"""

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

Problem = tuple[str, str, str, str]  # table, column, found, repair

# How tables are read here, whatever a descriptor says; a property that says just this may stay.
_DIALECT = {
    "delimiter": ",", "header": True, "headerRows": [1], "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False,
    "lineTerminator": None, "caseSensitiveHeader": True, "$schema": None,
}  # fmt: skip
_PLAIN_FIELD = {
    "decimalChar": ".",
    "groupChar": "",
    "bareNumber": True,
    "missingValues": [""],
    "rdfType": None,
}
_FORMATS = {"string": ("", "default", "uri"), "date": ("", "default", "%Y-%m-%d")}
_NUMBERS, _LENGTHS = ("minimum", "maximum"), ("minLength", "maxLength")
_KINDS = {str: "a text", list: "a list", dict: "an object", bool: "true or false", int: "a whole number"}


def _wrong(value: object, kind: type) -> bool:
    return not isinstance(value, kind) or (kind is int and isinstance(value, bool))


def _kinds(owner: dict, where: str, names: dict[str, type]) -> Iterator[tuple[str, str]]:
    """Yield (found, repair) for each property that is there and is not of its kind."""
    for name, kind in names.items():
        if name in owner and _wrong(owner[name], kind):
            yield f"“{name}” of {where} is {type(owner[name]).__name__}", f"it must be {_KINDS[kind]}"


def shape_problems(raw: Any) -> Iterator[Problem]:
    """Yield what keeps a descriptor (parsed JSON) from being read as it says: table, column, what is wrong, repair.

    What is missing altogether is left to whoever reads it.
    """
    if not isinstance(raw, dict):
        yield "", "", "the descriptor is no object", "it must be one, with “name”, “title” and “resources”"
        return
    texts = {"name": str, "title": str, "description": str, "version": str}
    top = _kinds(raw, "the package", {**texts, "resources": list, "licenses": list, "casebook": dict})
    yield from (("", "", *problem) for problem in top)
    for name in ("name", "title"):
        if isinstance(raw.get(name), str) and not raw[name].strip():
            yield "", "", f"“{name}” of the package is empty", "give the package one"
    if raw.get("missingValues", [""]) != [""]:
        yield "", "", "the package has missingValues", "only an empty cell is missing"
    licences = raw.get("licenses")
    for licence in licences if isinstance(licences, list) else ():
        if not isinstance(licence, dict) or not isinstance(licence.get("name"), str):
            yield "", "", f"a licence is {licence!r}", "give it a name, as in {“name”: “CC-BY-4.0”}"
    for resource in raw["resources"] if isinstance(raw.get("resources"), list) else ():
        yield from _resource(resource)


def _resource(resource: Any) -> Iterator[Problem]:
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str):
        yield "", "", f"a table is {str(resource)[:40]!r}", "each needs a name, a path and a schema"
        return
    name = resource["name"]
    texts = {"path": str, "title": str, "description": str, "encoding": str, "dialect": dict, "schema": dict}
    yield from ((name, "", *problem) for problem in _kinds(resource, name, texts))
    if "data" in resource or "compression" in resource or resource.get("format", "csv") != "csv":
        yield (
            name,
            "",
            f"{name} is not described as a plain CSV file",
            "keep it in NAME.csv beside the descriptor",
        )
    dialect = resource.get("dialect")
    for key, value in dialect.items() if isinstance(dialect, dict) else ():
        if key not in _DIALECT or _DIALECT[key] not in (None, value):
            yield (
                name,
                "",
                f"the dialect of {name} has {key} {value!r}",
                "the book reads CSV as RFC 4180 has it",
            )
    schema = resource.get("schema")
    if isinstance(schema, dict):
        yield from _schema(name, schema)


def _schema(name: str, schema: dict) -> Iterator[Problem]:
    lists = {"fields": list, "primaryKey": list, "foreignKeys": list, "missingValues": list}
    yield from ((name, "", *problem) for problem in _kinds(schema, name, lists))
    if "uniqueKeys" in schema:
        yield name, "", f"{name} has uniqueKeys, which are not checked here", "use “unique” in a column"
    if schema.get("fieldsMatch", "exact") not in ("exact", ["exact"]):
        yield name, "", f"{name} has fieldsMatch", "a table has just its columns, in their order"
    key = schema.get("primaryKey")
    if isinstance(key, list) and (
        not key or len(set(map(str, key))) < len(key) or any(_wrong(k, str) for k in key)
    ):
        yield (
            name,
            "",
            f"the key of {name} is {key}",
            "name the column or columns that tell rows apart, each once",
        )
    links = schema.get("foreignKeys")
    for link in links if isinstance(links, list) else ():
        yield from ((name, "", *problem) for problem in _link(name, link))
    fields = schema.get("fields")
    for field in fields if isinstance(fields, list) else ():
        if not isinstance(field, dict) or not isinstance(field.get("name"), str) or not field["name"]:
            yield name, "", f"a column of {name} is {str(field)[:40]!r}", "each needs a name"
        else:
            yield from ((name, field["name"], *problem) for problem in _field(name, field))


def _link(name: str, link: Any) -> Iterator[tuple[str, str]]:
    goal = link.get("reference") if isinstance(link, dict) else None
    ends = [link.get("fields"), goal.get("fields")] if isinstance(goal, dict) else []
    single = all(isinstance(end, list) and len(end) == 1 and isinstance(end[0], str) for end in ends)
    if not ends or not single or not isinstance(goal.get("resource"), str):
        yield (
            f"a reference of {name} is {str(link)[:60]!r}",
            "it needs one column, and a table with one column it refers to, each in a list",
        )


def _field(table: str, field: dict) -> Iterator[tuple[str, str]]:
    where = f"{table}.{field['name']}"
    yield from _kinds(
        field, where, {"type": str, "title": str, "description": str, "unit": str, "format": str}
    )
    yield from _kinds(field, where, {"constraints": dict, "categories": list})
    kind, form = field.get("type", "string"), field.get("format", "")
    if isinstance(kind, str) and isinstance(form, str) and form not in _FORMATS.get(kind, ("", "default")):
        known = " and ".join(f for f in _FORMATS.get(kind, ()) if f) or "default"
        yield f"{where} has the format {form}, which is not read here", f"known for {kind} are {known}"
    for name, plain in _PLAIN_FIELD.items():
        if name in field and plain is not None and field[name] != plain:
            yield f"{where} has {name} {field[name]!r}", "numbers have a decimal point and no other marks"
    if isinstance(field.get("constraints"), dict):
        yield from _limits(where, kind, field["constraints"])
    levels = field.get("categories")
    for level in levels if isinstance(levels, list) else ():
        yield from _level(where, level)


def _limits(where: str, kind: object, limits: dict) -> Iterator[tuple[str, str]]:
    yield from _kinds(limits, where, {"required": bool, "unique": bool, "pattern": str, "enum": list})
    yield from _kinds(limits, where, dict.fromkeys(_LENGTHS, int))
    for name in set(_NUMBERS) & set(limits):
        value = limits[name]
        if kind not in ("integer", "number"):
            yield f"{where} has a {name} and is of the type {kind}", "only numbers have one here"
        elif isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            yield f"the {name} of {where} is {value!r}", "it must be a number"
    for name in set(_LENGTHS) & set(limits):
        if kind != "string":
            yield f"{where} has a {name} and is of the type {kind}", "only texts have one"
        elif isinstance(limits[name], int) and limits[name] < 0:
            yield f"the {name} of {where} is {limits[name]}", "it must not be negative"
    for level in limits["enum"] if isinstance(limits.get("enum"), list) else ():
        yield from _level(where, level)


def _level(where: str, level: Any) -> Iterator[tuple[str, str]]:
    value = level.get("value") if isinstance(level, dict) else level
    label = level.get("label", "") if isinstance(level, dict) else ""
    if isinstance(value, dict | list | None) or not isinstance(label, str):
        yield (
            f"a level of {where} is {str(level)[:40]!r}",
            "it needs a value, and may have a text as its label",
        )
    elif isinstance(value, str) and (not value or value != " ".join(re.split(r"\s+", value.strip()))):
        yield f"{where} has the level {value!r}", "a level is a text without spaces around it"
