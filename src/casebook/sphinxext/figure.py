"""One node for every figure: still picture, caption, number, table twin, data, and the live figure on request."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.osutil import ensuredir

from casebook.counted import counted_rows
from casebook.drawing import WIDTHS
from casebook.paths import stills_dir
from casebook.sphinxext.domain import NAME, catalogue_address, key_address
from casebook.sphinxext.metadata import cite_figure
from casebook.sphinxext.program import CODE, builders_in
from casebook.sphinxext.study import study_of
from casebook.sphinxext.writing import root_of, script_json
from casebook.stills import flat_svg, fresh_still, still_path
from casebook.tables import Address, rows_csv, twin_html

logger = logging.getLogger(__name__)
FOLDER = "figures"


class casebook_figure(nodes.General, nodes.Element):
    """A drawing on a page; ``bundle`` is what `casebook.drawing.Drawing.bundle` returned."""


def drawing_node(bundle: Mapping[str, Any]) -> casebook_figure:
    """Return the node of a drawing, with its address."""
    return casebook_figure("", bundle=dict(bundle), ids=[f"figure-{bundle['name']}"])


def register_drawings(app: Sphinx, doctree: nodes.document) -> None:
    """Tell the domain what is drawn on the page."""
    for node in doctree.findall(casebook_figure):
        bundle = node["bundle"]
        app.env.get_domain(NAME).note_drawing(app.env.docname, bundle["name"], node["ids"][0], bundle)
        # Notebook outputs carry no source position; Sphinx wants one for its warnings.
        node.source, node.line = app.env.doc2path(app.env.docname), None


def _number(translator: Any, node: casebook_figure) -> str:
    """Return the figure's number, the same in every builder."""
    env = translator.builder.env
    home = env.get_domain(NAME).data["drawings"][node["bundle"]["name"]][0]
    # A builder of one page files the numbers of all pages under the first one.
    whole = env.toc_fignumbers.get(env.config.root_doc, {}).get(f"{home}/figure", {})
    numbers = env.toc_fignumbers.get(home, {}).get("figure", whole)
    return ".".join(map(str, numbers[node["ids"][0]]))


def _warn(translator: Any, name: str) -> None:
    """Warn of a still that shows something else; an edition for other data may do without any."""
    if translator.config.casebook_edition and not still_path(stills_dir(), name, "wide").is_file():
        logger.info("no still of the figure %s; to draw it run: make stills", name)
        return
    logger.warning(
        "the still of the figure %s is missing or out of date; run: make stills",
        name,
        type="casebook",
        subtype="still",
    )


def _picture(translator: Any, bundle: Mapping[str, Any], root: str, first: bool) -> str:
    """Return the still as a picture that fits the screen, or a note that says why there is none.

    The first picture of a page is often the largest thing in sight: it does not wait to be scrolled to.
    """
    loading = "eager" if first else "lazy"
    folder, name = stills_dir(), bundle["name"]
    if any(fresh_still(folder, name, width, spec) is None for width, spec in bundle["specs"].items()):
        _warn(translator, name)
        if not still_path(folder, name, "wide").is_file():
            return '<p class="no-still">No picture of this figure has been drawn yet. The table below has its values.</p>'
        return '<p class="no-still">The data of this figure changed after its picture was drawn. The table below has the current values.</p>'
    size = {w: (s["layout"]["width"], s["layout"]["height"]) for w, s in bundle["specs"].items()}
    narrow = f'<source media="(max-width: 640px)" srcset="{root}{FOLDER}/{name}.compact.svg" width="{size["compact"][0]}" height="{size["compact"][1]}">'
    wide = f'<img src="{root}{FOLDER}/{name}.wide.svg" width="{size["wide"][0]}" height="{size["wide"][1]}" alt="{escape(bundle["alt"])}" loading="{loading}" decoding="async">'
    return f"<picture>{narrow}{wide}</picture>"


def _areas_html(bundle: Mapping[str, Any], address: Address) -> str:
    """Return the cells of a picture as links over it, for a pointer; the table has the same links for every hand."""
    shapes = []
    for width, spec in bundle["specs"].items():
        layout = spec["layout"]
        left, top = layout["margin"]["l"], layout["margin"]["t"]
        across, down = layout["xaxis"]["range"], layout["yaxis"]["range"]
        wide = (layout["width"] - left - layout["margin"]["r"]) / (across[1] - across[0])
        high = (layout["height"] - top - layout["margin"]["b"]) / (down[0] - down[1])
        cells = [
            f'<a href="{escape(address(area["query"], area["first"]))}" tabindex="-1"><title>{escape(area["text"])}</title>'
            f'<rect x="{left + (area["x"] - 0.5 - across[0]) * wide:.1f}" y="{top + (area["y"] - 0.5 - down[1]) * high:.1f}" '
            f'width="{wide:.1f}" height="{high:.1f}"/></a>'
            for area in bundle.get("areas", ())
        ]
        size = f'width="{layout["width"]}" height="{layout["height"]}" viewBox="0 0 {layout["width"]} {layout["height"]}"'
        shapes.append(f'<svg class="areas {width}" {size} aria-hidden="true">{"".join(cells)}</svg>')
    return "".join(shapes)


def visit_html(translator: Any, node: casebook_figure) -> None:
    """Write the figure for the site."""
    bundle, anchor = node["bundle"], node["ids"][0]
    root = root_of(translator.builder.current_docname)
    number, name, title = _number(translator, node), bundle["name"], bundle["title"]
    first = not getattr(translator, "has_figure", False)
    translator.has_figure = True
    picture = _picture(translator, bundle, root, first)
    stale = not picture.startswith("<picture")
    live = (
        ""
        if stale
        else f'<button type="button" class="live-button" hidden>Explore live<span class="hidden">: Figure {number}</span></button>'
    )
    still = (
        ""
        if stale
        else f'<a href="{root}{FOLDER}/{name}.wide.svg" download>Picture (SVG)<span class="hidden"> of Figure {number}</span></a>'
    )
    cite = cite_figure(
        translator.builder.app, translator.builder.current_docname, f"Figure {number}: {title}", anchor
    )
    of_figure = f'<span class="hidden"> of Figure {number}</span>'
    code = (
        f'<a href="#code-{translator.code_cells}">Code{of_figure}</a>'
        if getattr(translator, "code_cells", 0)
        else ""
    )

    def address(query: str, row: str) -> str:
        return catalogue_address(translator.builder, translator.builder.current_docname, query, row)

    def place(kind: str, key: str) -> str | None:
        env = translator.builder.env
        # The rows of a theme are one click nearer to their sources than the page of the theme.
        shown = counted_rows(study_of(env), f"coded({key})") if kind == "theme" else None
        if shown and ("ev", shown[1]) in env.get_domain(NAME).data["targets"]:
            return address(*shown)
        return key_address(translator.builder, translator.builder.current_docname, kind, key)

    areas = _areas_html(bundle, address) if bundle.get("areas") and not stale else ""
    rows_at = (
        f' data-catalogue="{escape(re.split("[?#]", address("", bundle["areas"][0]["first"]))[0])}"'
        if areas
        else ""
    )
    translator.body.append(
        f'<figure class="drawing" id="{anchor}" aria-labelledby="{anchor}-title"{rows_at}>'
        f'<p class="figure-title" id="{anchor}-title"><a class="figure-number" href="#{anchor}">Figure {number}</a> {escape(title)}</p>'
        f'<div class="canvas">{picture}{areas}</div>'
        f'<figcaption><p class="finding">{escape(bundle["caption"])}</p><p class="reading">{escape(bundle["note"])}</p>'
        f'<div class="figure-tools">{live}<a href="{root}{FOLDER}/{name}.csv" download>Data (CSV){of_figure}</a>{still}{code}'
        f'<details class="cite-figure"><summary>Cite<span class="hidden"> Figure {number}</span></summary>{cite}</details></div>'
        f'<details class="twin"{" open" if stale else ""}><summary>Figure {number} as a table</summary>{twin_html(bundle, f"Figure {number}: {title}", address, place)}</details>'
        "</figcaption></figure>"
    )
    raise nodes.SkipNode


def picture_html(translator: Any, bundle: Mapping[str, Any]) -> str:
    """Return the still for a page that nobody scrolls or clicks, in light colours; its table if it is out of date."""
    still = fresh_still(stills_dir(), bundle["name"], "wide", bundle["specs"]["wide"])
    if still is None or not hasattr(translator.builder, "keep_picture"):
        if still is None:
            _warn(translator, bundle["name"])
        return (
            twin_html(bundle, bundle["title"])
            if still is None
            else _picture(translator, bundle, root_of(translator.builder.current_docname), False)
        )
    path = translator.builder.keep_picture(bundle["name"], flat_svg(still))
    shape = "tall" if bundle["specs"]["wide"]["layout"]["height"] > 640 else "usual"
    return f'<img class="still {shape}" src="{path}" alt="{escape(bundle["alt"])}"/>'


def visit_print(translator: Any, node: casebook_figure) -> None:
    """Write the figure for paper: still, caption, and where its values and the live figure stand."""
    bundle, anchor = node["bundle"], node["ids"][0]
    builder = translator.builder
    picture = picture_html(translator, bundle)
    translator.body.append(
        f'<figure class="drawing" id="{anchor}"><p class="figure-title"><span class="figure-number">Figure {_number(translator, node)}</span> {escape(bundle["title"])}</p>{picture}'
        f'<figcaption><span class="finding">{escape(bundle["caption"])}</span> <span class="reading">{escape(bundle["note"])}</span>'
        f"{builder.elsewhere(bundle, anchor)}</figcaption></figure>"
    )
    raise nodes.SkipNode


def visit(translator: Any, node: casebook_figure) -> None:
    """Write the figure as the builder wants it."""
    (visit_print if hasattr(translator.builder, "keep_picture") else visit_html)(translator, node)


def visit_text(translator: Any, node: casebook_figure) -> None:
    """Write caption and alternative text where no picture can stand."""
    translator.add_text(f"{node['bundle']['title']}. {node['bundle']['caption']} {node['bundle']['alt']}")
    raise nodes.SkipNode


def write_files(app: Sphinx, problem: Exception | None) -> None:
    """Put data and stills of every figure beside the pages."""
    if problem or app.builder.name not in ("html", "dirhtml"):
        return
    folder = app.outdir / FOLDER
    ensuredir(folder)
    for name, (_, bundle) in app.env.get_domain(NAME).data["drawings"].items():
        columns = [c["name"] for c in bundle["columns"]]
        (folder / f"{name}.csv").write_text(rows_csv(columns, bundle["rows"]), encoding="utf-8", newline="")
        (folder / f"{name}.json").write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
        # A script, because unlike data it can be loaded from a page that was opened from disk.
        live = script_json({"alt": bundle["alt"], **bundle["specs"]})
        live = f"(window.casebookFigures ||= {{}})[{json.dumps(name)}] = {live};\n"
        (folder / f"{name}.js").write_text(live, encoding="utf-8")
        for width in WIDTHS:
            svg = fresh_still(stills_dir(), name, width, bundle["specs"][width])
            if svg is not None:
                (folder / f"{name}.{width}.svg").write_text(svg, encoding="utf-8")


def visit_code(translator: Any, node: nodes.Element) -> None:
    """Write a notebook's code where it opens on request, at an address of its own.

    A browser that is sent to something inside a closed box opens the box.
    """
    translator.code_cells = getattr(translator, "code_cells", 0) + 1
    translator.body.append(
        f'<details class="code-cell"><summary>The code of this figure</summary><div id="code-{translator.code_cells}">'
    )


def depart_code(translator: Any, node: nodes.Element) -> None:
    """Close what `visit_code` opened, with the way to the function that draws."""
    root = root_of(translator.builder.current_docname)
    links = [
        f'<a href="{root}{CODE}/{place}.txt">{escape(name)}</a>: <code>{escape(place)}</code>, line {line}'
        for name, place, line in builders_in(node.astext())
    ]
    where = f'<p class="fine">Drawn by {"; ".join(links)}.</p>' if links else ""
    translator.body.append(f"{where}</div></details>")


def _title(node: casebook_figure) -> str:
    return node["bundle"]["title"]


def setup_part(app: Sphinx) -> None:
    """Register the node, its visitors and its files."""
    app.add_enumerable_node(
        casebook_figure,
        "figure",
        _title,
        html=(visit, None),
        text=(visit_text, None),
        latex=(visit_text, None),
        man=(visit_text, None),
        texinfo=(visit_text, None),
    )
    # MyST-NB's own markup puts paragraphs into a summary, which is not valid HTML.
    app.add_node(HideCodeCellNode, override=True, html=(visit_code, depart_code))
    app.connect("doctree-read", register_drawings)
    app.connect("build-finished", write_files)
