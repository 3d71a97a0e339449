"""No sentence of fact stands in the chapters without a claim."""

from pathlib import Path

import pytest

from casebook.prose import unclaimed_sentences
from casebook.study import Study
from small import ROOT


def test_no_fact_without_a_claim(study: Study) -> None:
    assert [f"{s.file}:{s.line}: {s.text}" for s in unclaimed_sentences(ROOT, study)] == []


CASES = [
    ("Thorn reported 300 victims in 2015.", True),
    ("INTERPOL said that its database helped.", True),
    ("Thorn reported it {ev}`TH01`.", False),
    ("The paper judges it a success {stmt}`A10`.", False),
    ("This edition counted what Thorn reported.", False),
    ("A tool that finds more passes on more.", False),
    ("# Thorn reported in 2015", False),
]


@pytest.mark.parametrize(("sentence", "flagged"), CASES)
def test_what_counts_as_a_fact_without_a_claim(
    tmp_path: Path, study: Study, sentence: str, flagged: bool
) -> None:
    (tmp_path / "index.md").write_text(
        f"# Title\n\n:::{{lead}}\nIn 2015 Thorn reported it.\n:::\n\n{sentence}\n", encoding="utf-8"
    )
    found = list(unclaimed_sentences(tmp_path, study))
    assert [(s.line, s.text) for s in found] == ([(7, sentence)] if flagged else [])
