"""The sources as BibTeX."""

import pandas as pd

from casebook.study import Study

_KINDS = {"article": "article", "book": "book", "report": "techreport", "guideline": "techreport"}
_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def _field(name: str, value: object) -> str:
    return (
        f"  {name} = {{{str(value).translate(_ESCAPES)}}}"
        if name not in ("url", "doi")
        else f"  {name} = {{{value}}}"
    )


def entry_of(source: pd.Series) -> str:
    """Return one source as a BibTeX entry."""
    kind = _KINDS.get(source["type"], "misc")
    place = {"article": "journal", "techreport": "institution"}.get(kind, "publisher")
    # Braces keep a body such as “Internet Watch Foundation” from being read as a person's names.
    lines = [f"  author = {{{{{source['author'].translate(_ESCAPES)}}}}}", _field("title", source["title"])]
    if pd.notna(source["year"]):
        lines.append(_field("year", source["year"]))
    lines.append(_field(place, source["publisher"]))
    if pd.notna(source["doi"]):
        lines.append(_field("doi", source["doi"]))
    lines.append(_field("url", source["url"]))
    notes = [f"seen {source['seen_on']:%Y-%m-%d}"] if pd.notna(source["seen_on"]) else []
    if pd.notna(source["archived_url"]):
        notes.append(rf"archived copy: \url{{{source['archived_url']}}}")
    if notes:
        lines.append(f"  note = {{{'; '.join(notes)}}}")
    return f"@{kind}{{{source['source_id']},\n" + ",\n".join(lines) + "\n}\n"


def bibliography(study: Study) -> str:
    """Return all sources as a BibTeX file, in the order of their identifiers."""
    table = study["sources"].sort_values("source_id")
    return "\n".join(entry_of(row) for _, row in table.iterrows())
