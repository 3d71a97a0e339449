"""What the filters of the catalogue know of its rows: one file of columns that every part of it loads."""

import json
from typing import Any

import pandas as pd

from casebook import summaries
from casebook.sphinxext import catalogue_rows
from casebook.sphinxext.catalogue_rows import note_text, part_count, part_page
from casebook.study import Study

FILE, NOTES = "catalogue-index.js", "catalogue-notes.js"


def _numbered(values: list[str]) -> tuple[list[str], dict[str, int]]:
    """Return the different values in order, and the place of each."""
    # Names that differ in case alone need an order too, or it changes from build to build.
    names = sorted({v for v in values if v}, key=lambda v: (v.casefold(), v))
    return names, {name: i for i, name in enumerate(names)}


def catalogue_columns(study: Study, home: str) -> dict[str, Any]:
    """Return the index as plain values: levels once, and for each row small numbers that point at them.

    The claims are there only where the catalogue has several parts: on one page the rows themselves are searched.
    """
    evidence, sources = study["evidence"], study["sources"]
    themes, stances = study["themes"], list(summaries.STANCES)
    types, standings = study.order("evidence", "evidence_type"), study.order("sources", "independence")
    publishers, publisher_at = _numbered(sources["publisher"].tolist())
    by_row = [[] if pd.isna(p) else p.split("; ") for p in evidence["place"]]
    places, place_at = _numbered([place for row in by_row for place in row])
    source_at = {key: i for i, key in enumerate(sources["source_id"])}
    theme_at = {key: i for i, key in enumerate(themes["theme_id"])}
    said: dict[str, list[int]] = {}
    pairs = summaries.agreed_pairs(study)
    for key, theme, stance in zip(pairs["evidence_id"], pairs["theme_id"], pairs["stance"], strict=True):
        said.setdefault(key, []).append(theme_at[theme] * len(stances) + stances.index(stance))
    count = part_count(study)
    return {
        "part": catalogue_rows.PART,
        "pages": [f"{part_page(home, part)}.html" for part in range(count)],
        "themes": [[t, f"{t} {title}"] for t, title in zip(themes["theme_id"], themes["title"], strict=True)],
        "stances": stances,
        "types": types,
        "standings": standings,
        "publishers": publishers,
        "places": places,
        "sources": [
            [publisher_at[s.publisher], standings.index(s.independence), f"{s.author} {s.title}" if count > 1 else ""]
            for s in sources.itertuples()
        ],
        "key": evidence["evidence_id"].tolist(),
        "type": [types.index(t) for t in evidence["evidence_type"]],
        "source": [source_at[s] for s in evidence["source_id"]],
        "place": [[place_at[p] for p in row] for row in by_row],
        "year": [0 if pd.isna(y) else int(y) for y in evidence["year"]],
        "says": [said.get(key, []) for key in evidence["evidence_id"]],
        "claim": evidence["claim"].tolist() if count > 1 else [],
    }  # fmt: skip


def _script(name: str, values: dict[str, Any]) -> str:
    """Return values as a script: unlike data it can be loaded from a page that was opened from disk."""
    return f"window.{name} = {json.dumps(values, ensure_ascii=False, separators=(',', ':'))};\n"


def index_script(study: Study, home: str) -> str:
    """Return the index as a script."""
    return _script("catalogueIndex", catalogue_columns(study, home))


def notes_script(study: Study) -> str:
    """Return the notes of the rows as a script, which is loaded when they are asked for: most readers do without its weight."""
    noted = study["evidence"].dropna(subset="note")
    return _script(
        "catalogueNotes", dict(zip(noted["evidence_id"], noted["note"].map(note_text), strict=True))
    )
