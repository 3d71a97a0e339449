"""Measure the book at many times the evidence: build annexes and catalogue over a generated package, time the filters.

Use: python tools/scale.py [FACTOR]   (100 unless named; takes some minutes). Exits 1 where a limit is passed.
"""

import csv
import os
import re
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RUN = "from jupyter_book.cli.main import main; main()"
LIMIT_MS, LIMIT_GROWTH = 100, 0.5
CATALOGUE, PRIORITIES = "chapters/sources/evidence", "chapters/annexes/priorities"
# What differs between a figure with its still and one whose data the stills do not know.
_STILL = re.compile(r'<div class="canvas">.*?</div>|<div class="figure-tools">.*?</div>|<details class="twin"( open)?>', re.DOTALL)  # fmt: skip


def write_larger(source: Path, folder: Path, factor: int) -> Path:
    """Write a data package with ``factor`` times the evidence and codings of the one in ``source``; return it.

    Copies keep everything but their key, which gets the number of the copy: TH01 becomes TH100101.
    """
    shutil.copytree(source, folder, dirs_exist_ok=True)
    for name in ("evidence", "codings"):
        with (source / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            for copy in range(factor):
                writer.writerows({**row, "evidence_id": _key(row["evidence_id"], copy)} for row in rows)
    return folder


def _key(key: str, copy: int) -> str:
    if not copy:
        return key
    letters = key.rstrip("0123456789")
    return f"{letters}{1000 + copy}{key[len(letters) :]}"


def write_narrow(folder: Path) -> Path:
    """Write a book of the annexes, the catalogue and what they refer to, and return its folder."""
    annexes = sorted(path.stem for path in (ROOT / "chapters" / "annexes").glob("*.md"))
    own = {f"chapters/about/{name}": f"# Page {name}\n\nText.\n" for name in ("help", "edition")}
    own["chapters/things"] = "# Things\n\n```{paper-statements}\n```\n```{reference-list}\n```\n" + "".join(
        f"```{{actions}} {theme}\n```\n" for theme in _themes("recommendation")
    )
    copied = [*(f"chapters/annexes/{name}" for name in annexes), CATALOGUE]
    pages = {**own, **{p: (ROOT / f"{p}.md").read_text(encoding="utf-8") for p in copied}}
    for page, text in {"index": "# Narrow\n\nText.\n", **pages}.items():
        path = folder / f"{page}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    files = "".join(f"  - file: {page}\n" for page in pages)
    (folder / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nparts:\n- caption: P\n  chapters:\n{files}"
    )
    for name in ("_config.yml", "CITATION.cff"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "stills", folder / "stills", dirs_exist_ok=True)
    return folder


def _themes(kind: str) -> list[str]:
    with (ROOT / "data" / "themes.csv").open(newline="", encoding="utf-8") as file:
        return [row["theme_id"] for row in csv.DictReader(file) if row["kind"] == kind]


def build_narrow(folder: Path, data: Path) -> Path:
    """Build the narrow book in ``folder`` over ``data`` and return its site; stills out of date are no error here."""
    write_narrow(folder)
    environment = {**os.environ, "CASEBOOK_DATA": str(data), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", RUN, "build", str(folder), "-q"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return folder / "_build" / "html"


def page_sizes(site: Path) -> dict[str, int]:
    """Return the bytes of each annex and of the catalogue's own page, without what a stale still changes."""
    paths = [*sorted((site / "chapters" / "annexes").glob("*.html")), site / f"{CATALOGUE}.html"]
    return {
        path.relative_to(site).as_posix(): len(_STILL.sub("", path.read_text(encoding="utf-8")).encode())
        for path in paths
    }


# The time from a reader's change until the browser has drawn what it changed, without the waiting for a frame.
FILTER = """([name, value]) => new Promise((done) => {
    const field = document.querySelector('.filters').elements.namedItem(name);
    field.value = value;
    if (field.value !== value) throw new Error(`${name} has no level ${value}`);
    const start = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    const took = performance.now() - start;
    requestAnimationFrame(() => done([took, document.querySelector('.filter-status').textContent]));
})"""
MOVE = """(value) => new Promise((done) => {
    const field = document.querySelector('.weights input[type=range]');
    field.value = value;
    const start = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    const took = performance.now() - start;
    requestAnimationFrame(() => done(took));
})"""
QUESTIONS = [
    ("theme", "F2"), ("stance", "challenges"), ("stance", ""), ("theme", ""), ("type", "law"), ("type", ""),
    ("text", "children"), ("text", "children identified"), ("text", "zzzz"), ("text", ""), ("from", "2020"), ("from", ""),
]  # fmt: skip


def time_browser(site: Path) -> dict[str, list[float]]:
    """Return milliseconds for each change of a filter and of a weight, in the installed Chrome, opened from disk."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only who measures needs it

    chrome = runpy.run_path(str(ROOT / "tools" / "chrome.py"))["find_chrome"]()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        page: Any = browser.new_page()
        page.goto((site / f"{CATALOGUE}.html").as_uri())
        filters = []
        for question in QUESTIONS * 3:
            took, said = page.evaluate(FILTER, list(question))
            filters.append(took)
            print(f"  {question[0]} = {question[1] or 'any'}: {took:.0f} ms, {said}", flush=True)
        page.goto((site / f"{PRIORITIES}.html").as_uri())
        moves = [page.evaluate(MOVE, value) for value in (*range(11), *range(9, -1, -1))]
        browser.close()
    return {"filter": filters, "weight": moves}


def main(factor: int) -> int:
    """Build both books, measure, print, and return 1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        sites = {}
        for times in (1, factor):
            data = write_larger(ROOT / "data", place / f"data-{times}", times)
            start = time.monotonic()
            sites[times] = build_narrow(place / f"book-{times}", data)
            print(f"{times} × the evidence: built in {time.monotonic() - start:.0f} s", flush=True)
        before, after = page_sizes(sites[1]), page_sizes(sites[factor])
        growth = {page: after[page] / before[page] - 1 for page in before}
        for page, share in growth.items():
            print(f"  {page}: {before[page]:,} → {after[page]:,} bytes ({share:+.1%})")
        took = time_browser(sites[factor])
    for what, times_ms in took.items():
        print(f"{what}: median {statistics.median(times_ms):.0f} ms, longest {max(times_ms):.0f} ms")
    good = max(growth.values()) < LIMIT_GROWTH and all(max(t) <= LIMIT_MS for t in took.values())
    print("within the limits" if good else f"over a limit: {LIMIT_MS} ms, {LIMIT_GROWTH:.0%} growth")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
