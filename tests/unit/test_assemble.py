"""Which pages a book has, and what a page says where a package has no rows."""

import json
import re
import shutil
from pathlib import Path

import pytest

from casebook.assemble import describe, is_own, lay_out
from casebook.cli import main
from casebook.findings import DataError
from casebook.load import find_problems, load_study
from casebook.new import as_csv, examples, new_package
from casebook.schema import read_schema
from casebook.tailor import plain, tailor
from small import ROOT

PAGE = """# Annex X: Things

% needs: conflicts

## First

Text.

```{code-cell} ipython3
:tags: [hide-input]
from casebook import load_study

study = load_study()
study.one()
```

% book only

Of this paper.
Two lines.

## Second

% needs: themes.kind=best practice

```{theme-summaries} best practice
```

```{code-cell} ipython3
:tags: [hide-input]
two(study)
```
"""


def test_a_page_that_can_be_filled_is_whole_without_the_books_own_paragraph() -> None:
    page = tailor(PAGE, {"conflicts": [{}], "themes": [{"kind": "best practice"}]})
    assert "study.one()" in page and "theme-summaries" in page
    assert "Of this paper" not in page and "%" not in page


def test_a_section_without_rows_is_one_sentence_and_later_cells_still_have_the_study() -> None:
    rows = {"conflicts": [], "themes": [{"kind": "challenge"}]}
    page = tailor(PAGE.replace("# Annex X: Things\n", "# Annex X: Things\n\nA lead.\n"), rows)
    assert (
        "## First\n\nThis data package has no rows for this (conflicts), so there is nothing to show here."
        in page
    )
    assert "(themes: best practice)" in page and "theme-summaries" not in page
    assert page.index("study = load_study()") < page.index("two(study)") and "one()" not in page


def test_a_whole_page_without_rows_is_a_title_and_a_sentence() -> None:
    assert tailor("# Title\n\n% needs: series panels\n\n## A\n\nText.\n", {"series": [{}]}).splitlines() == [
        "# Title",
        "",
        "This data package has no rows for this (panels), so there is nothing to show here.",
    ]


@pytest.mark.parametrize("text", ["*bold* `x` [a](javascript:b) {ev}`TH1` <b>", "a\n# b", "{{ x }} $y$ | ~"])
def test_what_a_descriptor_says_is_no_markup(text: str) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt().parse(plain(text))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {t.type for t in tokens[1].children} <= {"text", "text_special"}
    assert "".join(t.content for t in tokens[1].children) == " ".join(text.split())


def test_a_new_version_of_the_books_package_gets_its_chapters_and_another_does_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    assert is_own(ROOT, ROOT / "data") and is_own(ROOT, data)
    themes = (data / "themes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "themes.csv").write_text("".join(themes[:-1]), encoding="utf-8")
    assert not is_own(ROOT, data)
    assert not is_own(ROOT, ROOT / "tests" / "elsewhere")


def test_what_an_edition_says_of_itself(tmp_path: Path) -> None:
    said = describe(ROOT / "tests" / "elsewhere")
    assert said["authors"] == "ගිම්හානි පෙරේරා; كاتبة مثال" and said["date"] == "2026-02-28"
    new_package(tmp_path / "new")
    path = tmp_path / "new" / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({k: v for k, v in raw.items() if k != "created"}), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        describe(tmp_path / "new")
    assert [(f.file, f.code) for f in caught.value.findings] == [("datapackage.json", "descriptor-invalid")]


def test_pages_of_a_package_come_before_those_of_the_edition(tmp_path: Path) -> None:
    root, data = tmp_path / "book", tmp_path / "data"
    for name in ("_config.yml", "edition", "chapters"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(
            source, root / name
        ) if root.is_dir() or not root.mkdir() else None
    new_package(data)
    (data / "chapters" / "about").mkdir(parents=True)
    (data / "chapters" / "about" / "help.md").write_text("# Help\n\nCall 000.\n", encoding="utf-8")
    place = lay_out(root, data.resolve())
    assert (place / "chapters" / "about" / "help.md").read_text(encoding="utf-8") == "# Help\n\nCall 000.\n"
    titles = [p.read_text(encoding="utf-8") for p in (place / "chapters" / "annexes").glob("*.md")]
    letters = sorted(re.search(r"^# Annex ([A-Z]): ", t, re.MULTILINE)[1] for t in titles)
    assert letters == list("ABCDEF")
    stamps = {p: p.stat().st_mtime_ns for p in place.rglob("*.md")}
    lay_out(root, data.resolve())
    assert {p: p.stat().st_mtime_ns for p in place.rglob("*.md")} == stamps


def test_a_new_package_has_no_faults_and_explains_every_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "land"
    assert main(["new", str(folder), "--title", "A “land”"]) == 0
    assert find_problems(folder) == []
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for table in read_schema(folder).tables:
        assert f"(`{table.path}`)" in readme
        assert all(f"`{c.name}`" in readme for c in table.columns)
    assert main(["check", "--data", str(folder)]) == 0
    files = {p: p.read_bytes() for p in folder.iterdir()}
    assert main(["new", str(folder)]) == 1
    assert "not empty" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in folder.iterdir()} == files


def test_the_example_rows_of_all_tables_together_have_no_faults(tmp_path: Path) -> None:
    folder = tmp_path / "full"
    new_package(folder)
    for table in read_schema(folder).tables:
        assert examples()[table.name], table.name
        (folder / table.path).write_text(as_csv(table, examples()[table.name]), encoding="utf-8")
    assert find_problems(folder) == []
    assert len(load_study(folder)["series"]) == 2


def test_the_starter_describes_what_the_books_own_package_describes() -> None:
    own, starter = read_schema(ROOT / "data"), read_schema(ROOT / "src" / "casebook" / "starter")
    assert {t.name: [c.name for c in t.columns] for t in own.tables} == {
        t.name: [c.name for c in t.columns] for t in starter.tables
    }
    text = (ROOT / "src" / "casebook" / "starter" / "datapackage.json").read_text(encoding="utf-8")
    assert "Sri Lanka" not in text and "Thorn" not in text
