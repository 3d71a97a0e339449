"""The website: theme, what each page needs, and the files that go with it."""

import base64
import gzip
import hashlib
import json
import re
import shutil
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.osutil import ensuredir

from casebook import __version__
from casebook.bibtex import bibliography
from casebook.schema import DESCRIPTOR
from casebook.sphinxext.domain import KINDS, NAME
from casebook.sphinxext.fonts import brought_fonts, faces, families
from casebook.sphinxext.metadata import describe, licence_of, public_address
from casebook.sphinxext.program import write_program
from casebook.sphinxext.study import BookError, study_of
from casebook.sphinxext.terms import term_notes
from casebook.study import Study
from casebook.tables import safe_csv
from casebook.tokens import DARK, LIGHT, css_variables

HERE = Path(__file__).parent
THEME = "casebook"
# A link to another site, as the writers leave it; it is to tell that site nothing of where the reader came from.
_OUTSIDE = re.compile(r'(<a (?![^>]* rel=)[^>]*href="https?:[^>]*)>')
SEARCH = "Search the chapters, annexes, evidence and glossary of the book by words; the search runs in your own browser."
# As text a colour has a contrast of at least 7 to 1 with every ground of the page; as a surface in a figure it need not.
TEXT = {
    "light": {
        "muted": "#494844",
        "accent": "#08505b",
        "supports-text": "#10497a",
        "qualifies-text": "#654304",
        "challenges-text": "#852636",
    },
    "dark": {
        "muted": "#c4c0b6",
        "accent": "#7ccbd6",
        "supports-text": "#8ac0ee",
        "qualifies-text": "#e9b44c",
        "challenges-text": "#f4aeb7",
    },
}


def description_of(doctree: nodes.document | None, fallback: str) -> str:
    """Return the page's lead, or first paragraph, as one line of at most 300 characters, cut at a word."""
    if doctree is None:
        return fallback
    # The lead answers the page's question; a page without one begins with its first paragraph.
    lead = next((n for n in doctree.findall(nodes.container) if "lead" in n["classes"]), None)
    for paragraph in [*(lead.findall(nodes.paragraph) if lead else ()), *doctree.findall(nodes.paragraph)]:
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text if len(text) <= 300 else text[:300].rsplit(" ", 1)[0] + " …"
    return fallback


def note_of(study: Study, kind: str, key: str) -> dict[str, Any]:
    """Return what the note of a claim says: text, source and its address."""
    row = study.row(KINDS[kind].table, key)
    note: dict[str, Any] = {
        "kind": kind,
        "key": key,
        "id": f"{kind}-{key.replace('.', '-')}",
        "source": "",
        "url": "",
    }
    if kind == "stmt":
        return {**note, "text": row["text"], "source": "The paper’s abstract, restated"}
    if kind == "ev":
        source = study.row("sources", row["source_id"])
        year = f", {source['year']}" if pd.notna(source["year"]) else ""
        standing = {"exact": "read again: exact", "corrected": "read again: corrected"}.get(
            row["verified"], row["verified"]
        )
        return {
            **note,
            "text": row["claim"],
            "source": f"{source['publisher']}{year}; {source['independence']}; {standing}",
            "url": source["url"],
        }
    if kind == "rec":
        return {
            **note,
            "text": f"{row['title']}. {row['action']}",
            "source": f"{row['scope']}; {row['horizon']}",
        }
    if kind == "theme":
        return {
            **note,
            "text": f"{row['title']}. {row['definition']}",
            "source": f"{row['kind'].capitalize()} of the paper, as this edition defines it",
        }
    if kind == "conflict":
        return {**note, "text": f"{row['title']}. {row['why']}", "source": "Figures that disagree"}
    return {**note, "text": f"{row['author']}: {row['title']}", "source": row["publisher"], "url": row["url"]}


def page_notes(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """Return the notes of all claims on a page, each once, with the address each stands at."""
    domain, study = app.env.get_domain(NAME), study_of(app.env)
    notes = []
    for kind, key in domain.uses_of(pagename):
        if kind in KINDS:
            docname, anchor = domain.data["targets"][kind, key]
            notes.append(
                {
                    **note_of(study, kind, key),
                    "href": f"{app.builder.get_relative_uri(pagename, docname)}#{anchor}",
                }
            )
    return notes


def sections_of(doctree: nodes.document | None) -> list[tuple[str, str]]:
    """Return (address, title) of the sections of a page, those under its title."""
    top = doctree.next_node(nodes.section) if doctree is not None else None
    sections = [s for s in top.children if isinstance(s, nodes.section)] if top else []
    return [(s["ids"][0], s.next_node(nodes.title).astext()) for s in sections]


def contents_with_sections(fragment: str, sections: list[tuple[str, str]]) -> str:
    """Return the contents with the sections of the page under its own line, if it has two or more."""
    # Sphinx calls a caption a heading without a level; the list under it says enough.
    fragment = fragment.replace(' role="heading"', "")
    head, current, rest = fragment.partition('<a class="current')
    if not current or len(sections) < 2:
        return fragment
    lines = "".join(f'<li><a href="#{anchor}">{escape(title)}</a></li>' for anchor, title in sections)
    own, end, rest = rest.partition("</a>")
    return f'{head}{current}{own}{end}<ul class="sections">{lines}</ul>{rest}'


def part_of(app: Sphinx, pagename: str) -> str:
    """Return the caption of the part of the book that a page stands in; nothing for the pages outside them."""
    toctrees = app.env.tocs[app.config.root_doc].findall(toctree)
    return next((t["caption"] or "" for t in toctrees if pagename in t["includefiles"]), "")


def fill_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the template what the page needs."""
    if app.config.html_theme != THEME:
        return
    context["body"] = _OUTSIDE.sub(r'\1 rel="noreferrer">', context.get("body", ""))
    written = doctree is not None or "part_of" in context
    title = (
        app.env.titles[pagename].astext() if pagename in app.env.titles else context.get("title", "Search")
    )
    fallback = f"{title}: {app.config.html_title}" if written else SEARCH
    context["description"] = description_of(doctree, fallback)
    context["release"] = __version__
    context["inline_scripts"], context["script_hashes"] = INLINE_SCRIPTS, script_hashes()
    context["metadata"] = describe(app, pagename, title, context["description"])
    if not written:
        context["metadata"]["cite"] = {}
    context["canonical"] = public_address(app, app.builder.get_target_uri(pagename)) if written else ""
    context["shorttitle"] = app.config.html_short_title
    context["paper_authors"] = app.config.casebook_paper_authors
    context["edition"], context["licence"] = app.config.casebook_edition, licence_of(app)
    contents = (
        global_toctree_for_doc(
            app.env, pagename, app.builder, collapse=False, maxdepth=1, includehidden=True, titles_only=True
        )
        if doctree is not None or pagename == "search" or "part_of" in context
        else None
    )
    fragment = app.builder.render_partial(contents)["fragment"] if contents else ""
    context["contents_html"] = contents_with_sections(fragment, sections_of(doctree))
    context["part_title"] = part_of(app, context.get("part_of", pagename))
    context["page_notes"] = page_notes(app, pagename) if doctree is not None else []
    context["term_notes"] = term_notes(app, doctree) if doctree is not None else []
    classes = (
        {c for node in doctree.findall(nodes.Element) for c in node["classes"]}
        if doctree is not None
        else set()
    )
    context["page_classes"] = classes
    spoken = {part for c in classes if c.startswith("voice-") for part in c.removeprefix("voice-").split("-")}
    context["voices_here"] = [voice for voice in ("paper", "evidence", "edition") if voice in spoken]


# The only scripts in the pages themselves: they must run before the first paint, or before the search begins. The policy names them by their hash.
INLINE_SCRIPTS = {
    "theme": '(function(d){try{var t=localStorage.getItem("theme");if(t)d.dataset.theme=t}catch(e){}})(document.documentElement)',
    # Fonts are asked for before the stylesheet names them. From disk a browser takes them from the stylesheet only.
    "fonts": (
        '(function(d){if(location.protocol==="file:"){d.dataset.disk="";return}["serif","sans"].forEach(function(n){'
        'var l=document.createElement("link");l.rel="preload";l.as="font";l.type="font/woff2";l.crossOrigin="";'
        'l.href=d.dataset.content_root+"_static/"+n+".woff2";document.head.append(l)})})(document.documentElement)'
    ),
    "contents": 'if(matchMedia("(max-width: 60rem)").matches)document.querySelector("details.contents").open=false',
    # A page from disk may not read its neighbours, from which the search would quote.
    "disk": 'if(location.protocol==="file:")DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY=false',
}


@cache
def script_hashes() -> str:
    """Return the hashes of the inline scripts as a content security policy names them."""
    digests = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in INLINE_SCRIPTS.values()
    )
    return " ".join(f"'sha256-{digest}'" for digest in digests)


@cache
def _stylesheet() -> str:
    light = css_variables({**LIGHT, **TEXT["light"]})
    dark = css_variables({**DARK, **TEXT["dark"]})
    # Paper is white, whatever the screen was.
    tokens = (
        f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme]) {{ {dark} }} }}\n"
        f'@media screen {{ [data-theme="dark"] {{ {dark} }} }}'
    )
    return (
        (HERE / "theme" / THEME / "static" / "casebook.css")
        .read_text(encoding="utf-8")
        .replace("/* TOKENS */", tokens)
    )


def _faces(static: Path, fonts: list[Path]) -> str:
    try:
        return faces(static, fonts)
    except OSError as problem:
        raise BookError(
            f"{problem}. Take it out of the package's fonts/, or put a sound one there."
        ) from problem


def write_assets(app: Sphinx, problem: Exception | None) -> None:
    """Write stylesheet and script with their tokens, plotly, and the data package beside the pages."""
    if problem or app.builder.name != "html" or app.config.html_theme != THEME:
        return
    static = app.outdir / "_static"
    css = _stylesheet()
    if fonts := brought_fonts(Path(app.srcdir) / "fonts"):
        ensuredir(static / "fonts")
        css = _faces(static, fonts) + css.replace("--serif: ", "--own: " + families(fonts) + "; --serif: ", 1)
        # In every list of families, those for pages opened from disk too: whatever the book's letters lack.
        css = re.sub(r"(--(?:serif|sans): [^;]*), ((?:sans-)?serif);", r"\1, var(--own), \2;", css)
    (static / "casebook.css").write_text(css, encoding="utf-8")
    script = (HERE / "theme" / THEME / "static" / "casebook.js").read_text(encoding="utf-8")
    palettes = json.dumps({"light": LIGHT, "dark": DARK}).replace('"', '\\"')
    (static / "casebook.js").write_text(script.replace("__PALETTES__", palettes), encoding="utf-8")
    packed = HERE / "static" / "plotly-basic.min.js.gz"
    (static / "plotly-basic.min.js").write_bytes(gzip.decompress(packed.read_bytes()))
    study = study_of(app.env)
    folder = app.outdir / "data"
    folder.mkdir(exist_ok=True)
    (folder / "references.bib").write_text(bibliography(study), encoding="utf-8")
    write_program(app.outdir)
    shutil.copyfile(study.folder / DESCRIPTOR, folder / DESCRIPTOR)
    for table in study.schema.tables:
        (folder / table.path).write_bytes(safe_csv((study.folder / table.path).read_bytes()))


def setup_part(app: Sphinx) -> None:
    """Register the theme and what fills it."""
    app.add_html_theme(THEME, str(HERE / "theme" / THEME))
    app.add_config_value("casebook_paper_authors", "", "html")
    # Both are read before Sphinx begins (see `casebook.assemble`): whose chapters these are, and whose edition.
    app.add_config_value("casebook_package", "", "html")
    app.add_config_value("casebook_edition", "", "html")
    # Jupyter Book sets this for an extension that _config.yml leaves out; unregistered it is a warning.
    if "comments_config" not in app.config:
        app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", fill_context)
    app.connect("build-finished", write_assets)
