"""Weigh every page of a built site as a browser meets it, beside the same chapters in a stock Jupyter Book.

Usage: weigh.py SITE_DIR WORK_DIR

The stock book is built into WORK_DIR from the same chapters and data with Jupyter Book's own list of extensions and its own
theme; only what the roles and figures of the chapters need is added. Each page is opened once in Chrome, without
scrolling or touching. A line a page, the heaviest first: requests, bytes after gzip -9, errors in the console, and the same for the
stock page. Exits 1 if a page of the site weighs more than 150 kB, asks for more than 12 files, or reports an error.
"""

import gzip
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import yaml
from playwright.sync_api import Browser, sync_playwright

from chrome import find_chrome
from serve import start

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES, MOST_REQUESTS = 150_000, 12
# What the chapters themselves cannot do without; the rest of the book's settings are left at Jupyter Book's own.
NEEDED = ("numfig", "numfig_secnum_depth", "casebook_paper_authors", "nb_mime_priority_overrides")


@dataclass(frozen=True)
class Weight:
    """What opening a page costs."""

    requests: int
    gzipped: int
    errors: int
    foreign: int


def build_stock(work: Path) -> Path:
    """Build the stock book aside and return its site."""
    source = work / "stock"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in ("chapters", "data", "stills"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("index.md", "_toc.yml", "CITATION.cff"):
        shutil.copyfile(ROOT / name, source / name)
    own = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    stock = {
        "title": own["title"],
        "author": own["author"],
        "only_build_toc_files": True,
        "execute": {"execute_notebooks": "force", "timeout": 120},
        "parse": own["parse"],
        "sphinx": {
            "extra_extensions": ["casebook.sphinxext"],
            "config": {key: own["sphinx"]["config"][key] for key in NEEDED if key in own["sphinx"]["config"]},
        },
    }
    (source / "_config.yml").write_text(yaml.safe_dump(stock), encoding="utf-8")
    run = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "-q", str(source)]
    done = subprocess.run(
        run, cwd=source, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"The stock book was not built.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return source / "_build" / "html"


def weigh(browser: Browser, site: Path, address: str, name: str) -> Weight:
    """Return what a page costs before a reader touches it."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    files: list[str] = []
    errors: list[str] = []
    foreign: list[str] = []

    def watch(route) -> None:
        url = urlparse(route.request.url)
        if url.scheme in ("http", "https") and url.netloc != urlparse(address).netloc:
            foreign.append(url.netloc)
            return route.abort()
        if url.scheme != "data":
            files.append(unquote(url.path).lstrip("/"))
        return route.continue_()

    page.route("**/*", watch)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    page.goto(f"{address}/{name}", wait_until="load")
    page.wait_for_timeout(500)
    page.close()
    found = [site / f for f in dict.fromkeys(files) if (site / f).is_file()]
    return Weight(
        len(files), sum(len(gzip.compress(f.read_bytes(), 9)) for f in found), len(errors), len(foreign)
    )


def weigh_all(browser: Browser, site: Path) -> dict[str, Weight]:
    """Return the weight of every page of a site, by its path."""
    server = start(str(site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    names = sorted(
        p.relative_to(site).as_posix()
        for p in site.rglob("*.html")
        if p.name != "genindex.html" and "_static" not in p.parts
    )
    weights = {name: weigh(browser, site, address, name) for name in names}
    server.shutdown()
    return weights


def report(ours: dict[str, Weight], stock: dict[str, Weight]) -> int:
    """Print a line a page, the heaviest first, and return the exit code."""
    bad = 0
    print(
        f"{'page':52} {'requests':>8} {'kB gzip':>8} {'errors':>6}   stock: requests, kB gzip, errors, other hosts"
    )
    for name, w in sorted(ours.items(), key=lambda item: -item[1].gzipped):
        bad += w.gzipped > MOST_BYTES or w.requests > MOST_REQUESTS or w.errors > 0 or w.foreign > 0
        s = stock.get(name)
        beside = f"{s.requests:8} {s.gzipped / 1000:8.0f} {s.errors:6} {s.foreign:6}" if s else "not in it"
        print(f"{name:52} {w.requests:8} {w.gzipped / 1000:8.1f} {w.errors:6}   {beside}")
    return 1 if bad else 0


def main(site: Path, work: Path) -> int:
    """Weigh both books in one browser."""
    chrome = find_chrome()
    if not chrome:
        print("Weighing needs Chrome or Chromium: install one and run it again.", file=sys.stderr)
        return 1
    stock = build_stock(work)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chrome,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
            ],
        )
        code = report(weigh_all(browser, site), weigh_all(browser, stock))
        browser.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
