"""The notebooks run where the book is not built: installed as repo2docker does it, in Jupyter, in a real browser.

One environment is made from nothing, in the steps that repo2docker takes for a folder ``binder/``: the Python of
``runtime.txt`` (here: the one that runs the tests, and the file must name one that the book supports), then
``pip install -r binder/requirements.txt`` from the root of a clean clone, then ``binder/postBuild``. It takes a minute
or two and needs a package registry; without one the tests fail and say so.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from small import ROOT

ANNEXES = sorted(p.stem for p in (ROOT / "chapters" / "annexes").glob("*.md"))
NOTEBOOKS = [n for n in ANNEXES if "{code-cell}" in (ROOT / "chapters/annexes" / f"{n}.md").read_text()]


class Binder:
    """A clone of the book and the environment Binder makes for it; the home folder is Binder's too."""

    def __init__(self, folder: Path) -> None:
        self.book, self.venv, self.home = folder / "book", folder / "venv", folder / "home"
        self.home.mkdir()
        shutil.copytree(
            ROOT,
            self.book,
            ignore=shutil.ignore_patterns(".venv", "_build", ".git", "__pycache__", "*.egg-info", ".*_cache"),
        )
        self.run(sys.executable, "-m", "venv", str(self.venv))
        install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-cache-dir"]
        self.run(self.python, *install, "-r", "binder/requirements.txt")
        self.run("sh", "-c", "./binder/postBuild")

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CASEBOOK_", "PYTHON", "JUPYTER"))}
        return {**kept, "HOME": str(self.home), "PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}"}

    def run(self, *command: str, cwd: Path | None = None) -> str:
        """Run a command as Binder's user; what it says."""
        done = subprocess.run(
            command,
            cwd=cwd or self.book,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="session")
def binder(tmp_path_factory: pytest.TempPathFactory) -> Binder:
    return Binder(tmp_path_factory.mktemp("binder"))


def figures_of(notebook: dict) -> list[str]:
    """Return the output types of every output that is not text, and fail on an error."""
    outputs = [o for c in notebook["cells"] if c["cell_type"] == "code" for o in c["outputs"]]
    errors = [o["evalue"] for o in outputs if o["output_type"] == "error"]
    assert errors == []
    return [kind for o in outputs for kind in o.get("data", {}) if kind == "application/vnd.plotly.v1+json"]


def test_the_python_is_stated_and_supported() -> None:
    stated = re.fullmatch(r"python-3\.(\d+)\n", (ROOT / "binder" / "runtime.txt").read_text())
    floor = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert stated and floor and int(stated[1]) >= int(floor[1])
    # Where there is a folder binder/, repo2docker reads nothing else; a second, plain installation would lose the data.
    assert {p.name for p in (ROOT / "binder").iterdir()} == {"requirements.txt", "runtime.txt", "postBuild"}
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_the_data_are_found_after_the_installation(binder: Binder) -> None:
    code = "import casebook; study = casebook.load_study(); print(study.folder, len(study['evidence']))"
    for cwd in (binder.book, binder.book / "chapters" / "annexes"):
        folder, rows = binder.run(binder.python, "-c", code, cwd=cwd).split()
        assert Path(folder) == binder.book / "data" and int(rows) > 100


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_after_jupytext_by_jupyter_execute(binder: Binder, name: str) -> None:
    folder = binder.book / "chapters" / "annexes"
    binder.run("jupytext", "--quiet", "--to", "ipynb", f"{name}.md", cwd=folder)
    binder.run("jupyter", "execute", "--inplace", f"{name}.ipynb", cwd=folder)
    notebook = json.loads((folder / f"{name}.ipynb").read_text())
    (folder / f"{name}.ipynb").unlink()
    assert figures_of(notebook)


@pytest.fixture(scope="session")
def lab(binder: Binder) -> Iterator[str]:
    """The address of a JupyterLab as Binder starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.news_url="]
    address = f"http://127.0.0.1:{port}"
    with (binder.home / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=binder.book, env=binder.environment, stdout=log, stderr=log)
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.5)
            yield address
        finally:
            # A server with a busy kernel takes its time to end; the tests need not wait for its manners.
            server.kill()
            server.wait(30)


def test_an_annex_opens_as_a_notebook_and_draws_its_figures(lab: str, browser: object) -> None:
    """Open the annex as the launch link does, run all cells, and look."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page.set_default_timeout(90_000)
    page.goto(f"{lab}/lab/tree/chapters/annexes/theme-summaries.md?reset")
    page.wait_for_selector(".jp-Notebook")
    cells = (ROOT / "chapters/annexes/theme-summaries.md").read_text().count("```{code-cell}")
    assert page.locator(".jp-CodeCell").count() == cells
    page.locator(".jp-Notebook").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector(".jp-OutputArea .js-plotly-plot .main-svg")
    page.wait_for_function(
        "() => document.querySelectorAll('.jp-OutputArea .js-plotly-plot').length >= 2", timeout=90_000
    )
    assert page.locator(".jp-OutputArea-output[data-mime-type*='error']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    page.close()
