"""Measure how fast the book builds and how big it is, all in one run, and write the figures down.

Usage: bench.py [RESULT]   (default: bench/result.json, which the page "How fast, how big" reads)

Each build runs in a copy of the book's own, as a command of its own, beginning with nothing. The same chapters are
built (a) by the stock `jupyter-book build` with MyST-NB's `force` and (b) by Sphinx alone: MyST-NB and the table of
contents, the theme `basic`, no execution, none of this book's code. Time on the wall depends on what else the machine
does; processor time, children included, less so: both are written down.
"""

import gzip
import json
import os
import re
import resource
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
APART = shutil.ignore_patterns(".*", "_build", "tests", "tools", "src", "node_modules")
JUPYTER_BOOK = [
    sys.executable,
    "-c",
    "from jupyter_book.cli.main import main; main()",
    "build",
    ".",
    "-q",
    "-n",
]
CASEBOOK = [sys.executable, "-m", "casebook.cli", "book"]
BARE = """extensions = ["myst_nb", "sphinx_external_toc"]
external_toc_path = "_toc.yml"
exclude_patterns = [".*", "README.md", "CHANGELOG.md", "_build"]
html_theme = "basic"
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block", "smartquotes"]
"""
# A word more in the claim of one row: it stands on several pages, and notebooks read its table.
CHANGED = ("evidence.csv", "TH31,")


def measured(command: list[str], folder: Path) -> dict[str, float]:
    """Run a command and return its time on the wall and on the processors, in seconds.

    Raises:
        SystemExit: the command failed.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEBOOK_")}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": round(wall, 2), "processor": round(used, 2)}


def change_a_value(folder: Path) -> None:
    """Add a word to one claim."""
    path = folder / "data" / CHANGED[0]
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(CHANGED[1]))
    path.write_text(text.replace(row, row.replace(" the ", " the very ", 1)), encoding="utf-8")


def copy_of_the_book(place: Path, name: str) -> Path:
    """Copy what a build needs."""
    shutil.copytree(ROOT, place / name, ignore=APART)
    return place / name


def this_book(place: Path) -> dict[str, Any]:
    """Build this book from nothing, again, after one value changed, and with the PDF."""
    book = copy_of_the_book(place, "this")
    site = [*CASEBOOK, "--no-pdf"]
    found = {"cold": measured(site, book), "warm": measured(site, book)}
    change_a_value(book)
    found["changed"] = measured(site, book)
    found["cold with PDF"] = measured(CASEBOOK, copy_of_the_book(place, "paper"))
    return found


def stock_book(place: Path) -> dict[str, Any]:
    """Build the same chapters as Jupyter Book does by itself, every notebook by force in a kernel of its own."""
    book = copy_of_the_book(place, "stock")
    config = book / "_config.yml"
    text = re.sub(
        r'execute_notebooks: "?\w+"?', "execute_notebooks: force", config.read_text(encoding="utf-8")
    )
    config.write_text(text, encoding="utf-8")
    found = {"cold": measured(JUPYTER_BOOK, book), "warm": measured([*JUPYTER_BOOK, "--all"], book)}
    change_a_value(book)
    found["changed"] = measured([*JUPYTER_BOOK, "--all"], book)
    return found


def bare_sphinx(place: Path) -> dict[str, Any]:
    """Build the same pages with Sphinx alone, and again with nothing changed."""
    book = copy_of_the_book(place, "bare")
    (book / "conf.py").write_text(BARE, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-Q", "-b", "html", ".", "_build/html"]
    return {"cold": measured(command, book), "warm": measured(command, book)}


def page_weights(site: Path) -> dict[str, Any]:
    """Return what a reader loads for a page before asking for more, compressed: its HTML and the shared files."""
    static = ("casebook.css", "casebook.js", "icon.svg", "serif.woff2", "sans.woff2")
    shared = sum(len(gzip.compress((site / "_static" / f).read_bytes(), 9)) for f in static)
    pages = {
        p.relative_to(site).as_posix(): shared + len(gzip.compress(p.read_bytes(), 9))
        for p in sorted(site.rglob("*.html"))
        if p.name != "search.html"
    }
    weights = sorted(pages.values())
    return {
        "pages": len(pages),
        "lightest": weights[0],
        "median": weights[len(weights) // 2],
        "heaviest": weights[-1],
        "heaviest page": max(pages, key=lambda name: pages[name]),
    }


def size_of(folder: Path) -> dict[str, int]:
    """Return the files in a folder and their bytes."""
    files = [p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
    return {"files": len(files), "bytes": sum(p.stat().st_size for p in files)}


def environment(place: Path) -> dict[str, Any]:
    """Install what Binder installs into an environment of its own; return how long it took and how big it is."""
    venv, book = place / "venv", place / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(book)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    before = size_of(venv)["bytes"]
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", "binder/requirements.txt"]
    times = measured([str(venv / "bin" / "python"), *install], book)
    after = size_of(venv)
    listed = subprocess.run(
        [str(venv / "bin" / "python"), "-m", "pip", "list", "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {"install": times, "bytes": after["bytes"] - before, "packages": len(json.loads(listed.stdout))}


def machine() -> dict[str, Any]:
    """Return on what was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    python = ".".join(map(str, sys.version_info[:3]))
    load = round(os.getloadavg()[0], 1)
    return {"cores": os.cpu_count(), "memory": memory, "python": python, "load": load}


def main() -> None:
    """Measure everything and write the result."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bench" / "result.json"
    result: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "builds": {},
    }
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for label, build in (("this book", this_book), ("stock", stock_book), ("bare", bare_sphinx)):
            result["builds"][label] = build(place)
            print(label, result["builds"][label], flush=True)
        result["pages"] = page_weights(place / "this" / "_build" / "html")
        result["site"] = size_of(place / "this" / "_build" / "html")
        result["pdf"] = (place / "paper" / "_build" / "pdf" / "book.pdf").stat().st_size
        result["environment"] = environment(place)
    result["scale"] = runpy.run_path(str(ROOT / "tools" / "growth.py"))["measure_growth"]()
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    mine, stock, bare = (result["builds"][k] for k in ("this book", "stock", "bare"))
    for clock in ("wall", "processor"):
        print(
            f"{clock}: cold {mine['cold'][clock] / stock['cold'][clock]:.2f} of the stock build, "
            f"unchanged {mine['warm'][clock] / bare['warm'][clock]:.2f} of bare Sphinx"
        )


if __name__ == "__main__":
    main()
