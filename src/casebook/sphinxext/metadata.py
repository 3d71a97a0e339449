"""What a page says of itself to machines: OpenGraph, Highwire tags, JSON-LD, sitemap; all from CITATION.cff and the data."""

import os
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx

from casebook.sphinxext.domain import NAME
from casebook.sphinxext.study import study_of
from casebook.sphinxext.writing import root_of, script_json

# Where the site will stand, for whoever publishes it: https://example.org/book
ADDRESS = "CASEBOOK_ADDRESS"
# The page that tells of the data: it names their columns too.
WHOLE = "chapters/about/edition"


@cache
def citation(root: Path) -> dict[str, Any]:
    """Return the citation file in ``root``; empty if there is none."""
    path = root / "CITATION.cff"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _person(author: dict[str, str]) -> dict[str, Any]:
    if "name" in author:
        return {"@type": "Organization", "name": author["name"]}
    person = {"@type": "Person", "givenName": author["given-names"], "familyName": author["family-names"]}
    return {**person, "affiliation": author["affiliation"]} if author.get("affiliation") else person


# Licences by the name that the citation file gives: what they are called in a line, and where they stand.
_LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


def licence_of(app: Sphinx) -> tuple[str, str]:
    """Return what the licence of text and data is called, and its address; the name alone if it is not known here."""
    name = citation(Path(app.srcdir)).get("license", "")
    return _LICENCES.get(name, (name, ""))


def licence_address(cff: dict[str, Any]) -> str:
    """Return where the licence that a citation file names stands; its name if that is not known here."""
    return _LICENCES.get(cff["license"], ("", cff["license"]))[1]


def article(cff: dict[str, Any], title: str, description: str) -> dict[str, Any]:
    """Return a page as a schema.org article: part of the edition, which is based on the paper."""
    papers = [
        {
            "@type": "ScholarlyArticle",
            "name": paper["title"],
            "author": [_person(a) for a in paper["authors"]],
        }
        for paper in cff.get("references", ())
    ]
    return {
        "@context": "https://schema.org", "@type": "ScholarlyArticle", "name": title, "description": description,
        "author": [_person(a) for a in cff["authors"]], "version": cff["version"], "datePublished": cff["date-released"],
        "license": licence_address(cff), "keywords": cff["keywords"], "inLanguage": "en", "isAccessibleForFree": True,
        "isPartOf": {"@type": "CreativeWork", "name": cff["title"], "version": cff["version"]}, "isBasedOn": papers,
    }  # fmt: skip


def datasets(app: Sphinx, cff: dict[str, Any], root: str, whole: bool) -> dict[str, Any]:
    """Return the data package as a schema.org dataset with every table as one of its parts.

    ``root`` is the way to the site's own folder; ``whole`` adds the columns of each table.
    """
    schema = study_of(app.env).schema
    tables = []
    for table in schema.tables:
        part = {
            "@type": "Dataset", "name": f"{table.title} ({table.name})", "description": table.description, "license": licence_address(cff),
            "distribution": {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{root}data/{table.path}"},
        }  # fmt: skip
        tables.append(part | {"variableMeasured": [c.name for c in table.columns]} if whole else part)
    return {
        "@context": "https://schema.org", "@type": "Dataset", "name": schema.title,
        "description": f"{schema.title}: {len(tables)} tables in the data package of {cff['title']}",
        "creator": [_person(a) for a in cff["authors"]], "version": cff["version"], "license": licence_address(cff),
        "isAccessibleForFree": True, "keywords": cff["keywords"], "hasPart": tables,
        "distribution": {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": f"{root}data/datapackage.json"},
    }  # fmt: skip


def take_address(app: Sphinx, config: Any) -> None:
    """Take the site's public address from the environment where the book's settings name none."""
    config.html_baseurl = config.html_baseurl or os.environ.get(ADDRESS, "")


def public_address(app: Sphinx, target: str) -> str:
    """Return the public address of a file of the site; nothing where the site's own address is not known."""
    base = app.config.html_baseurl.rstrip("/")
    return f"{base}/{target}" if base else ""


def _names(cff: dict[str, Any]) -> str:
    return "; ".join(a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in cff["authors"])


def cite_parts(cff: dict[str, Any]) -> dict[str, str]:
    """Return what stands before and after the title of a page, a figure or a row in its citation."""
    return {
        "before": f"{_names(cff)} ({str(cff['date-released'])[:4]}).",
        "after": f"In: {cff['title']}, version {cff['version']}.",
    }


def cite_figure(app: Sphinx, pagename: str, label: str, anchor: str) -> str:
    """Return how to cite a figure as HTML; nothing where there is no citation file."""
    cff = citation(Path(app.srcdir))
    if not cff:
        return ""
    target = app.builder.get_target_uri(pagename)
    parts, address = cite_parts(cff), public_address(app, target) or target
    text = f"{parts['before']} {label}. {parts['after']}"
    return (
        f'<p class="cite-box"><span class="cite-text">{escape(text)} <span class="cite-address">{escape(address)}#{anchor}</span></span> '
        f'<button type="button" class="copy" hidden>Copy</button></p>'
    )


def describe(app: Sphinx, pagename: str, title: str, description: str) -> dict[str, Any]:
    """Return the tags of a page: ``meta`` as (attribute, name, content), ``linked_data`` as JSON texts, how to cite it."""
    cff = citation(Path(app.srcdir))
    if not cff:
        return {"meta": [], "linked_data": [], "cite": {}}
    author = _names(cff)
    meta = [
        ("property", "og:type", "article"),
        ("property", "og:title", title),
        ("property", "og:description", description),
        ("property", "og:site_name", app.config.html_short_title),
        ("property", "og:locale", "en_GB"),
        ("name", "citation_title", title),
        ("name", "citation_author", author),
        ("name", "citation_publication_date", str(cff["date-released"]).replace("-", "/")),
        ("name", "citation_inbook_title", cff["title"]),
        ("name", "citation_language", "en"),
        *(("name", "citation_keywords", word) for word in cff["keywords"]),
    ]
    page = app.builder.get_target_uri(pagename)
    address = public_address(app, page)
    if address:
        meta += [
            ("property", "og:url", address),
            ("name", "citation_fulltext_html_url", address),
            ("name", "citation_pdf_url", public_address(app, "book.pdf")),
        ]
    root = public_address(app, "") or root_of(pagename)
    linked = [article(cff, title, description), datasets(app, cff, root, pagename == WHOLE)]
    return {
        "meta": meta,
        "linked_data": [script_json(x, separators=(", ", ": ")) for x in linked],
        "cite": cite_parts(cff) | {"title": f"{title}.", "address": address or page},
    }


def write_sitemap(app: Sphinx, problem: Exception | None) -> None:
    """Write the sitemap, where the public address is known."""
    if problem or app.builder.name != "html" or not app.config.html_baseurl:
        return
    # The later parts of the catalogue are pages without a document of their own.
    rows = {page for page, _ in app.env.get_domain(NAME).data["targets"].values()}
    pages = sorted(app.env.found_docs | rows)
    urls = "".join(
        f"<url><loc>{public_address(app, app.builder.get_target_uri(p))}</loc></url>" for p in pages
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
    (app.outdir / "sitemap.xml").write_text(text, encoding="utf-8")


def setup_part(app: Sphinx) -> None:
    """Know the site's address from the start; write the sitemap at the end of a build."""
    app.connect("config-inited", take_address)
    app.connect("build-finished", write_sitemap)
