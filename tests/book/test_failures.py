"""What must stop a build does, and what may not stop it is said on the page."""

import re
import shutil
from pathlib import Path

import pytest

from little import CELL, HEAD, Book
from small import ROOT, edited, write_small


@pytest.fixture
def little(tmp_path: Path) -> Book:
    return Book(tmp_path)


STOPS = {
    "a failing cell": (
        HEAD + "# T\n\n" + CELL.format("raise RuntimeError('the cell broke')"),
        "the cell broke",
    ),
    "an unknown row of evidence": (
        "# T\n\nA claim {ev}`XX99`.\n",
        "index.md:3: 'XX99' is not in evidence.csv",
    ),
    "an unknown statement": ("# T\n\nA claim {stmt}`A1;A99`.\n", "'A99' is not in statements.csv"),
    "an unknown figure": ("# T\n\nSee {fig}`no-such`.\n", "there is no figure 'no-such'"),
    "an unknown number": ("# T\n\nA number {n}`coded(F99)`.\n", "'F99' is not in themes.csv"),
    "an unknown source": ("# T\n\nSee {src}`nobody`.\n", "'nobody' is not in sources.csv"),
    "a bare plotly figure": (
        HEAD + "# T\n\n" + CELL.format("import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1]))"),
        "a bare plotly figure",
    ),
}


@pytest.mark.parametrize("what", STOPS)
def test_this_stops_the_build(little: Book, what: str) -> None:
    text, message = STOPS[what]
    done = little.build(text)
    assert done.returncode != 0
    assert message in done.stdout + done.stderr


def test_bad_data_stop_the_build_with_every_reason(little: Book) -> None:
    write_small(
        little.data, evidence=edited("evidence", 0, year="soon"), actors=edited("actors", 0, kind="king")
    )
    done = little.build("# T\n\nA claim {ev}`EV1`.\n")
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "evidence.csv, line 2, column year: found 'soon'" in said
    assert "actors.csv, line 2, column kind: found 'king'" in said


def test_a_changed_value_changes_the_sentence(little: Book) -> None:
    text = "# T\n\nThe maker counts {n}`value(EV1)` cases {ev}`EV1`.\n"
    assert little.build(text, "-W", "-n").returncode == 0
    assert 'counts <span class="quantity">1,234</span> cases' in little.page
    write_small(little.data, evidence=edited("evidence", 0, value="4321"))
    # The page itself did not change; it is read again because its data did.
    assert little.build(text, "-W", "-n").returncode == 0
    assert 'counts <span class="quantity">4,321</span> cases' in little.page


def test_a_stale_still_is_not_shown(little: Book) -> None:
    figure = (
        HEAD
        + "# T\n\n"
        + CELL.format("from casebook import load_study, figures\nfigures.theme_balance(load_study())")
    )
    done = little.build(figure)
    assert done.returncode == 0
    assert (
        "the still of the figure theme-balance is missing or out of date; run: make stills"
        in done.stdout + done.stderr
    )
    assert "<picture>" not in little.page
    assert '<details class="twin" open>' in little.page
    assert little.build(figure, "-W", "--all").returncode != 0


def test_hostile_cells_are_text(little: Book) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} {ev}`X` [x](javascript:alert(1))"
    write_small(little.data, evidence=edited("evidence", 0, claim=hostile))
    assert little.build("# T\n\nA claim {ev}`EV1`.\n", "-W", "-n").returncode == 0
    catalogue = (little.folder / "_build" / "html" / "chapters" / "all.html").read_text(encoding="utf-8")
    for page in (catalogue, little.page):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {ev}`X` [x](javascript:alert(1))" in page


def test_voices_follow_what_a_paragraph_cites(little: Book) -> None:
    text = "# T\n\nOne {stmt}`A1`.\n\nTwo {ev}`EV1`.\n\nThree {stmt}`A1` {ev}`EV2`.\n\nFour.\n"
    assert little.build(text, "-W", "-n").returncode == 0
    for voice, word in (
        ("paper", "One"),
        ("evidence", "Two"),
        ("paper-evidence", "Three"),
        ("edition", "Four"),
    ):
        assert f'<p class="voiced voice-{voice}">{word}' in little.page


def test_a_book_with_a_public_address_says_so_on_every_page(little: Book) -> None:
    config = little.folder / "_config.yml"
    home = "https://example.org/book"
    config.write_text(config.read_text(encoding="utf-8") + f"\nhtml:\n  baseurl: {home}/\n", encoding="utf-8")
    shutil.copyfile(ROOT / "CITATION.cff", little.folder / "CITATION.cff")
    assert (
        little.build(
            "# T\n\nText that is long enough to describe the page to those who have not yet opened it.\n"
        ).returncode
        == 0
    )
    site = little.folder / "_build" / "html"
    listed = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    pages = sorted(p.relative_to(site).as_posix() for p in site.rglob("*.html") if p.name != "search.html")
    assert sorted(listed) == [f"{home}/{page}" for page in pages]
    for page in pages:
        html = (site / page).read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{home}/{page}">' in html
        assert f'<meta property="og:url" content="{home}/{page}">' in html
        assert f'<span class="cite-address">{home}/{page}</span>' in html


def test_a_book_without_a_public_address_claims_none(little: Book) -> None:
    assert little.build("# T\n\nText.\n").returncode == 0
    assert "canonical" not in little.page
    assert not (little.folder / "_build" / "html" / "sitemap.xml").exists()
