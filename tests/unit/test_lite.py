"""What `make lite` packs for the browser; whether it runs there, the command itself tries."""

import runpy
import tarfile
from pathlib import Path

from small import ROOT

lite = runpy.run_path(str(ROOT / "tools" / "lite.py"))


def test_every_cell_of_every_annex_is_there_without_its_options() -> None:
    found = {notebook["name"]: notebook["cells"] for notebook in lite["notebooks"]()}
    for path in (ROOT / "chapters" / "annexes").glob("*.md"):
        assert len(found.pop(path.stem)) == path.read_text(encoding="utf-8").count("```{code-cell}")
    assert found == {}
    lines = [line for n in lite["notebooks"]() for cell in n["cells"] for line in cell.splitlines()]
    assert lines and not [line for line in lines if line.startswith((":", "```"))]


def test_the_archive_holds_the_data_the_package_and_what_plotly_asks(tmp_path: Path) -> None:
    lite["pack_book"](tmp_path)
    with tarfile.open(tmp_path / "book.tar") as archive:
        names = set(archive.getnames())
        evidence = archive.extractfile("data/evidence.csv")
        assert evidence and evidence.read() == (ROOT / "data" / "evidence.csv").read_bytes()
    assert {
        "cells.py",
        "_config.yml",
        "src/casebook/load.py",
        "lib/plotly/graph_objects/__init__.py",
    } <= names
    assert any(name.startswith("lib/plotly-") and name.endswith("/METADATA") for name in names)
    # The reader of the archive in the browser knows names of at most 100 and 155 letters.
    assert max(map(len, names)) < 255
