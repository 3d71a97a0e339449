"""How fast and how big: what `make bench` measured, as sentences and tables."""

import json
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from casebook.paths import find_root
from casebook.sphinxext.writing import Cell, StudyDirective, paragraph, root_of
from casebook.wording import number

_BUILDS = (
    ("this book", "This book"),
    ("stock", "Jupyter Book alone, force"),
    ("bare", "Sphinx alone, nothing executed"),
)
_STATES = (("cold", "From nothing"), ("warm", "Again, nothing changed"), ("changed", "One value changed"))


# What was measured, in the repository, and where the site has it; an edition without the page does not.
RESULT, PUBLISHED, PAGE = "bench/result.json", "_static/bench.json", "chapters/about/speed"


def read_result() -> dict[str, Any]:
    """Return what was measured last; empty if nothing was. The page that asks depends on the file."""
    path = find_root() / RESULT
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def seconds(times: dict[str, float] | None, clock: str) -> str:
    """Return a time in seconds with one decimal, a dash where it was not measured."""
    return number(times[clock], 1) if times else "–"


class Bench(StudyDirective):
    """A part of the page that needs a result; without one it says how to get it."""

    def run(self) -> list[nodes.Node]:
        """Return the part, or how to measure."""
        result = read_result()
        if not result:
            return [paragraph("Nothing was measured yet; ", nodes.literal("", "make bench"), " does it.")]
        return self.part(result)

    def part(self, result: dict[str, Any]) -> list[nodes.Node]:
        """Return the part for a result."""
        raise NotImplementedError


class SpeedTable(Bench):
    """The builds, side by side, and what they say of each other."""

    def part(self, result: dict[str, Any]) -> list[nodes.Node]:
        """Return a sentence on the machine, the table, and the two comparisons."""
        builds, machine = result["builds"], result["machine"]
        rows: list[list[Cell]] = [
            [
                f"{label}: {state.lower()}",
                seconds(builds[key].get(name), "wall"),
                seconds(builds[key].get(name), "processor"),
            ]
            for key, label in _BUILDS
            for name, state in _STATES
            if name in builds[key]
        ]
        pdf = builds["this book"]["cold with PDF"]
        rows.append(
            ["This book: from nothing, with the PDF", seconds(pdf, "wall"), seconds(pdf, "processor")]
        )
        where = (
            f"Measured on {result['date']} with Python {machine['python']} on {machine['cores']} cores and "
            f"{number(machine['memory'] / 2**30)} GB of memory, while {number(machine['load'], 1)} processes on average wanted a core."
        )
        heads = ["Build of the site", "Seconds on the wall", "Seconds of processor time"]
        table = self.table(heads, rows, ["wide"], numeric={1, 2})
        root = root_of(self.env.docname)
        file = nodes.reference("", "one file", refuri=f"{root}{PUBLISHED}", internal=True)
        whole = paragraph("All that was measured stands in ", file, ".", classes=["fine"])
        return [paragraph(where), table, paragraph(_compared(builds)), whole]


def _compared(builds: dict[str, Any]) -> str:
    mine, stock, bare = (builds[key] for key, _ in _BUILDS)

    def part(times: dict[str, float], other: dict[str, float], clock: str) -> str:
        return number(times[clock] / other[clock], 2)

    return (
        f"From nothing this book took {part(mine['cold'], stock['cold'], 'wall')} of the stock build's time on the wall and "
        f"{part(mine['cold'], stock['cold'], 'processor')} of its processor time. "
        f"With nothing changed it took {part(mine['warm'], bare['warm'], 'wall')} of what Sphinx alone took on the wall and "
        f"{part(mine['warm'], bare['warm'], 'processor')} of its processor time."
    )


class SizeTable(Bench):
    """How big pages, site, PDF and environment are."""

    def part(self, result: dict[str, Any]) -> list[nodes.Node]:
        """Return a table of sizes."""
        pages, site, environment = result["pages"], result["site"], result["environment"]
        install = environment["install"]
        rows: list[list[Cell]] = [
            ["The lightest page, compressed", f"{number(pages['lightest'] / 1e3)} kB"],
            ["The median page, compressed", f"{number(pages['median'] / 1e3)} kB"],
            [f"The heaviest page, compressed ({pages['heaviest page']})", f"{number(pages['heaviest'] / 1e3)} kB"],
            [f"The site: {number(pages['pages'])} pages, {number(site['files'])} files", f"{number(site['bytes'] / 1e6, 1)} MB"],
            ["The PDF", f"{number(result['pdf'] / 1e6, 1)} MB"],
            [f"The environment on Binder: {number(environment['packages'])} packages", f"{number(environment['bytes'] / 1e6)} MB"],
            ["Installing it", f"{seconds(install, 'wall')} s"],
        ]  # fmt: skip
        return [self.table(["What was weighed", "Size"], rows, ["wide"], numeric={1})]


class ScaleTable(Bench):
    """How the cost grows with the rows, and up to where a build is sensible."""

    def part(self, result: dict[str, Any]) -> list[nodes.Node]:
        """Return a table, one row a number of times the evidence, and what the last steps say."""
        steps = result.get("scale")
        if not steps:
            return [
                paragraph(
                    "Growth was not measured in this run; ", nodes.literal("", "make bench"), " does it."
                )
            ]
        rows: list[list[Cell]] = [
            [
                f"{number(step['times'])} ×",
                number(step["rows"]),
                seconds(step["load"], "processor"),
                seconds(step["check"], "processor"),
                number(step["build"], 1) if "build" in step else "–",
                number(step["pages"]["heaviest"] / 1e3) if "pages" in step else "–",
                number(step["site"] / 1e6, 1) if "site" in step else "–",
            ]
            for step in steps
        ]
        heads = [
            "Evidence", "Rows of all tables", "Load (s)", "Check (s)", "Build of annexes and catalogue (s)",
            "Heaviest annex (kB)", "That site (MB)",
        ]  # fmt: skip
        table = self.table(heads, rows, ["wide"], numeric=range(1, 7))
        return [table, paragraph(_growth(steps))]


def _growth(steps: list[dict[str, Any]]) -> str:
    """Say by how much load and check grew from the second step to the last, beside the rows."""
    if len(steps) < 3:
        return "One step more is needed to tell how the cost grows."
    first, last = steps[1], steps[-1]
    more = last["rows"] / first["rows"]
    load, check = (last[k]["processor"] / max(first[k]["processor"], 0.01) for k in ("load", "check"))
    return (
        f"From {number(first['times'])} to {number(last['times'])} times the evidence the rows grow {number(more, 1)}-fold, "
        f"the time to load {number(load, 1)}-fold and the time to check {number(check, 1)}-fold."
    )


def publish_result(app: Sphinx, problem: Exception | None) -> None:
    """Put what was measured beside the pages that tell of it."""
    path = find_root() / RESULT
    if not problem and app.builder.name == "html" and PAGE in app.env.found_docs and path.is_file():
        target = Path(app.outdir) / PUBLISHED
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    app.connect("build-finished", publish_result)
    app.add_directive("speed-table", SpeedTable)
    app.add_directive("size-table", SizeTable)
    app.add_directive("scale-table", ScaleTable)
