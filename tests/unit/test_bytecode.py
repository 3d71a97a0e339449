"""Bytecode never outlives its source."""

import os
import subprocess
import sys
from pathlib import Path

from casebook.bytecode import check_by_content


def test_python_looks_at_what_the_source_holds(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    source = package / "__init__.py"

    def said(text: str) -> str:
        source.write_text(f"print({text!r})\n")
        os.utime(source, (1_000_000_000, 1_000_000_000))
        done = subprocess.run(
            [sys.executable, "-c", "import package"],
            cwd=tmp_path,
            env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert said("one") == "one\n"
    # This is what must not happen to a book.
    assert said("two") == "one\n"
    check_by_content(package)
    assert said("two") == "two\n"
    assert said("six") == "six\n"
    (package / "broken.py").write_text("def")
    check_by_content(package)


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("1\n")
    (tmp_path / "__pycache__").write_text("a file where the folder should be")
    check_by_content(tmp_path)
    assert (tmp_path / "__pycache__").is_file()
