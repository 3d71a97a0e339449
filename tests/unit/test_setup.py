"""What a machine lacks is said in one sentence."""

import os
import runpy
import subprocess
from pathlib import Path

import pytest

from small import ROOT

find_chrome = runpy.run_path(str(ROOT / "tools" / "chrome.py"))["find_chrome"]


def test_a_named_browser_is_used_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chrome = tmp_path / "chrome"
    chrome.write_text("")
    monkeypatch.setenv("CHROME", str(chrome))
    assert find_chrome() == str(chrome)
    monkeypatch.setenv("CHROME", str(tmp_path / "nothing"))
    assert find_chrome() is None


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", str(ROOT / "tools" / "setup.sh"), "book", str(tmp_path / "venv")],
        env={**os.environ, "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        "Python 3.11 or newer is needed; Python 3.9.2 was found. Name another one with PYTHON=" in done.stderr
    )
    assert not (tmp_path / "venv").exists()
