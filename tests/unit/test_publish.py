"""A whole book is published in one step, a broken one not at all; the workflow holds to its rules."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from small import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that has every page and file that a whole one must have."""
    folder = tmp_path / "site"
    pages = ["index", *re.findall(r"- file: (\S+)", (ROOT / "_toc.yml").read_text())]
    files = ["book.pdf", "data/datapackage.json", "_static/casebook.css", "_static/casebook.js"]
    for name in [*(f"{page}.html" for page in pages), *files, "searchindex.js"]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<html>new</html>")
    return folder


def publish(target: Path, site: Path) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / "tools" / "publish.sh")
    return subprocess.run(["sh", script, str(target), str(site)], capture_output=True, text=True, check=False)


def test_a_whole_book_replaces_the_one_before(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "www" / "book"
    assert publish(target, site).returncode == 0
    (site / "index.html").write_text("<html>newer</html>")
    (target / "left-over.html").write_text("old")
    done = publish(target, site)
    assert done.returncode == 0, done.stderr
    assert (target / "index.html").read_text() == "<html>newer</html>"
    assert not (target / "left-over.html").exists()
    assert [p.name for p in target.parent.iterdir()] == ["book"]


@pytest.mark.parametrize("fault", ["missing page", "page cut short", "missing PDF", "empty script"])
def test_a_book_that_is_not_whole_is_refused(site: Path, tmp_path: Path, fault: str) -> None:
    target = tmp_path / "www"
    publish(target, site)
    {
        "missing page": (site / "chapters/paper/method.html").unlink,
        "page cut short": lambda: (site / "chapters/paper/method.html").write_text("<html>ne"),
        "missing PDF": (site / "book.pdf").unlink,
        "empty script": lambda: (site / "_static/casebook.js").write_text(""),
    }[fault]()
    (site / "index.html").write_text("<html>newer</html>")
    done = publish(target, site)
    assert done.returncode == 1 and "Not published" in done.stderr
    assert (target / "index.html").read_text() == "<html>new</html>"


def test_a_folder_of_something_else_is_left_alone(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    (target / "letters.txt").write_text("dear")
    assert publish(target, site).returncode == 1
    assert (target / "letters.txt").read_text() == "dear"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_actions_are_pinned_and_rights_are_few(path: Path) -> None:
    text = path.read_text()
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert uses
    for action, note in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{action} is not pinned to a commit"
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", note), f"{action} does not say its version"
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {}
    rights = {name: job["permissions"] for name, job in flow["jobs"].items()}
    assert rights == {
        "build": {"contents": "read"},
        "pages": {"pages": "write", "id-token": "write"},
        "release": {"contents": "write"},
    }


def test_the_linter_finds_nothing_in_the_workflows() -> None:
    program = Path(sys.executable).with_name("zizmor")
    command = [program, "--offline", "--no-progress", "--pedantic", *WORKFLOWS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_would_find_something(tmp_path: Path) -> None:
    loose = tmp_path / ".github" / "workflows" / "loose.yml"
    loose.parent.mkdir(parents=True)
    loose.write_text(re.sub(r"checkout@[0-9a-f]{40}", "checkout@main", WORKFLOWS[0].read_text()))
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", "--pedantic", loose]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "unpinned-uses" in done.stdout + done.stderr
