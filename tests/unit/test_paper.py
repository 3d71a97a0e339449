"""A page on its way to paper: what stands in the HTML stands in the PDF, and nothing of it is taken for Typst."""

import re
import shutil
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

import casebook.sphinxext
from casebook.sphinxext.columns import column_widths
from casebook.sphinxext.fonts import OWN, Face, letters_outside, missing_fonts, ready_fonts, with_families
from casebook.sphinxext.study import BookError
from casebook.sphinxext.to_typst import STYLES, Translation
from casebook.sphinxext.typeset import set_page

STATIC = Path(casebook.sphinxext.__file__).parent / "theme" / "casebook_print" / "static"
HEAD = '<html lang="en"><head><title>A page</title><meta name="author" content="A; B"></head>'


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> list[Face]:
    return ready_fonts(STATIC / "fonts", [], tmp_path_factory.mktemp("fonts") / "fonts")


def page_of(folder: Path, body: str) -> Path:
    (folder / "_static").mkdir()
    shutil.copy(STATIC / STYLES, folder / "_static" / STYLES)
    page = folder / "page.html"
    page.write_text(f"{HEAD}<body>{body}</body></html>", encoding="utf-8")
    return page


def pdf_of(folder: Path, body: str, fonts: list[Face]) -> Path:
    set_page(
        page_of(folder, body),
        folder / "page.pdf",
        "a4",
        fonts,
        licence="L https://l.example/",
        keywords=["k"],
    )
    return folder / "page.pdf"


def text_of(pdf: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(pdf).pages))


HOSTILE = (
    '#eval("1 + 1") #import "@preview/x:1.0.0": *',
    "$x^2$ *bold* _em_ `raw` = head - item + item / term: x @ref <label>",
    'a "quoted" \\"b\\" \\n \\u{41} // no comment /* none */ ~ -- --- ...',
    "]; }; ) ] } #panic()",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_means_nothing_to_typst(tmp_path: Path, fonts: list[Face], text: str) -> None:
    shown = text.replace("&", "&amp;").replace("<", "&lt;")
    pdf = pdf_of(tmp_path, f"<h1>Title</h1><p>{shown}</p>", fonts)
    assert text in text_of(pdf)


def test_words_keep_their_spaces_and_no_others(tmp_path: Path, fonts: list[Face]) -> None:
    body = "<h1>T</h1><p>\n one <strong>two </strong> three<em>\nfour</em>, <span>five</span>\n  six </p><p> seven</p>"
    assert "one two three four, five six seven" in text_of(pdf_of(tmp_path, body, fonts))


def test_a_hyphen_is_read_as_one_also_where_one_ended_a_line(tmp_path: Path, fonts: list[Face]) -> None:
    broken = "internationalisation " * 30
    text = text_of(pdf_of(tmp_path, f"<h1>T</h1><p>{broken}</p><p>A self-reported count</p>", fonts))
    assert "A self-reported count" in text and "\u00ad" not in text
    assert len(re.findall(r"\w- \w", text)) > 0, "no word was broken, so nothing was tried"


def test_a_link_leads_to_its_place_and_one_to_nowhere_is_text(tmp_path: Path, fonts: list[Face]) -> None:
    body = (
        '<div class="chapter"><h1>One</h1><p>see <a class="page-at" href="#far">that</a>, <a href="#none">not there</a></p></div>'
        '<div class="chapter"><p class="part-name">P</p><h1>Two</h1><p id="far">here</p></div>'
    )
    reader = PdfReader(pdf_of(tmp_path, body, fonts))
    (link,) = (a.get_object() for a in reader.pages[0]["/Annots"])
    aim = list.__getitem__(link["/Dest"], 0)
    assert aim.idnum == reader.pages[1].indirect_reference.idnum
    first = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    assert "see that 2, not there" in first


def test_notes_of_a_paragraph_are_one_note(tmp_path: Path) -> None:
    note = '<span class="claim-note">{}</span>'
    body = f"<h1>T</h1><p>a{note.format('N1')} b{note.format('N2')}</p><p>c{note.format('N3')}</p>"
    source = Translation(page_of(tmp_path, body), STATIC / STYLES, "a4").source()
    assert source.count("c-claim-note(") == 2
    assert source.index('"N1"') < source.index('"N2"') < source.index('" b"')


def test_nothing_leaves_the_page_and_nothing_is_cut(tmp_path: Path, fonts: list[Face]) -> None:
    word, address = "w" * 900, "https://example.org/" + "a-b/" * 60
    cells = "".join(f"<tr><th>{'long' * 30} {i}</th><td>{word}</td><td>{i}</td></tr>" for i in range(30))
    body = (
        f"<h1>T</h1><p>{word}</p><p>{address}</p>"
        f'<div class="row"><p>{"much text " * 900}</p></div>'
        f"<table><thead><tr><th>A</th><th>B</th><th class='number'>C</th></tr></thead><tbody>{cells}</tbody></table>"
    )
    pdf = pdf_of(tmp_path, body, fonts)
    bare = re.sub(r"\s+", "", text_of(pdf))
    assert (
        bare.count("w") >= 31 * 900 and re.sub(r"\s", "", address) in bare and bare.count("muchtext") == 900
    )
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_rect(i) for i in range(text.count_rects())]
        width, height = page.get_size()
        assert all(
            left > 60 and bottom > 28 and right < width - 58 and top < height - 28
            for left, bottom, right, top in boxes
        )
        text.close()
    document.close()


def test_rows_have_heads_and_the_file_says_what_it_is(tmp_path: Path, fonts: list[Face]) -> None:
    body = "<h1>T</h1><table><caption>C</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><th>r</th><td>x</td></tr></tbody></table>"
    reader = PdfReader(pdf_of(tmp_path, body, fonts))
    from pdf_tree import fact, walk

    cells = [e for e in walk(reader.root_object["/StructTreeRoot"]) if e["/S"] in ("/TH", "/TD")]
    assert [(e["/S"], fact(e, "/Scope")) for e in cells] == [
        ("/TH", "/Column"),
        ("/TH", "/Column"),
        ("/TH", "/Row"),
        ("/TD", None),
    ]
    xmp = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "https://l.example/" in xmp and "<rdf:li>k</rdf:li>" in xmp and reader.metadata.title == "A page"


def test_a_sign_that_no_font_has_stops_it(tmp_path: Path, fonts: list[Face]) -> None:
    assert letters_outside("<p title='塔'>x &#x0d9c; ≥ 羅</p>", fonts) == ["ග", "羅"]
    with pytest.raises(BookError, match="羅"):
        pdf_of(tmp_path, "<h1>T</h1><p>羅</p>", fonts)


def test_a_font_that_is_none_is_named(tmp_path: Path) -> None:
    assert missing_fonts(STATIC / "fonts") == [] and missing_fonts(tmp_path) == list(OWN)
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(OSError, match=r"broken\.ttf cannot be used as a font"):
        ready_fonts(STATIC / "fonts", [broken], tmp_path / "out")


def test_the_same_fonts_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (ready_fonts(STATIC / "fonts", [], tmp_path / name) for name in "ab")
    assert [f.path.read_bytes() for f in first] == [f.path.read_bytes() for f in second]


def test_labels_name_the_font_of_what_theirs_lacks(fonts: list[Face]) -> None:
    svg = "<svg><!-- figure x --><text>■ a &amp; b &lt; ≥ő</text><text>plain</text></svg>"
    assert with_families(svg, fonts) == (
        '<svg><!-- figure x --><text><tspan style="font-family: Book Symbols">■</tspan> a &amp; b &lt; '
        '<tspan style="font-family: Book Symbols">≥</tspan><tspan style="font-family: Book Sans Ext">ő</tspan></text>'
        "<text>plain</text></svg>"
    )


def test_columns() -> None:
    head, rows = ["Who", "Rows", "Remark"], [["Thorn", "12", "x" * 80], ["INTERPOL", "3", "short"]]
    narrow, number, wide = column_widths(head, rows, 58)
    assert narrow.endswith("em") and number.endswith("em") and wide.endswith("fr")
    assert float(narrow[:-2]) > float(number[:-2])
    # Twelve columns of numbers under long heads still fit the line.
    many = column_widths(["Somebody is named to lead it (points)"] * 12, [["10.7"] * 12], 58)
    assert sum(float(width[:-2]) for width in many) < 80
    assert column_widths([], [], 58) == []


def test_a_code_to_scan_stands_beside_what_it_leads_to(tmp_path: Path, fonts: list[Face]) -> None:
    from casebook.sphinxext.qr import qr_svg
    from pdf_tree import walk

    address = "https://example.org/chapters/annexes/one.html#figure-one"
    (tmp_path / "code.svg").write_text(qr_svg(address), encoding="utf-8")
    body = (
        f'<h1>T</h1><div class="elsewhere"><img class="code" src="code.svg" alt="Code to scan for {address}"/>'
        f'<p>Live: <a href="{address}">{address}</a></p></div>'
    )
    pdf = pdf_of(tmp_path, body, fonts)
    reader = PdfReader(pdf)
    (figure,) = (e for e in walk(reader.root_object["/StructTreeRoot"]) if e["/S"] == "/Figure")
    assert figure["/Alt"] == f"Code to scan for {address}"
    assert address in text_of(pdf).replace(" ", "")
    links = {a.get_object()["/A"]["/URI"] for a in reader.pages[0]["/Annots"]}
    assert links == {address}
