"""What the book's own code reads by name: tables, columns, types, keys, references and levels.

A descriptor may add tables and columns, describe them in its own words and narrow or widen their limits; what
stands here it must keep. A table that is not needed may be empty or absent: the book then has nothing to say of it.
"""

from collections.abc import Iterator

# One word a column: *key, ! required, :type (string unless named), >table it refers to.
TABLES: dict[str, str] = {
    "statements": "*statement_id! section! title! text!",
    "themes": "*theme_id! kind! title! short_title! statement_id!>statements definition! supporting! qualifying! challenging! boundary!",
    "sources": "*source_id! type! author! title! year:integer publisher! url! doi independence! read! seen_on:date",
    "evidence": "*evidence_id! source_id!>sources claim! locator evidence_type! basis! year:integer period place value:number unit verified! verified_on:date note",
    "excluded": "*evidence_id! source_id! reason! detail",
    "readings": "*reading_id! read_on:date kind! chosen! drawn:integer exact:integer loose:integer contradicted:integer not_retrieved:integer",
    "codings": "*evidence_id!>evidence *theme_id!>themes *coder! stance! reason",
    "recommendations": "*recommendation_id! theme_id!>themes scope! title! action! measure! origin! horizon! horizon_basis! legal_basis legal_state! note",
    "endorsements": "*recommendation_id!>recommendations *source_id!>sources *body! year:integer locator says!",
    "addresses": "*recommendation_id!>recommendations *theme_id!>themes directness! why! evidence_id>evidence",
    "actors": "*actor_id! name! acronym! kind! country! member! role! source_id>sources locator as_of:integer",
    "responsibilities": "*recommendation_id!>recommendations *actor_id!>actors role! basis! why!",
    "criteria": "*criterion_id! title! short_title! question! basis! measure direction! low!:number high!:number steps! weight!:integer note!",
    "scores": "*recommendation_id!>recommendations *criterion_id!>criteria score!:number rationale! evidence_id>evidence",
    "panel_scores": "*member! *recommendation_id!>recommendations *criterion_id!>criteria score!:number",
    "indicators": "*indicator_id! label! short_label! unit! definition! topic! measure! origin! decimals!:integer steps caution",
    "series": "*indicator_id!>indicators *year!:integer *place! value!:number qualifier! *period! basis! *source_id!>sources locator evidence_id>evidence note",
    "breaks": "*indicator_id!>indicators *year!:integer kind! label! what! basis! evidence_id>evidence source_id!>sources",
    "panels": "*panel_id! topic! title! form! scale! note",
    "panel_lines": "*panel_id!>panels *indicator_id!>indicators *place! line_label!",
    "confidence": "*theme_id!>themes limitations! limitations_why! coherence! coherence_why! adequacy! adequacy_why! relevance! relevance_why! confidence! confidence_why!",
    "conflicts": "*conflict_id! title! place kind! why! use!",
    "conflict_values": "*conflict_id!>conflicts *label! *value!:number unit! year:integer evidence_id>evidence indicator_id>indicators source_id!>sources note",
    "untraced": "*untraced_id! saying! where_met note",
}

# Without rows in these there is no book.
NEEDED = ("statements", "themes", "sources", "evidence", "codings")

# Levels that the code knows by name; a descriptor labels them, and neither adds one nor leaves one out.
LEVELS: dict[str, tuple[str, ...]] = {
    "themes.kind": ("success factor", "challenge", "best practice", "recommendation"),
    "sources.independence": ("self-reported", "official", "independent", "peer-reviewed", "news"),
    "evidence.basis": ("stated", "computed", "inferred"),
    "evidence.verified": ("exact", "corrected", "not retrieved"),
    "codings.coder": ("first", "second", "agreed"),
    "codings.stance": ("supports", "qualifies", "challenges", "not relevant"),
    "recommendations.origin": ("published", "edition"),
    "recommendations.legal_state": ("none needed", "rests on law", "law open"),
    "addresses.directness": ("direct", "partial", "enabling"),
    "actors.member": ("shown", "not shown", "not applicable"),
    "responsibilities.role": ("leads", "supports", "consulted"),
    "criteria.basis": ("computed", "judged"),
    "criteria.measure": ("direct findings", "confidence", "endorsing bodies", "leader", "horizon"),
    "criteria.direction": ("more is better", "less is better"),
    "indicators.origin": ("self-reported", "official", "independent"),
    "series.qualifier": ("exact", "at least", "about", "fewer than", "over"),
    "breaks.basis": ("stated", "inferred"),
    "panels.form": ("lines", "claims", "steps"),
    "panels.scale": ("linear", "log"),
}

# Keys that become addresses on a page or names of files, whatever pattern a descriptor gives them.
ADDRESSES: dict[str, str] = {
    "panels.panel_id": "[a-z][a-z0-9-]*",
    "criteria.criterion_id": "[a-z][a-z0-9-]*",
    **{
        f"{table}.{table_key}": "[A-Za-z][A-Za-z0-9_.-]*"
        for table, table_key in (
            ("statements", "statement_id"),
            ("themes", "theme_id"),
            ("sources", "source_id"),
            ("evidence", "evidence_id"),
            ("recommendations", "recommendation_id"),
            ("actors", "actor_id"),
            ("conflicts", "conflict_id"),
        )
    },
}


def as_resource(name: str) -> dict[str, object]:
    """Return a table of the contract as a resource of a descriptor, without descriptions."""
    fields, key, links = [], [], []
    for word in TABLES[name].split():
        head, _, target = word.partition(">")
        head, _, kind = head.partition(":")
        column = head.strip("*!")
        limits = {"required": True} if head.endswith("!") else {}
        levels = [{"value": level, "label": level} for level in LEVELS.get(f"{name}.{column}", ())]
        fields.append({"name": column, "type": kind or "string", "constraints": limits, "categories": levels})
        key += [column] if head.startswith("*") else []
        if target:
            links.append(
                {"fields": [column], "reference": {"resource": target, "fields": [_own_key(target)]}}
            )
    return {
        "name": name,
        "path": f"{name}.csv",
        "schema": {"fields": fields, "primaryKey": key, "foreignKeys": links},
    }


def _own_key(table: str) -> str:
    return next(word.strip("*!") for word in TABLES[table].split() if word.startswith("*"))


def breaches(resources: dict[str, dict]) -> Iterator[tuple[str, str, str]]:
    """Yield where described tables (resources by name) break the contract: table, column, what is wrong and what is read.

    The third part joins both with a bar: “there is no column claim|evidence.claim”.
    """
    for name in TABLES:
        if name not in resources:
            if name in NEEDED:
                yield name, "", f"there is no table {name}|the table {name}"
            continue
        wanted, given = as_resource(name)["schema"], resources[name]["schema"]
        fields = {field["name"]: field for field in given["fields"]}
        if set(given["primaryKey"]) != set(wanted["primaryKey"]):
            yield (
                name,
                "",
                f"the key of {name} is {', '.join(given['primaryKey'])}|the key {', '.join(wanted['primaryKey'])}",
            )
        links = {(k["fields"][0], k["reference"]["resource"]) for k in given.get("foreignKeys", ())}
        for link in wanted["foreignKeys"]:
            column, target = link["fields"][0], link["reference"]["resource"]
            if (column, target) not in links:
                yield (
                    name,
                    column,
                    f"{name}.{column} does not refer to {target}|it as a foreign key of {target}",
                )
        for field in wanted["fields"]:
            yield from _column_breaches(name, field, fields.get(field["name"]))


def _column_breaches(table: str, wanted: dict, given: dict | None) -> Iterator[tuple[str, str, str]]:
    column = wanted["name"]
    if given is None:
        yield table, column, f"there is no column {column} in {table}|{table}.{column}"
        return
    if given.get("type", "string") != wanted["type"]:
        yield table, column, f"{table}.{column} is of the type {given.get('type')}|it as {wanted['type']}"
    if wanted["constraints"] and not given.get("constraints", {}).get("required"):
        yield table, column, f"{table}.{column} is not required|a value in every row"
    levels = {c["value"] for c in wanted["categories"]}
    found = {c["value"] if isinstance(c, dict) else c for c in given.get("categories", ())}
    if levels and found != levels:
        yield (
            table,
            column,
            f"{table}.{column} has the levels {', '.join(sorted(map(str, found)))}|just these: {', '.join(sorted(levels))}",
        )
