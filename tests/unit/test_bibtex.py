"""The sources as BibTeX."""

from casebook.bibtex import bibliography
from casebook.study import Study


def test_a_known_archived_copy_is_in_the_note(small: Study) -> None:
    court, lab, maker = bibliography(small).split("\n\n")
    assert r"note = {seen 2026-11-23; archived copy: \url{https://example.org/copies/court_1}}" in court
    assert "note = {seen 2026-11-23}" in lab and "archived" not in lab + maker
