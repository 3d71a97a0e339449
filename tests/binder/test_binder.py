"""The notebooks run where the book is not built: installed as repo2docker does it, in Jupyter, in a real browser.

repo2docker itself is asked what it would do with the book: which Python, which commands, which base environment. One
environment is made from nothing in these steps, by a user whose home is the book's folder, as on Binder, and who has no
rights where this machine's Python can be reached without. Two things differ: the Python is the one that runs the tests,
and the base environment comes from the Python package index, not from conda. It takes minutes and needs a package
registry; without one the tests fail and say so.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from casebook.repository import binder_address
from small import ROOT

NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "chapters").rglob("*.md")
    if "{code-cell}" in path.read_text(encoding="utf-8")
)
ANNEXES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "chapters" / "annexes").glob("*.md"))
PLOTLY = "application/vnd.plotly.v1+json"
# Of repo2docker's base environment: what serves notebooks, and what could quarrel with the book's own pins.
BASE = (
    "ipykernel", "ipywidgets", "jupyter-offlinenotebook", "jupyter-resource-usage", "jupyter_server", "jupyterhub-base",
    "jupyterlab", "jupyterlab_server", "notebook",
)  # fmt: skip
USER = 1000


def buildpack() -> object:
    """Return repo2docker's own plan for the book; it looks at the folder it stands in."""
    from repo2docker.buildpacks import PythonBuildPack

    here = Path.cwd()
    os.chdir(ROOT)
    try:
        plan = PythonBuildPack("buildpack-deps:jammy")
        plan.platform = "linux/amd64"
        assert plan.detect()
        plan.steps = [command for _, command in plan.get_assemble_scripts()]
        plan.steps += [f"./{script}" for script in plan.get_post_build_scripts()]
        plan.python = plan.python_version
    finally:
        os.chdir(here)
    return plan


def base_packages() -> list[str]:
    """Return packages of repo2docker's base environment, with its versions."""
    import repo2docker

    folder = Path(repo2docker.__file__).parent / "buildpacks" / "conda"
    lock = (folder / "environment.py-3.12-linux-64.lock").read_text()
    versions = dict(re.findall(r"/([\w.-]+)-(\d[\w.]*)-[^-/]+\.conda", lock))
    return [f"{name.removesuffix('-base')}=={versions[name]}" for name in BASE]


class Binder:
    """A copy of the book and the environment Binder makes for it."""

    def __init__(self, folder: Path) -> None:
        self.book, self.venv = folder / "home", folder / "venv"
        apart = (".venv", "_build", ".git", "__pycache__", "*.egg-info", ".*_cache")
        shutil.copytree(ROOT, self.book, ignore=shutil.ignore_patterns(*apart))
        self.user = self._user(folder)
        if self.user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.user, self.user, follow_symlinks=False)
        self.run(sys._base_executable, "-m", "venv", str(self.venv))  # type: ignore[attr-defined]
        install = ("install", "-q", "--disable-pip-version-check", "--no-cache-dir")
        self.run("pip", *install, *base_packages())
        for step in buildpack().steps:  # type: ignore[attr-defined]
            self.run("sh", "-ec", step)

    def _user(self, folder: Path) -> int | None:
        """Return a user without rights, if this one may act for others and Python can be reached by all."""
        if os.geteuid():
            return None
        folder.chmod(0o755)
        try:
            subprocess.run([sys._base_executable, "-c", ""], user=USER, group=USER, cwd="/", check=True)  # type: ignore[attr-defined]
        except (OSError, subprocess.CalledProcessError):
            return None
        return USER

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CASEBOOK_", "PYTHON", "JUPYTER"))}
        path = f"{self.venv / 'bin'}:{os.environ['PATH']}"
        return {
            **kept,
            "HOME": str(self.book),
            "REPO_DIR": str(self.book),
            "KERNEL_PYTHON_PREFIX": str(self.venv),
            "PATH": path,
        }

    def options(self) -> dict[str, object]:
        """Return how to run something as Binder's user."""
        who = {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        return {"cwd": self.book, "env": self.environment, **who}

    def run(self, *command: str) -> str:
        """Run a command as Binder's user in the book's folder; what it says."""
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
            **self.options(),  # type: ignore[call-overload]
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="session")
def binder() -> Iterator[Binder]:
    with tempfile.TemporaryDirectory(prefix="binder-") as name:
        yield Binder(Path(name))


@pytest.fixture(scope="session")
def executed(binder: Binder) -> dict[str, dict]:
    """Every notebook as jupytext writes it and `jupyter execute` leaves it: chapter → notebook."""
    written = [f"{name[:-3]}.ipynb" for name in NOTEBOOKS]
    binder.run("jupytext", "--quiet", "--to", "ipynb", *NOTEBOOKS)
    binder.run("jupyter", "execute", "--inplace", "--allow-errors", *written)
    found = {}
    for chapter, file in zip(NOTEBOOKS, written, strict=True):
        found[chapter] = json.loads((binder.book / file).read_text(encoding="utf-8"))
        (binder.book / file).unlink()
    return found


def outputs_of(notebook: dict) -> list[dict]:
    return [o for c in notebook["cells"] if c["cell_type"] == "code" for o in c["outputs"]]


def figures_of(notebook: dict) -> int:
    return sum(PLOTLY in o.get("data", {}) for o in outputs_of(notebook))


def test_what_repo2docker_would_do() -> None:
    """The Python it would take, and its whole list of commands for what stands in ``binder/``."""
    plan = buildpack()
    floor = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert plan.python == "3.12" and floor and int(floor[1]) <= 12  # type: ignore[attr-defined]
    assert plan.steps == [  # type: ignore[attr-defined]
        '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
        "./binder/postBuild",
    ]
    # Where there is a folder binder/, it reads nothing else; a second, plain installation would lose the data.
    assert {p.name for p in (ROOT / "binder").iterdir()} == {"requirements.txt", "runtime.txt", "postBuild"}
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_the_environment_is_whole_and_its_pins_agree(binder: Binder) -> None:
    binder.run("pip", "check")
    pins = re.findall(
        r"^([\w-]+)==([\w.]+)", (ROOT / "binder" / "requirements.txt").read_text(), re.MULTILINE
    )
    listed = {p["name"]: p["version"] for p in json.loads(binder.run("pip", "list", "--format", "json"))}
    assert pins and all(listed[name] == version for name, version in pins)


def test_the_data_are_found_after_the_installation(binder: Binder) -> None:
    code = "import casebook; study = casebook.load_study(); print(study.folder, len(study['evidence']))"
    for place in (".", "chapters/annexes"):
        folder, rows = binder.run("sh", "-c", f'cd {place} && python -c "{code}"').split()
        assert Path(folder) == binder.book / "data" and int(rows) > 100


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_after_jupytext_by_jupyter_execute(executed: dict[str, dict], name: str) -> None:
    outputs = outputs_of(executed[name])
    assert [o["evalue"] for o in outputs if o["output_type"] == "error"] == []
    assert figures_of(executed[name])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_page_offers_for_download_is_that_notebook(
    executed: dict[str, dict], site: Path, name: str
) -> None:
    html = (site / name).with_suffix(".html").read_text(encoding="utf-8")
    stem = f"notebooks/{Path(name).stem}"
    for suffix in ("md", "ipynb"):
        assert f'href="../../{stem}.{suffix}" download' in html
    assert (site / f"{stem}.md").read_bytes() == (ROOT / name).read_bytes()
    offered = json.loads((site / f"{stem}.ipynb").read_text(encoding="utf-8"))

    def code(notebook: dict) -> list[str]:
        return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]

    assert code(offered) == code(executed[name])
    # It was executed in the build without a kernel: the same figures must come out in one.
    assert figures_of(offered) == figures_of(executed[name])


@pytest.fixture(scope="session")
def lab(binder: Binder) -> Iterator[str]:
    """The address of the server that Binder starts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["jupyter", "notebook", "--no-browser", f"--port={port}", "--ip=127.0.0.1"]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.news_url="]
    command += [] if binder.user is not None or os.geteuid() else ["--allow-root"]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **binder.options())  # type: ignore[call-overload]
        try:
            for _ in range(240):
                if server.poll() is not None:
                    break
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.5)
            log.seek(0)
            assert server.poll() is None, log.read()
            yield address
        finally:
            # A server with a busy kernel takes its time to end; the tests need not wait for its manners.
            server.kill()
            server.wait(30)


@pytest.fixture(scope="session")
def jupyter(lab: str, browser: object) -> Iterator[object]:
    """One window for all annexes."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page.set_default_timeout(180_000)
    yield page
    page.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_launch_link_opens_a_notebook_that_draws_its_figures(
    lab: str, jupyter: object, executed: dict[str, dict], name: str
) -> None:
    """Open the chapter as the launch link does, run all cells, and look."""
    page = jupyter
    (place,) = parse_qs(urlsplit(binder_address("https://github.com/owner/name", name)).query)["urlpath"]
    page.goto(f"{lab}/{place}?reset")  # type: ignore[attr-defined]
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")  # type: ignore[attr-defined]
    cells = sum(c["cell_type"] == "code" for c in executed[name]["cells"])
    page.wait_for_function(  # type: ignore[attr-defined]
        "n => document.querySelectorAll('.jp-CodeCell').length === n", arg=cells
    )
    # What is asked for while the kernel is still starting can get lost on a busy machine.
    page.wait_for_function(  # type: ignore[attr-defined]
        """() => [...document.querySelectorAll('.jp-Notebook-ExecutionIndicator')]
              .every(kernel => kernel.dataset.status === 'idle')"""
    )
    # Beside a cell: a click into the text may meet a link, which opens another page.
    page.locator(".jp-CodeCell .jp-InputPrompt").first.click()  # type: ignore[attr-defined]
    page.get_by_role("menuitem", name="Run", exact=True).click()  # type: ignore[attr-defined]
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()  # type: ignore[attr-defined]
    # A number stands before each cell that has run; a star before one that has not.
    page.wait_for_function(  # type: ignore[attr-defined]
        """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
              .every(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent.trim()))"""
    )
    assert page.locator(".jp-OutputArea-output[data-mime-type*='error']").count() == 0  # type: ignore[attr-defined]
    stderr = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    assert page.locator(stderr).count() == 0  # type: ignore[attr-defined]
    page.wait_for_function(  # type: ignore[attr-defined]
        """n => [...document.querySelectorAll('.jp-OutputArea .js-plotly-plot')]
              .filter(figure => figure.querySelector('.main-svg .trace, .main-svg .point, .main-svg .layer-above')).length === n""",
        arg=figures_of(executed[name]),
    )
