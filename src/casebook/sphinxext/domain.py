"""What the pages refer to: statements, evidence, recommendations, themes, sources and figures.

Each kind has a role. A reference to something that is not in the data stops the build, whatever its options.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode

from casebook.sphinxext.study import BookError, study_of
from casebook.study import Study

NAME = "casebook"


@dataclass(frozen=True)
class Kind:
    """A kind of thing a page refers to: its role, the table and key it lives in, and what its text comes from."""

    role: str
    table: str
    label: str

    def anchor(self, key: str) -> str:
        """Return the address of the thing on its page."""
        return f"{self.label}-{key.lower().replace('.', '-')}" if self.role != "ev" else f"evidence-{key}"


KINDS = {
    kind.role: kind
    for kind in (
        Kind("stmt", "statements", "statement"),
        Kind("ev", "evidence", "evidence"),
        Kind("rec", "recommendations", "recommendation"),
        Kind("theme", "themes", "theme"),
        Kind("src", "sources", "source"),
        Kind("conflict", "conflicts", "conflict"),
    )
}
FIGURE = "fig"
TABLE = "table"
_PART = re.compile(r"-part-\d+$")


def home_of(page: str) -> str:
    """Return the document a page was written from; a part of the catalogue has none of its own."""
    return _PART.sub("", page)


def claim_nodes(env: BuildEnvironment, kind: str, keys: list[str], location: str) -> list[nodes.Node]:
    """Return one reference for each key, and note that the page uses it."""
    found: list[nodes.Node] = []
    for key in keys:
        node = pending_xref(
            "",
            nodes.inline(key, key, classes=["claim-key"]),
            refdomain=NAME,
            reftype=kind,
            reftarget=key,
            refexplicit=False,
            refwarn=True,
            refdoc=env.docname,
            classes=["claim", f"claim-{kind}"],
        )
        found += [nodes.Text(" "), node] if found else [node]
    env.get_domain(NAME).note_uses(env.docname, kind, keys, location)
    return found


def catalogue_address(builder: Builder, docname: str, query: str, first: str) -> str:
    """Return the address of the catalogue's rows that a query shows, as seen from a page.

    It names the first of the rows too: without scripts, which filter, and on paper a reader lands there.
    """
    target, anchor = builder.env.get_domain(NAME).data["targets"]["ev", first]
    page = builder.get_relative_uri(docname, target)
    if page.startswith("#"):
        return f"#{anchor}"
    # A book for reading has no filters, and an e-reader no queries.
    asked = "" if hasattr(builder, "keep_picture") or not query else f"?{query}"
    return f"{page}{asked}#{anchor}"


def key_address(builder: Builder, docname: str, kind: str, key: str) -> str | None:
    """Return the address of a thing, as seen from a page; nothing where the book does not show it."""
    found = builder.env.get_domain(NAME).data["targets"].get((kind, key))
    if found is None:
        return None
    page = builder.get_relative_uri(docname, found[0])
    return f"{page.partition('#')[0]}#{found[1]}"


class ClaimRole(SphinxRole):
    """A reference to something in the data by its key: ``{ev}`TH31```; several with semicolons."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the references; the page depends on the data from here on."""
        study_of(self.env)
        keys = [k.strip() for k in self.text.split(";") if k.strip()]
        return claim_nodes(self.env, self.kind, keys, self.get_location()), []


class CasebookDomain(Domain):
    """Where everything stands and where it is used."""

    name = NAME
    label = "Casebook"
    object_types: ClassVar = {kind: ObjType(kind, kind) for kind in (*KINDS, FIGURE, TABLE)}
    initial_data: ClassVar = {"targets": {}, "uses": [], "drawings": {}, "terms": {}}
    data_version = 3

    def note_target(self, kind: str, key: str, docname: str, anchor: str) -> None:
        """Record where a thing stands; a second place for it stops the build."""
        known = self.data["targets"].get((kind, key))
        if known and home_of(known[0]) != home_of(docname):
            raise BookError(f"{docname}: {key} stands already in {known[0]}; a thing has one address")
        self.data["targets"][kind, key] = (docname, anchor)

    def note_uses(self, docname: str, kind: str, keys: list[str], location: str) -> None:
        """Record that a page refers to keys of a kind."""
        self.data["uses"] += [(docname, kind, key, location) for key in keys]

    def note_drawing(self, docname: str, name: str, anchor: str, bundle: dict[str, Any]) -> None:
        """Record a drawing; a second one of the same name stops the build."""
        known = self.data["drawings"].get(name)
        if known and known[0] != docname:
            raise BookError(f"{docname}: the figure {name} is drawn already in {known[0]}")
        self.data["drawings"][name] = (docname, bundle)
        self.note_target(FIGURE, name, docname, anchor)

    def uses_of(self, docname: str) -> list[tuple[str, str]]:
        """Return the (kind, key) pairs a page refers to, each once, in order."""
        return list(dict.fromkeys((kind, key) for doc, kind, key, _ in self.data["uses"] if doc == docname))

    def used_in(self, kind: str) -> dict[str, list[str]]:
        """Return the pages that refer to each thing of a kind, each once, in the order of the book."""
        pages: defaultdict[str, set[str]] = defaultdict(set)
        for docname, at, key, _ in self.data["uses"]:
            if at == kind:
                pages[key].add(docname)
        root = self.env.config.root_doc
        place = {page: i for i, page in enumerate([root, *self.env.toctree_includes.get(root, ())])}
        return {
            key: sorted(found, key=lambda p: (place.get(p, len(place)), p)) for key, found in pages.items()
        }

    def clear_doc(self, docname: str) -> None:
        """Forget what a page that is read anew said before."""
        for store in ("targets", "drawings", "terms"):
            self.data[store] = {k: v for k, v in self.data[store].items() if home_of(v[0]) != docname}
        self.data["uses"] = [use for use in self.data["uses"] if use[0] != docname]

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for store in ("targets", "drawings", "terms"):
            self.data[store].update({k: v for k, v in otherdata[store].items() if home_of(v[0]) in docnames})
        self.data["uses"] += [use for use in otherdata["uses"] if use[0] in docnames]

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Return the link to where the thing stands; a figure is named by its number."""
        place = self.data["targets"].get((typ, target))
        if place is None:
            return None
        docname, anchor = place
        if typ == FIGURE:
            numbers = env.toc_fignumbers.get(docname, {}).get("figure", {}).get(anchor)
            label = "Figure " + ".".join(map(str, numbers)) if numbers else "the figure"
            contnode = nodes.inline(label, label)
        reference = make_refnode(builder, fromdocname, docname, anchor, contnode)
        reference["classes"] += node["classes"]
        reference["claim"] = f"{typ}:{target}"
        return reference

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Offer statements and evidence to the search by their key."""
        for (kind, key), (docname, anchor) in self.data["targets"].items():
            yield key, key, kind, docname, anchor, -1

    def problems(self, study: Study) -> list[str]:
        """Return every reference to something that is not in the data or on no page."""
        found = []
        for _, kind, key, location in self.data["uses"]:
            if kind == FIGURE:
                known = (kind, key) in self.data["targets"]
                reason = f"there is no figure {key!r}; there are {', '.join(sorted(self.data['drawings'])) or 'none'}"
            else:
                table = study.schema.table(KINDS[kind].table)
                known = study.has(table.name, key)
                reason = f"{key!r} is not in {table.path}"
                if known and (kind, key) not in self.data["targets"]:
                    known, reason = False, f"{key!r} is in {table.path} but stands on no page"
            if not known:
                found.append(f"{location}: {reason}")
        return sorted(set(found))


# One mistake in a table can be met on every page; more lines than this say nothing new.
MOST = 30


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    problems = env.get_domain(NAME).problems(study_of(env))
    if problems:
        rest = [f"… and {len(problems) - MOST} more."] if len(problems) > MOST else []
        raise BookError("\n".join([*problems[:MOST], *rest]))


def setup_part(app: Sphinx) -> None:
    """Register domain and roles."""
    app.add_domain(CasebookDomain)
    for kind in (*KINDS, FIGURE):
        app.add_role(kind, ClaimRole(kind))
    app.connect("env-check-consistency", _check)
