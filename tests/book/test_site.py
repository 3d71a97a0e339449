"""The built site: what every page must have, read from its files."""

import csv
import hashlib
import html
import io
import json
import re
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urldefrag

import pytest

from casebook.archive import make_archive
from casebook.evidence_map import evidence_map, map_cells
from casebook.stills import fresh_still
from casebook.study import Study
from casebook.summaries import STANCES
from figure_rows import compare
from small import ROOT


class Page(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if at.get("id"):
            self.ids.append(at["id"] or "")
        if tag == "a" and at.get("href"):
            self.links.append(at["href"] or "")
        self.loads += [v for k in ("src", "srcset") if tag != "a" and (v := at.get(k))]
        if tag == "link":
            self.loads.append(at.get("href") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="session")
def parsed(site: Path, pages: list[str]) -> dict[str, Page]:
    return {p: Page((site / p).read_text(encoding="utf-8")) for p in pages}


def test_every_chapter_is_a_page(pages: list[str]) -> None:
    chapters = re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())
    assert set(pages) == {"index.html", *(f"{c}.html" for c in chapters)}


def test_links_lead_somewhere(site: Path, parsed: dict[str, Page]) -> None:
    broken = []
    for name, page in parsed.items():
        for link in page.links:
            if link.startswith(("http:", "https:", "mailto:", "tel:")):
                continue
            target, anchor = urldefrag(unquote(link))
            target = target.partition("?")[0]
            path = (site / name).parent / target if target else site / name
            key = path.resolve().relative_to(site.resolve()).as_posix()
            if not path.exists() or (anchor and key in parsed and anchor not in parsed[key].ids):
                broken.append((name, link))
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path, parsed: dict[str, Page]) -> None:
    for name, page in parsed.items():
        for address in page.loads:
            assert not re.match(r"(https?:)?//", address), f"{name} loads {address}"
            assert ((site / name).parent / address.split(" ")[0]).exists(), (
                f"{name} loads {address}, which is not there"
            )


def test_ids_are_unique_and_headings_in_order(parsed: dict[str, Page]) -> None:
    for name, page in parsed.items():
        assert len(page.ids) == len(set(page.ids)), name
        assert page.headings.count(1) == 1, name
        steps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
        assert all(step <= 1 for step in steps), f"{name}: headings {page.headings}"


def test_pages_say_what_they_are(site: Path, pages: list[str]) -> None:
    seen = set()
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", text)[1]
        description = re.search(r'<meta name="description" content="(.*?)">', text)[1]
        assert title and "None" not in title and title not in seen, name
        assert len(description) > 40, name
        seen.add(title)


def test_code_is_closed_until_a_reader_opens_it(site: Path, pages: list[str]) -> None:
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        outside = re.sub(r'<details class="code-cell">.*?</details>', "", text, flags=re.DOTALL)
        assert "load_study()" not in re.sub(
            r'<div class="highlight-python.*?</div>\s*</div>', "", outside, flags=re.DOTALL
        ), name


def test_every_row_has_its_address(parsed: dict[str, Page], study: Study) -> None:
    wanted = {
        "chapters/sources/evidence.html": [f"evidence-{k}" for k in study["evidence"]["evidence_id"]],
        "chapters/paper/abstract.html": [
            f"statement-{k.lower()}" for k in study["statements"]["statement_id"]
        ],
        "chapters/paper/recommendations.html": [
            f"recommendation-{k.lower().replace('.', '-')}"
            for k in study["recommendations"]["recommendation_id"]
        ],
        "chapters/annexes/theme-summaries.html": [f"theme-{k.lower()}" for k in study["themes"]["theme_id"]],
        "chapters/sources/references.html": [f"source-{k.lower()}" for k in study["sources"]["source_id"]],
    }
    for page, ids in wanted.items():
        assert set(ids) <= set(parsed[page].ids), page


def drawings(site: Path) -> list[dict]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted((site / "figures").glob("*.json"))]


def test_every_figure_has_a_fresh_still_and_its_data(site: Path) -> None:
    found = drawings(site)
    assert len(found) >= 15
    for bundle in found:
        for width, spec in bundle["specs"].items():
            assert fresh_still(ROOT / "stills", bundle["name"], width, spec), (
                f"{bundle['name']}: run make stills"
            )
            assert (site / "figures" / f"{bundle['name']}.{width}.svg").exists()
        rows = list(
            csv.reader(io.StringIO((site / "figures" / f"{bundle['name']}.csv").read_text(encoding="utf-8")))
        )
        assert rows[0] == [c["name"] for c in bundle["columns"]]
        assert len(rows) - 1 == len(bundle["rows"])


def test_the_csv_that_is_offered_holds_what_each_figure_draws(site: Path, study: Study) -> None:
    for bundle in drawings(site):
        compare(study, bundle, (site / "figures" / f"{bundle['name']}.csv").read_text(encoding="utf-8"))


def test_the_map_leads_to_the_rows_it_counts(site: Path, study: Study) -> None:
    """Each link of the map names a filter that the catalogue knows, and the first of the rows it then shows."""
    script = (site / "_static" / "catalogue-index.js").read_text(encoding="utf-8")
    index = json.loads(script[script.index("{") : script.rindex("}") + 1])
    themes, stances = [key for key, _ in index["themes"]], index["stances"]
    rows = [
        {
            "anchor": f"evidence-{key}",
            "type": index["types"][kind],
            "themes": {themes[code // len(stances)]: stances[code % len(stances)] for code in says},
        }
        for key, kind, says in zip(index["key"], index["type"], index["says"], strict=True)
    ]
    page = (site / "chapters/annexes/evidence-map.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(\.\./sources/evidence\.html\?[^"]*)"[^>]*>(\d+)<', page)
    cells = [c for c in map_cells(study).itertuples() if c.rows]
    assert len(links) == len(cells) + len(evidence_map(study))  # the matrix, and the table of the figure
    for link, count in links:
        query, anchor = urldefrag(unescape(link).partition("?")[2])
        want = dict(parse_qsl(query))
        assert set(want) <= {"theme", "stance", "type"} and want["theme"] and want["type"]
        shown = [
            r["anchor"]
            for r in rows
            if r["type"] == want["type"]
            and r["themes"].get(want["theme"]) in ([want["stance"]] if "stance" in want else STANCES)
        ]
        assert (len(shown), shown[0]) == (int(count), anchor), link


def test_no_still_is_left_over(site: Path) -> None:
    names = {f"{b['name']}.{w}.svg" for b in drawings(site) for w in b["specs"]}
    assert {p.name for p in (ROOT / "stills").glob("*.svg")} == names


def test_figures_are_numbered_once_in_order(site: Path, pages: list[str]) -> None:
    text = "".join((site / p).read_text(encoding="utf-8") for p in pages)
    numbers = sorted(
        int(n) for n in re.findall(r'class="figure-number" href="#[^"]*">Figure (\d+)</a>', text)
    )
    assert numbers == list(range(1, len(drawings(site)) + 1))
    assert "the figure</" not in text


def test_the_data_package_is_published_whole(site: Path) -> None:
    for path in (ROOT / "data").iterdir():
        assert (site / "data" / path.name).read_bytes() == path.read_bytes()


def test_a_page_is_light(site: Path, parsed: dict[str, Page]) -> None:
    import gzip

    def weight(path: Path) -> int:
        return len(gzip.compress(path.read_bytes(), 9))

    fonts = sum(weight(site / "_static" / f"{kind}.woff2") for kind in ("serif", "sans"))
    weights = {}
    for name, page in parsed.items():
        files = {
            (site / name).parent / a for a in page.loads if not a.startswith("data:") and ".compact." not in a
        }
        weights[name] = fonts + weight(site / name) + sum(weight(f) for f in files)
    worst = max(weights, key=weights.get)
    assert weights[worst] < 150_000, f"{worst} weighs {weights[worst]} bytes"


def test_figures_add_little_to_a_page(site: Path, pages: list[str]) -> None:
    """All of them together, with every picture seen and none made live."""
    import gzip

    drawn = re.compile(r'<figure class="drawing".*?</figure>', re.DOTALL)
    cost = {}
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        pictures = set(re.findall(r'<img src="([^"]+\.wide\.svg)"', text))
        files = [((site / name).parent / p).read_bytes() for p in pictures]
        whole, rest = (len(gzip.compress(t.encode(), 9)) for t in (text, drawn.sub("", text)))
        cost[name] = whole - rest + sum(len(gzip.compress(f, 9)) for f in files)
    worst = max(cost, key=cost.get)
    assert 0 < cost[worst] < 40_000, f"the figures of {worst} weigh {cost[worst]} bytes"


def test_pages_describe_themselves_to_machines(site: Path, pages: list[str], study: Study) -> None:
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        data = [
            json.loads(block)
            for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        ]
        (article,) = [d for d in data if d["@type"] == "ScholarlyArticle"]
        assert article["author"] == [
            {"@type": "Organization", "name": "Contributors to the interactive edition"}
        ]
        assert [p["familyName"] for p in article["isBasedOn"][0]["author"]] == [
            "Abewardhana",
            "Perera",
            "Vithanage",
        ]
        tags = dict(re.findall(r'<meta (?:name|property)="((?:citation|og)[^"]*)" content="([^"]*)">', text))
        assert {
            "og:title",
            "og:description",
            "citation_title",
            "citation_author",
            "citation_publication_date",
        } <= set(tags)
        assert tags["citation_author"] == "Contributors to the interactive edition"
        (package,) = [d for d in data if d["@type"] == "Dataset"]
        assert [d["@type"] for d in package["hasPart"]] == ["Dataset"] * len(study.schema.tables)
        for part in package["hasPart"]:
            assert ((site / name).parent / part["distribution"]["contentUrl"]).is_file()
            assert ("variableMeasured" in part) == (name == "chapters/about/edition.html")
        assert article["name"] == html.unescape(tags["og:title"])


def test_references_are_offered_as_bibtex(site: Path, study: Study) -> None:
    text = (site / "data" / "references.bib").read_text(encoding="utf-8")
    assert set(re.findall(r"^@\w+\{([^,]+),$", text, re.MULTILINE)) == set(study["sources"]["source_id"])
    assert text.count("{") == text.count("}")


def test_a_reference_leads_to_an_archived_copy_or_to_a_search_for_one(site: Path, study: Study) -> None:
    page = (site / "chapters/sources/references.html").read_text(encoding="utf-8")
    links = re.findall(
        r'<a class="outside[^"]*" href="([^"]+)"[^>]*>(archived copy|look for an archived copy)</a>', page
    )
    sources = study["sources"]
    known = sources["archived_url"].dropna()
    assert {url for url, text in links if text == "archived copy"} == set(known)
    searched = [html.unescape(url) for url, text in links if text != "archived copy"]
    unknown = sources[sources["archived_url"].isna()]["url"]
    assert sorted(searched) == sorted(f"https://web.archive.org/web/*/{url}" for url in unknown)


def test_the_archive_is_whole_and_the_same_twice(book: Path) -> None:
    first = make_archive(ROOT).read_bytes()
    assert make_archive(ROOT).read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        sums = dict(
            reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines()
        )
        assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert {"book.pdf", "site/index.html", "data/evidence.csv", "chapters/annexes/theme-summaries.md"} <= set(
        sums
    )


def test_every_telephone_number_can_be_called_from_the_page(parsed: dict[str, Page], site: Path) -> None:
    links = {link for link in parsed["chapters/about/help.html"].links if link.startswith("tel:")}
    main = (site / "chapters" / "about" / "help.html").read_text(encoding="utf-8").split("<main")[1]
    shown = set(
        re.findall(r"\b(?:0\d\d \d{3} \d{4}|1929)\b", re.sub(r"<[^>]+>", "", main.split("</main")[0]))
    )
    assert len(shown) >= 3
    assert links == {
        f"tel:+94{number[1:].replace(' ', '')}" if number.startswith("0") else f"tel:{number}"
        for number in shown
    }


def test_what_was_measured_is_a_click_away_from_the_page_that_tells_of_it(
    parsed: dict[str, Page], site: Path
) -> None:
    assert "../../_static/bench.json" in parsed["chapters/about/speed.html"].links
    measured = json.loads((site / "_static" / "bench.json").read_text(encoding="utf-8"))
    assert measured == json.loads((ROOT / "bench" / "result.json").read_text(encoding="utf-8"))
    page = (site / "chapters" / "about" / "speed.html").read_text(encoding="utf-8")
    for build in measured["builds"]["this book"].values():
        assert f">{build['wall']:.1f}<" in page and f">{build['processor']:.1f}<" in page
