"""Never a stale page, and no work that a change did not ask for."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from small import ROOT, edited, write_small

RUN = "from jupyter_book.cli.main import main; main()"
NOTEBOOK = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Notebook {0}

```{{code-cell}} ipython3
from casebook import load_study
print("{0}", load_study()["{0}"].iloc[0].to_list())
```
"""
PAGES = {
    "index": "# Front\n\nThe maker counts {n}`value(EV1)` cases {ev}`EV1`.\n",
    "chapters/about/help": "# Help\n\nText with nothing from the data.\n",
    "chapters/about/edition": "# Edition\n\nThere are {n}`rows(actors)` actors.\n",
    "chapters/all": "# All\n\n```{paper-statements}\n```\n```{evidence-catalogue}\n```\n```{reference-list}\n```\n"
    "```{actions} R1\n```\n\n## Themes\n\n"
    + "".join(
        f"```{{theme-summaries}} {kind}\n```\n"
        for kind in ("success factor", "challenge", "best practice", "recommendation")
    ),
    "chapters/first": NOTEBOOK.format("evidence"),
    "chapters/second": NOTEBOOK.format("actors"),
}


class Book:
    """A small book with two notebooks, over a copy of the package that a test may edit."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder / "book", write_small(folder / "data")
        self.code = folder / "code"
        shutil.copytree(ROOT / "src", self.code, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
        for name, text in PAGES.items():
            path = self.folder / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copyfile(ROOT / "_config.yml", self.folder / "_config.yml")
        toc = "".join(f"  - file: {name}\n" for name in list(PAGES)[1:])
        (self.folder / "_toc.yml").write_text(
            f"format: jb-book\nroot: index\nparts:\n- caption: P\n  chapters:\n{toc}"
        )

    def _environment(self) -> dict[str, str]:
        # With bytecode, as for most people, whatever the tests run with.
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return {
            **kept,
            "CASEBOOK_DATA": str(self.data),
            "PYTHONUTF8": "1",
            "PYTHONPATH": str(self.code),
        }

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> subprocess.Popen[str]:
        """Begin to build as `make site` does."""
        return subprocess.Popen(
            [sys.executable, "-m", "casebook.cli", "book", "--no-pdf"],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self) -> str:
        """Build as `make site` does; returns what it said."""
        done = self._run("-m", "casebook.cli", "book", "--no-pdf")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stock(self, output: Path) -> Path:
        """Build as `jupyter-book build .` does."""
        done = self._run("-c", RUN, "build", ".", "-q", "-W", "-n", "--path-output", str(output))
        assert done.returncode == 0, done.stdout + done.stderr
        return output / "_build" / "html"

    @property
    def site(self) -> Path:
        return self.folder / "_build" / "html"

    @property
    def executed(self) -> list[str]:
        path = self.folder / "_build" / ".work" / "_build" / ".executions" / "last.txt"
        return path.read_text().split()


def pages(site: Path) -> dict[str, bytes]:
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*.html")}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The book after its first build; the tests below change it one after the other."""
    book = Book(tmp_path_factory.mktemp("fresh"))
    book.build()
    assert book.executed == ["chapters/first", "chapters/second"]
    return book


def test_nothing_changed_nothing_done(built: Book) -> None:
    dates = {p: p.stat().st_mtime_ns for p in built.site.rglob("*")}
    assert "Nothing changed since the last build" in built.build()
    assert {p: p.stat().st_mtime_ns for p in built.site.rglob("*")} == dates
    (built.site / "index.html").unlink()
    assert "Nothing changed" not in built.build()
    assert (built.site / "index.html").is_file()
    assert built.executed == []


def test_one_value_changes_the_pages_that_show_it_and_no_other(built: Book, tmp_path: Path) -> None:
    before, dates = pages(built.site), {p: p.stat().st_mtime_ns for p in built.site.rglob("*.html")}
    write_small(built.data, evidence=edited("evidence", 0, value="4321"))
    built.build()
    after = pages(built.site)
    # 1,234 stood in a sentence of the front page and in what the first notebook prints.
    assert changed(before, after) == {"index.html", "chapters/first.html"}
    assert b"4,321" in after["index.html"] and b"4321.0" in after["chapters/first.html"]
    assert built.executed == ["chapters/first"]
    kept = {p.relative_to(built.site).as_posix() for p, date in dates.items() if p.stat().st_mtime_ns == date}
    assert kept == set(before) - {"index.html", "chapters/first.html"}
    # What was built step by step is what a build from nothing gives, byte for byte.
    assert pages(built.stock(tmp_path)) == after


def test_code_of_a_notebook_changes_its_page_only(built: Book) -> None:
    before = pages(built.site)
    path = built.folder / "chapters" / "second.md"
    path.write_text(path.read_text().replace('print("actors"', 'print("all actors"'))
    built.build()
    assert changed(before, pages(built.site)) == {"chapters/second.html"}
    assert built.executed == ["chapters/second"]


def test_code_of_the_package_changes_the_pages_it_makes(built: Book) -> None:
    before = pages(built.site)
    path = built.code / "casebook" / "quantities.py"
    path.write_text(path.read_text().replace("return len(frame)", "return len(frame) + 1000"))
    built.build()
    assert changed(before, pages(built.site)) == {"chapters/about/edition.html"}
    assert built.executed == ["chapters/first", "chapters/second"]


def test_a_title_changes_every_page_that_names_it(built: Book, tmp_path: Path) -> None:
    path = built.folder / "chapters" / "about" / "help.md"
    path.write_text(path.read_text().replace("# Help", "# Assistance"))
    built.build()
    after = pages(built.site)
    assert all(b"Assistance" in text for text in after.values())
    assert built.executed == []
    assert pages(built.stock(tmp_path)) == after


def test_a_page_that_is_dropped_is_gone(built: Book) -> None:
    toc = built.folder / "_toc.yml"
    toc.write_text(toc.read_text().replace("  - file: chapters/second\n", ""))
    built.build()
    assert "chapters/second.html" not in pages(built.site)


def test_a_failed_build_leaves_the_site_and_is_made_good(built: Book) -> None:
    before, path = pages(built.site), built.folder / "chapters" / "first.md"
    good = path.read_text()
    path.write_text(good.replace("print(", "1 / 0\nprint("))
    done = built._run("-m", "casebook.cli", "book", "--no-pdf")
    assert done.returncode == 1
    assert "first.md:9: this cell failed" in done.stderr and "ZeroDivisionError" in done.stderr
    assert pages(built.site) == before
    # What is in place is what the good text gives; the notebook that failed left nothing to go on from.
    path.write_text(good)
    assert "Nothing changed" in built.build()
    path.write_text(good + "\nOne sentence more.\n")
    built.build()
    assert changed(before, pages(built.site)) == {"chapters/first.html"}
    assert built.executed == ["chapters/first"]


def test_stock_jupyter_book_sees_changed_data_too(built: Book, tmp_path: Path) -> None:
    site = built.stock(tmp_path)
    before = pages(site)
    write_small(built.data, evidence=edited("evidence", 0, value="5678"))
    built.stock(tmp_path)
    assert changed(before, pages(site)) == {"index.html", "chapters/first.html"}


def test_code_of_the_same_size_and_date_is_still_other_code(built: Book) -> None:
    """Python itself would go on with the bytecode of the old code."""
    built.build()
    path, page = built.code / "casebook" / "quantities.py", "chapters/about/edition.html"
    before, old = pages(built.site), path.stat()
    path.write_text(path.read_text().replace("return len(frame) + 1000", "return len(frame) + 2000"))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (old.st_size, old.st_mtime_ns)
    built.build()
    after = pages(built.site)
    assert changed(before, after) == {page}
    assert b"2,002" in after[page]


def test_a_chapter_behind_a_link_and_one_in_a_folder_called_tools(built: Book, tmp_path: Path) -> None:
    """Neither a link nor a name hides a page from the look for changes."""
    away = tmp_path / "away"
    (away / "tools").mkdir(parents=True)
    (away / "tools" / "linked.md").write_text("# Linked\n\nOld.\n")
    (built.folder / "chapters" / "more").symlink_to(away, target_is_directory=True)
    # A link that leads back to where it came from must not keep the look going for ever.
    (away / "back").symlink_to(away, target_is_directory=True)
    toc = built.folder / "_toc.yml"
    toc.write_text(toc.read_text() + "  - file: chapters/more/tools/linked\n")
    built.build()
    before = pages(built.site)
    (away / "tools" / "linked.md").write_text("# Linked\n\nNew.\n")
    built.build()
    assert changed(before, pages(built.site)) == {"chapters/more/tools/linked.html"}
    assert built.executed == []


def test_a_renamed_chapter_runs_under_its_new_name_and_leaves_none_of_the_old(built: Book) -> None:
    toc = built.folder / "_toc.yml"
    (built.folder / "chapters" / "first.md").rename(built.folder / "chapters" / "renamed.md")
    toc.write_text(toc.read_text().replace("chapters/first", "chapters/renamed"))
    built.build()
    assert built.executed == ["chapters/renamed"]
    found = {p.relative_to(built.site).as_posix() for p in built.site.rglob("*") if p.is_file()}
    assert {"chapters/renamed.html", "notebooks/renamed.md", "notebooks/renamed.ipynb"} <= found
    assert not [name for name in found if Path(name).stem == "first"]
    (built.folder / "chapters" / "renamed.md").rename(built.folder / "chapters" / "first.md")
    toc.write_text(toc.read_text().replace("chapters/renamed", "chapters/first"))
    built.build()


def test_a_setting_changes_every_page_and_executes_nothing(built: Book) -> None:
    config = built.folder / "_config.yml"
    config.write_text(config.read_text().replace("html_short_title: AI", "html_short_title: Zanzibar"))
    built.build()
    assert all(b"Zanzibar" in text for text in pages(built.site).values())
    assert built.executed == []


def test_a_book_with_pdf_executes_nothing_that_the_site_has_executed(built: Book) -> None:
    assert built._run("-m", "casebook.cli", "book").returncode == 0
    assert built.executed == []


def test_what_changes_while_the_book_is_built_is_not_mixed_with_what_was(built: Book, tmp_path: Path) -> None:
    """Data and a notebook's text are edited while another notebook runs: the site has only the new."""
    path, evidence = built.folder / "chapters" / "first.md", built.data / "evidence.csv"
    good = path.read_text()
    signs = [tmp_path / name for name in ("ready", "go")]
    wait = "\n```{{code-cell}} ipython3\nimport os, time\nopen({!r}, 'w').close()\nwhile not os.path.exists({!r}): time.sleep(0.01)\n```\n"
    path.write_text(good + wait.format(*map(str, signs)))
    with built.start() as build:
        while not signs[0].exists():
            assert build.poll() is None, build.communicate()[0]
            time.sleep(0.02)
        write_small(built.data, evidence=edited("evidence", 0, value="8765"))
        path.write_text(good.replace("print(", "print('edited',"))
        signs[1].touch()
        said, _ = build.communicate()
    assert build.returncode == 0, said
    assert "Files of the book changed while it was built" in said
    after = pages(built.site)
    assert b"8,765" in after["index.html"] and b"8765.0" in after["chapters/first.html"]
    assert b"edited" in after["chapters/first.html"] and b"while not os" not in after["chapters/first.html"]
    # And it is what a build from nothing gives.
    assert "Nothing changed" in built.build() and "8765" in evidence.read_text()
    assert pages(built.stock(tmp_path)) == after


def test_in_the_real_book_a_change_shows_where_it_should(tmp_path: Path) -> None:
    """A word more in a claim, then in what a builder of figures says: the pages that show it change, and no other."""
    root, code = tmp_path / "book", tmp_path / "code"
    shutil.copytree(ROOT / "src", code, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    hidden = shutil.ignore_patterns(".*", "_build", "tests", "tools", "src", "node_modules")
    shutil.copytree(ROOT, root, ignore=hidden)

    def build() -> dict[str, bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEBOOK_")}
        command = [sys.executable, "-c", RUN, "build", ".", "-q", "-n"]
        done = subprocess.run(
            command,
            cwd=root,
            env={**environment, "PYTHONUTF8": "1", "PYTHONPATH": str(code)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return pages(root / "_build" / "html")

    before = build()
    path = root / "data" / "evidence.csv"
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("TH31,"))
    path.write_text(text.replace(row, row.replace(" the ", " the Zanzibar ", 1)), encoding="utf-8")
    after = build()
    showing = {name for name, page in after.items() if b"Zanzibar" in page}
    assert len(showing) >= 2
    assert changed(before, after) == showing
    builder = code / "casebook" / "figures" / "conflicts.py"
    text = builder.read_text(encoding="utf-8")
    assert text.count("caption=sentence(") == 1
    builder.write_text(
        text.replace("caption=sentence(", 'caption="Timbuktu. " + sentence('), encoding="utf-8"
    )
    last = build()
    showing = {name for name, page in last.items() if b"Timbuktu" in page}
    assert "chapters/annexes/disagreements.html" in showing
    assert changed(after, last) == showing
