"""From a page of HTML for paper to a Typst document, element by element.

The page is what the site's translator wrote, so that paper says what the screen says. Each element becomes a call of
the function of its name in ``print.typ``, and each of its classes that has a function there is applied to it; text
becomes string literals, in which nothing has a meaning for Typst. How anything looks is settled in ``print.typ``.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html

from casebook.sphinxext.columns import column_widths

STYLES = "print.typ"
_DEFINED = re.compile(r"^#let ([ce]-[a-z-]+)\b", re.MULTILINE)
# What the sheet does not show: it stands for something that only a screen does, or says in words what paper shows.
HIDDEN = {"hidden", "headerlink", "toctree-wrapper", "ways", "quick-exit", "lookup"}
# What may not be broken over pages unless it is longer than a page might have room for.
WHOLE, LONG = {"row", "aside", "drawing"}, 2_500
# A note at the foot of the page on who says what a code stands for.
NOTE = "claim-note"
_BLOCKS = {"p", "div", "section", "nav", "ul", "ol", "dl", "li", "dd", "table", "figure", "figcaption"}
_BLOCKS |= {"blockquote", "pre", *(f"h{level}" for level in range(1, 7))}
_SPACE = re.compile(r"[ \t\r\n\f]+")
# How many letters a word has that may have to end with its line, and after how many it may if nothing joins them; the
# places where something does.
_LONG_WORD, _LONG_IN_CELL = (25, 40), (12, 15)
_JOINT = re.compile(r"(?<=[/._?&=#:,–-])(?=[^/._?&=#:,–-])")
# A figure higher than this in its widths leaves half a page empty where it does not fit.
TALL = 0.9
# The text's width, the room of a page, what of it stands beside a figure's picture, and what a line of its caption
# takes and holds.
_TEXT_MM = 162
_PAGE_MM, _BESIDE_MM, _LINE_MM, _LINE_LETTERS = {"a4": 255, "us-letter": 237}, 26, 4.6, 105


def literal(text: str) -> str:
    """Return a text as a string of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return f'"{escaped}"'


def _softened(text: str, in_cell: bool = False) -> list[str]:
    """Return the parts of a text between which a line may end, though no space is there.

    Such a place in a long word follows a sign that joins its parts, or comes after many letters without one.
    """
    long, most = _LONG_IN_CELL if in_cell else _LONG_WORD
    parts = [""]
    for word in re.split(r"(\s+)", text):
        first, *others = _pieces(word, most) if len(word) >= long else [word]
        parts[-1] += first
        parts += others
    return parts


def _pieces(word: str, most: int) -> list[str]:
    return [part[i : i + most] for part in _JOINT.split(word) for i in range(0, len(part), most)]


def _classes(element: html.HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


class Translation:
    """One page on its way to Typst.

    Attributes:
        heads (list of bool): for each table, in order, whether the first cell of a row heads it.
    """

    def __init__(self, page: Path, styles: Path, paper: str) -> None:
        self._folder, self._paper = page.parent, paper
        self._root = html.fromstring(page.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
        self._styles = set(_DEFINED.findall(styles.read_text(encoding="utf-8")))
        self._body = self._root.find("body")
        self.is_brief = "brief" in _classes(self._body)
        known = {element.get("id") for element in self._body.iter() if isinstance(element.tag, str)}
        aims = {a.get("href")[1:] for a in self._body.iter("a") if (a.get("href") or "").startswith("#")}
        # Only what a link leads to needs a label.
        self._aims = (known & aims) - {None, ""}
        self._placed: set[str] = set()
        self._waiting: list[str] = []
        self._after_space = True
        self._in_cell = False
        self.heads: list[bool] = []

    def source(self) -> str:
        """Return the document of Typst."""
        body = self._call(self._body, self._inside(self._body))
        return f'#import "_static/{STYLES}": *\n#show: document-of.with({self._facts()})\n#{body}\n'

    def _facts(self) -> str:
        said = {m.get("name"): m.get("content") for m in self._root.iter("meta") if m.get("name")}
        date = [int(part) for part in (said.get("dcterms.created") or "").split("-") if part.isdigit()]
        day = "none" if len(date) != 3 else f"datetime(year: {date[0]}, month: {date[1]}, day: {date[2]})"
        keywords = [word.strip() for word in (said.get("keywords") or "").split(",") if word.strip()]
        authors = [name.strip() for name in (said.get("author") or "").split(";") if name.strip()]
        facts = {
            "title": literal(self._root.findtext(".//title") or ""),
            "authors": _tuple(map(literal, authors)),
            "description": literal(said.get("description") or ""),
            "keywords": _tuple(map(literal, keywords)),
            "date": day,
            "language": literal((self._root.get("lang") or "en").split("-")[0]),
            "paper": literal(self._paper),
            "brief": str(self.is_brief).lower(),
        }
        return f"({', '.join(f'{name}: {value}' for name, value in facts.items())})"

    # --- Text and calls ---------------------------------------------------------------------------------------

    def _inside(self, element: html.HtmlElement) -> str:
        """Return what an element holds as a block of code, whose values Typst joins."""
        parts = self._parts(element)
        if not parts:
            return "[]"
        return "{" + "; ".join(parts) + "}"

    def _parts(self, element: html.HtmlElement) -> list[str]:
        is_block = element.tag in _BLOCKS
        if is_block:
            self._after_space = True
        parts = [*self._places(element), *self._text(element.text)]
        for child in element:
            if isinstance(child.tag, str) and not HIDDEN & set(_classes(child)):
                parts += self._element(child)
                if child.tag in _BLOCKS:
                    self._after_space = True
            parts += self._text(child.tail)
        if is_block and parts and parts[-1].endswith(' "'):
            parts[-1] = parts[-1][:-2] + '"'
        return [part for part in parts if part != '""']

    def _text(self, text: str | None) -> list[str]:
        words = _SPACE.sub(" ", text or "")
        if self._after_space:
            words = words.removeprefix(" ")
        if not words:
            return []
        self._after_space = words.endswith(" ")
        first, *others = map(literal, _softened(words, self._in_cell))
        # A character for such a place would stand in the text that a reader copies.
        return [first, *(part for other in others for part in ("joint", other))]

    def _places(self, element: html.HtmlElement) -> list[str]:
        """Return the place that a link to the element leads to."""
        name = element.get("id")
        return [f"at({literal(name)})"] if self._is_new(name) else []

    def _is_new(self, name: str | None) -> bool:
        if name not in self._aims or name in self._placed:
            return False
        self._placed.add(name)
        return True

    def _call(self, element: html.HtmlElement, body: str) -> str:
        """Return the styles of an element's classes applied to a body, the last class innermost."""
        names = _classes(element)
        if "claim-fig" in names or "claim-theme" in names:
            names.remove("claim")
        for name in reversed(names):
            if f"c-{name}" in self._styles:
                is_long = name in WHOLE and len(element.text_content()) > LONG
                body = f"c-{name}({body}{', long: true' if is_long else ''})"
        return body

    # --- Elements ---------------------------------------------------------------------------------------------

    def _element(self, element: html.HtmlElement) -> list[str]:
        """Return the code of one element with its styles."""
        special = getattr(self, f"_do_{element.tag}", None)
        if special:
            return special(element)
        if f"e-{element.tag}" in self._styles:
            return [self._call(element, f"e-{element.tag}({self._inside(element)})")]
        if re.fullmatch("h[1-6]", element.tag):
            return self._heading(element)
        return [self._call(element, self._inside(element))]

    def _do_br(self, element: html.HtmlElement) -> list[str]:
        self._after_space = True
        return ["linebreak()"]

    def _do_section(self, element: html.HtmlElement) -> list[str]:
        """Return the parts of a section, whose name goes to its heading; the second of a brief begins its other page."""
        name = element.get("id")
        if self._is_new(name):
            self._waiting.append(name)
        before = [s for s in element.itersiblings(tag="section", preceding=True)]
        turn = self.is_brief and element.getparent().tag == "section" and len(before) == 1
        return [*(["pagebreak(weak: true)"] if turn else []), self._call(element, self._inside(element))]

    def _do_span(self, element: html.HtmlElement) -> list[str]:
        if "key" in _classes(element) and "cited-row" in _classes(element.getparent()):
            return [f"hanging-key({self._inside(element)})"]
        if NOTE in _classes(element):
            return self._notes(element)
        return [self._call(element, self._inside(element))]

    def _notes(self, first: html.HtmlElement) -> list[str]:
        """Return one note for all notes of a paragraph, where the first of them stands: each on its own would be a line."""
        block = next(up for up in first.iterancestors() if up.tag in _BLOCKS)
        notes = [note for note in block.iter("span") if NOTE in _classes(note)]
        if notes[0] is not first:
            return []
        before, parts = self._after_space, []
        for note in notes:
            self._after_space = True
            parts.append(self._inside(note))
        self._after_space = before
        return [f"c-{NOTE}({{{'; h(4pt); '.join(parts)}}})"]

    def _do_figure(self, element: html.HtmlElement) -> list[str]:
        """Return a figure; a tall one goes where the next page has room for it, and the text goes on."""
        body = self._call(element, self._inside(element))
        still = element.find("img")
        is_tall = still is not None and self._ratio(still) > TALL and not self.is_brief
        return [f"floating({body})" if is_tall else body]

    def _do_div(self, element: html.HtmlElement) -> list[str]:
        classes = _classes(element)
        if "chapter" in classes:
            part, head = element.find_class("part-name"), element.find(".//h1")
            title = _plain(head) if head is not None else ""
            return [
                f"chapter({literal(_plain(part[0]) if part else '')}, {literal(title)}, {self._inside(element)})"
            ]
        code = element.find("img[@class='code']")
        if code is not None:
            self._after_space = True
            element.remove(code)
            return [self._call(element, f"with-code({self._picture(code, '20mm')}, {self._inside(element)})")]
        return [self._call(element, self._inside(element))]

    def _heading(self, element: html.HtmlElement) -> list[str]:
        names, self._waiting = self._waiting, []
        places = [f"at({literal(name)})" for name in names[1:]]
        name = f", name: {literal(names[0])}" if names else ""
        return [*places, self._call(element, f"e-h({element.tag[1]}, {self._inside(element)}{name})")]

    def _do_a(self, element: html.HtmlElement) -> list[str]:
        address, names = element.get("href") or "", _classes(element)
        places = self._places(element)
        element.attrib.pop("id", None)
        inside = self._inside(element)
        aim = address[1:] if address.startswith("#") else ""
        if aim in self._aims:
            if "page-at" in names or "page-of" in names:
                space = '" "; ' if "page-at" in names else ""
                inside = f"{{{inside}; {space}page-of({literal(aim)})}}"
                self._after_space = False
            return [*places, f"to({literal(aim)}, {self._call(element, inside)})"]
        if re.match("(https?|mailto|tel):", address):
            return [*places, f"link({literal(address)}, {self._call(element, inside)})"]
        return [*places, self._call(element, inside)]

    def _do_pre(self, element: html.HtmlElement) -> list[str]:
        return [f"e-pre({literal(element.text_content().rstrip())})"]

    def _do_img(self, element: html.HtmlElement) -> list[str]:
        return [self._picture(element)]

    def _picture(self, element: html.HtmlElement, width: str = "100%") -> str:
        height = "auto"
        if width == "100%":
            width, height = self._room(element)
        path = element.get("src")
        return f"e-picture({literal('/' + path)}, {literal(element.get('alt') or '')}, {width}, {height})"

    def _room(self, element: html.HtmlElement) -> tuple[str, str]:
        """Return width and height of a still that leaves room on its page for title and caption."""
        box = next((up for up in element.iterancestors() if up.tag in ("figure", "div")), element)
        lines = len(box.text_content()) / _LINE_LETTERS
        most = 116 if self.is_brief else _PAGE_MM[self._paper] - _BESIDE_MM - _LINE_MM * lines
        return ("auto", f"{most:.0f}mm") if self._ratio(element) * _TEXT_MM > most else ("100%", "auto")

    def _ratio(self, element: html.HtmlElement) -> float:
        """Return how high a still is in its widths; 0 where it does not say so, as a photograph does not."""
        file = self._folder / element.get("src")
        head = file.read_text(encoding="utf-8").partition(">")[0] if file.suffix == ".svg" else ""
        size = {name: float(value) for name, value in re.findall(r'\b(width|height)="([\d.]+)', head)}
        return size["height"] / size["width"] if len(size) == 2 else 0

    # --- Lists ------------------------------------------------------------------------------------------------

    def _do_ul(self, element: html.HtmlElement) -> list[str]:
        return self._list(element, "list")

    def _do_ol(self, element: html.HtmlElement) -> list[str]:
        return self._list(element, "enum")

    def _list(self, element: html.HtmlElement, kind: str) -> list[str]:
        items = element.findall("li")
        if any("contents" in _classes(up) for up in element.iterancestors("nav")):
            return [line for item in items for line in self._contents_line(item)]
        parts = [*self._places(element), f"{kind}({', '.join(self._item(item) for item in items)})"]
        return [self._call(element, "{" + "; ".join(parts) + "}")]

    def _contents_line(self, item: html.HtmlElement) -> list[str]:
        entry = item.find("a")
        aim = entry.get("href")[1:]
        self._after_space = True
        return [f"contents-line({literal(aim)}, {self._inside(entry)})"] if aim in self._aims else []

    def _item(self, item: html.HtmlElement) -> str:
        """Return a list's item; its only paragraph is the item."""
        alone = item[0] if len(item) == 1 and item[0].tag == "p" and not item[0].get("class") else item
        return self._inside(alone)

    def _do_dl(self, element: html.HtmlElement) -> list[str]:
        items, terms = [], []
        for child in element:
            if child.tag == "dt":
                terms.append(self._inside(child))
            elif child.tag == "dd":
                term = "{" + "; linebreak(); ".join(terms) + "}"
                items.append(f"terms.item({term}, {self._item(child)})")
                terms = []
        return [self._call(element, f"terms({', '.join(items)})")]

    # --- Tables -----------------------------------------------------------------------------------------------

    def _do_table(self, element: html.HtmlElement) -> list[str]:
        head, rows = list(element.iterfind("thead/tr")), list(element.iterfind("tbody/tr"))
        places = self._places(element)
        caption = element.find("caption")
        words = f", caption: {self._inside(caption)}" if caption is not None else ""
        texts = [[_plain(cell) for cell in row] for row in rows]
        is_small = any((up.get("id") or "").startswith("twin-") for up in element.iterancestors())
        size = 6.8 if is_small else 8.7 if self.is_brief else 7.8
        room = _TEXT_MM / 25.4 * 72 / size
        columns = column_widths([_plain(cell) for cell in head[-1]] if head else [], texts, room)
        sides = ["right" if "number" in _classes(cell) else "left" for cell in (head or rows)[-1]]
        self.heads.append(bool(rows) and rows[0][0].tag == "th")
        cells = [self._cell(cell) for row in rows for cell in row]
        look = f", size: {size}pt{', pad-y: 1.7pt' if is_small else ''}"
        code = (
            f"e-table({_tuple(columns)}, {_tuple(sides)}, {_tuple(self._cell(c) for row in head for c in row)}, "
            f"{_tuple(cells)}{words}{look})"
        )
        return [*places, self._call(element, code)]

    def _cell(self, cell: html.HtmlElement) -> str:
        self._in_cell = True
        inside = self._inside(cell)
        self._in_cell = False
        options = [
            f"{name}: {cell.get(name)}" for name in ("colspan", "rowspan") if cell.get(name, "1") != "1"
        ]
        if len(cell.text_content()) > LONG:
            options.append("breakable: true")
        return f"table.cell({', '.join(options)}, {inside})" if options else inside


def _plain(element: html.HtmlElement) -> str:
    """Return the words of an element that paper shows."""
    return _SPACE.sub(" ", "".join(_shown(element))).strip()


def _shown(element: html.HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not HIDDEN & set(_classes(child)):
            yield from _shown(child)
        yield child.tail or ""


def _tuple(parts: Any) -> str:
    inside = "".join(f"{part}, " for part in parts)
    return f"({inside})"
