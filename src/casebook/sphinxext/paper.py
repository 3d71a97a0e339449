"""What stands on paper in place of what a screen does: short notes for claims, an index, addresses written out.

Each function changes the assembled book in place, before it is written.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

from casebook.sphinxext.catalogue import evidence_rows
from casebook.sphinxext.domain import KINDS
from casebook.sphinxext.figure import casebook_figure
from casebook.sphinxext.writing import OUTSIDE, Part, inline, paragraph
from casebook.study import Study
from casebook.wording import number

# Evidence key → for each chapter that cites it, the address of the first citation there.
Citations = dict[str, list[str]]


def remove_screen_parts(tree: nodes.document) -> None:
    """Take out code cells and links to files beside the site."""
    for node in list(tree.findall(HideCodeCellNode)):
        node.parent.remove(node)
    for reference in list(tree.findall(nodes.reference)):
        if not reference.get("refuri", "#").startswith(("#", *OUTSIDE)):
            _unlink(reference)


def remove_code(tree: nodes.document) -> None:
    """Put a line in place of each section that is there for its code: nobody runs what is on paper."""
    for section in list(tree.findall(nodes.section)):
        if section.parent is None or not isinstance(section.parent, nodes.section):
            continue
        code = [
            n for n in section.findall(nodes.literal_block) if n.get("language") in ("python", "ipython3")
        ]
        shown = [*section.findall(casebook_figure), *section.findall(nodes.table)]
        if code and not shown and section in section.parent.children:
            title = section.next_node(nodes.title).astext()
            note = paragraph(
                f"Only on the website: “{title}”, with its code and an exercise.", classes=["fine"]
            )
            section.parent.replace(section, note)


def _unlink(reference: nodes.Element) -> None:
    reference.parent.replace(reference, reference.children)


def remove_dead_links(tree: nodes.document) -> None:
    """Make a link to something that is not printed its text."""
    known = {name for node in tree.findall(nodes.Element) for name in node["ids"]}
    for reference in list(tree.findall(nodes.reference)):
        target = reference.get("refuri", "") or f"#{reference.get('refid', '')}"
        if target.startswith("#") and target[1:] not in known:
            _unlink(reference)


# A text that is longer than any sentence or remark is printed as far as this; the check of the data warns of it.
LONGEST = 5_000
_TAG = re.compile(r"(<[^>]*>)")


def _tame(text: str) -> str:
    """Return a text cut to what paper holds."""
    rest = len(text) - LONGEST
    if rest > 0:
        cut = re.sub(r"&#?\w*$", "", text[:LONGEST])
        text = f"{cut}… ({number(rest)} more characters stand on the website)"
    return text


def tame_long_texts(tree: nodes.document) -> None:
    """Cut what is longer than paper holds."""
    for text in list(tree.findall(nodes.Text)):
        if _inside(text, nodes.literal_block):
            continue
        parts = _TAG.split(text) if isinstance(text.parent, nodes.raw) else [str(text)]
        changed = "".join(part if part.startswith("<") and len(parts) > 1 else _tame(part) for part in parts)
        if changed != text:
            text.parent.replace(text, nodes.Text(changed))


def _claims(chapter: nodes.Element, kind: str) -> Iterator[tuple[nodes.reference, str]]:
    for reference in list(chapter.findall(nodes.reference)):
        found, _, key = reference.get("claim", "").partition(":")
        if found == kind:
            yield reference, key


def _inside(node: nodes.Node, *kinds: type[nodes.Node]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def source_in_short(study: Study, key: str) -> str:
    """Return who says a row of evidence, when, and with what standing; the index has the publisher's full name."""
    row = study.row("evidence", key)
    source = study.row("sources", row["source_id"])
    year = f", {source['year']}" if pd.notna(source["year"]) else ""
    return f"{re.split(r'[;,(]', source['publisher'])[0].strip()}{year}; {source['independence']}"


def note_citations(chapters: list[nodes.Element], study: Study, with_notes: set[str]) -> Citations:
    """Give the first citation of each row in each chapter an address, and return the addresses.

    In the chapters named by ``with_notes`` it also gets a note at the foot of the page: who says it, with what
    standing. A table has no room for notes, and says it in the row.
    """
    cited: Citations = {}
    for chapter in chapters:
        seen = set()
        for reference, key in _claims(chapter, "ev"):
            if key in seen or _inside(reference, nodes.title):
                continue
            seen.add(key)
            anchor = f"cite-{key}-{len(cited.get(key, ())) + 1}"
            reference["ids"].append(anchor)
            cited.setdefault(key, []).append(anchor)
            if chapter["docname"] in with_notes and not _inside(reference, nodes.table):
                note = inline("", "claim-note")
                note += [inline(key, "note-key"), nodes.Text(f" {source_in_short(study, key)}.")]
                reference.parent.insert(reference.parent.index(reference) + 1, note)
    return cited


def _pages(anchors: list[str]) -> list[Part]:
    """Return links that print the page of each anchor; the stylesheet knows the page."""
    parts: list[Part] = []
    for anchor in anchors:
        parts += [", "] if parts else []
        parts.append(nodes.reference("", "", refuri=f"#{anchor}", internal=True, classes=["page-of"]))
    return parts


def evidence_index(study: Study, cited: Citations) -> list[nodes.Node]:
    """Return the rows that the text cites, each with claim, source, standing and second reading; then their pages."""
    sources = study["sources"].set_index("source_id")
    table = study["evidence"]
    rows, index = [], nodes.container(classes=["evidence-index"])
    for row in table[table["evidence_id"].isin(list(cited))].itertuples():
        source = sources.loc[row.source_id]
        year = f", {source['year']}" if pd.notna(source["year"]) else ""
        address = f"#{KINDS['src'].anchor(row.source_id)}"
        link = nodes.reference("", f"{source['publisher']}{year}", refuri=address, internal=True)
        basis = "" if row.basis == "stated" else f"; {row.basis} by this edition"
        anchor = KINDS["ev"].anchor(row.evidence_id)
        entry = paragraph(inline(row.evidence_id, "key"), f" {row.claim} ", link, classes=["cited-row"])
        entry += nodes.Text(f"; {source['independence']}; {row.verified}{basis}.")
        entry["ids"].append(anchor)
        rows.append(entry)
        code = nodes.reference("", row.evidence_id, refuri=f"#{anchor}", internal=True, classes=["key"])
        index += paragraph(code, " ", *_pages(cited[row.evidence_id]))
    rest = len(table) - len(rows)
    note = (
        f"Printed are the {number(len(rows))} rows that this book cites, each with its source, the standing of that source, and what a second reading found. "
        f"The other {number(rest)} rows count in the figures and stand in the data and on the website, with every row’s stances and locator."
    )
    found = nodes.section(ids=["index-of-evidence"])
    found += nodes.title("", "Index of the evidence")
    found += paragraph("A page number is that of the first citation in a chapter.", classes=["fine"])
    found += index
    return [paragraph(note, classes=["fine"]), *rows, found]


def brief_sources(study: Study, cited: Citations) -> list[nodes.Node]:
    """Return the rows that a brief cites, each with its source and address, as its last paragraph."""
    if not cited:
        return []
    parts: list[Part] = [inline("Sources. ", "term")]
    for key in sorted(cited):
        row = study.row("evidence", key)
        source = study.row("sources", row["source_id"])
        entry = nodes.inline(ids=[KINDS["ev"].anchor(key)], classes=["brief-source"])
        entry += [inline(key, "key"), nodes.Text(f" {source_in_short(study, key)}. ")]
        entry += nodes.reference("", source["title"], refuri=source["url"])
        parts += [entry, " "]
    return [paragraph(*parts, classes=["fine", "brief-sources"])]


def print_index(tree: nodes.document, study: Study, cited: Citations) -> None:
    """Put the index of evidence where the site has its catalogue."""
    for place in list(tree.findall(evidence_rows)):
        place.parent.replace(place, evidence_index(study, cited))


def print_sources(tree: nodes.document, study: Study, cited: Citations) -> None:
    """Keep the sources that paper refers to, each with its address written out; say how many stand elsewhere."""
    evidence = study["evidence"].set_index("evidence_id")["source_id"]
    used = {evidence[key] for key in cited} | {key for _, key in _claims(tree, "src")} | _drawn_sources(tree)
    anchors = {KINDS["src"].anchor(key) for key in used}
    boxes = [node for node in tree.findall(nodes.container) if "source-row" in node["classes"]]
    left_out = [box for box in boxes if box["ids"][0] not in anchors]
    if left_out:
        note = f"Printed are the {number(len(boxes) - len(left_out))} sources that this book cites or draws; {number(len(left_out))} more stand on the website."
        boxes[0].parent.insert(boxes[0].parent.index(boxes[0]), paragraph(note, classes=["fine"]))
    for box in left_out:
        box.parent.remove(box)
    for box in boxes:
        _write_address(box)


def _write_address(box: nodes.Element) -> None:
    """Write a source's address after its title, unless its DOI, which is shorter and lasts longer, stands there."""
    for lookup in [node for node in box.findall(nodes.inline) if "lookup" in node["classes"]]:
        lookup.parent.remove(lookup)
    title, *others = box.findall(nodes.reference)
    if not any(other.astext().startswith("doi:") for other in others):
        address = title["refuri"].split("://", 1)[-1].rstrip("/")
        title.parent.insert(title.parent.index(title) + 1, inline(f", {address}", "address"))


# A figure with more rows than this is a matrix or a register whose marks say it all, or whose rows stand in its chapter.
LONG = 40
# A column whose cells have more characters than this on average holds remarks, not values.
WORDY = 34
# Columns that only lead to something else in the data.
KEYS = {"source_id", "evidence_id", "actor_id"}


def values_only(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Return a drawing's bundle without remarks, keys and columns that say the same in every row."""
    columns, rows = bundle["columns"], bundle["rows"]

    def printed(i: int) -> bool:
        if i == 0 or columns[i]["decimals"] is not None:
            return True
        cells = [str(row[i] or "") for row in rows]
        said = sum(map(len, cells)) <= WORDY * max(len(rows), 1)
        return said and columns[i]["name"] not in KEYS and (len(rows) == 1 or len(set(cells)) > 1)

    keep = [i for i in range(len(columns)) if printed(i)]
    return {**bundle, "columns": [columns[i] for i in keep], "rows": [[row[i] for i in keep] for row in rows]}


def _drawn_sources(tree: nodes.document) -> set[str]:
    """Return the sources of the values that figures draw."""
    found: set[str] = set()
    for figure in tree.findall(casebook_figure):
        names = [column["name"] for column in figure["bundle"]["columns"]]
        if "source_id" in names:
            place = names.index("source_id")
            found |= {
                part for row in figure["bundle"]["rows"] if row[place] for part in str(row[place]).split("; ")
            }
    return found


def print_links(tree: nodes.document) -> None:
    """Write the address of an outside link into a note at the foot of the page, where it is not written already."""
    for reference in list(tree.findall(nodes.reference)):
        address = reference.get("refuri", "")
        if not address.startswith("http") or address in reference.astext():
            continue
        if not _inside(reference, nodes.table) and not _of_class(reference, "source-row"):
            note = inline(address, "link-note")
            reference.parent.insert(reference.parent.index(reference) + 1, note)


def _of_class(node: nodes.Node, name: str) -> bool:
    while node.parent is not None:
        node = node.parent
        if name in node.get("classes", ()):
            return True
    return False
