"""What a title page says: authors with affiliations, edition, licence, how to cite; all from CITATION.cff."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from casebook.sphinxext.metadata import citation, public_address

# The licences that the citation file may name: what they are called, and where they stand.
LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    )
}


def _affiliations(authors: list[dict[str, str]]) -> list[str]:
    """Return every affiliation once, in the order of the authors."""
    parts = [place.strip() for author in authors for place in author.get("affiliation", "").split(";")]
    return list(dict.fromkeys(filter(None, parts)))


def _names(authors: list[dict[str, str]]) -> list[str]:
    return [a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in authors]


def title_page(app: Sphinx) -> dict[str, Any]:
    """Return authors, affiliations, edition, licence and how to cite; nothing without a citation file.

    Keys: people (list of name and the numbers of the affiliations), affiliations (list of str), version, date,
    licence (name, address), cite_edition, cite_paper (str), editors (str), keywords (str), address (str).
    """
    cff = citation(Path(app.srcdir))
    if not cff:
        return {"people": [], "affiliations": [], "licence": None, "keywords": "", "editors": ""}
    paper = (cff.get("references") or [cff])[0]
    places = _affiliations(paper["authors"])
    people = []
    for author in paper["authors"]:
        own = [p.strip() for p in author.get("affiliation", "").split(";") if p.strip()]
        name = author.get("name") or f"{author['given-names']} {author['family-names']}"
        people.append({"name": name, "marks": ",".join(str(places.index(p) + 1) for p in own)})
    year, editors = str(cff["date-released"])[:4], "; ".join(_names(cff["authors"]))
    address = public_address(app, "index.html")
    return {
        "people": people,
        "affiliations": places,
        "version": cff["version"],
        "date": str(cff["date-released"]),
        "licence": LICENCES.get(cff.get("license", ""), (cff.get("license", ""), "")),
        "editors": editors,
        "keywords": ", ".join(cff.get("keywords", ())),
        "cite_paper": f"{'; '.join(_names(paper['authors']))}. {paper['title']}.",
        "cite_edition": f"{editors} ({year}). {cff['title']}. Version {cff['version']}."
        + (f" {address}" if address else ""),
        "address": address,
    }
