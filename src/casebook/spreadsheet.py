"""What a spreadsheet would take for a formula, and how a file that it may open keeps it a text."""

import re

# The full-width signs begin a formula in East Asian editions.
_BEGIN = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_PLAIN_NUMBER = re.compile(r"[+\-]?[\d.,]+ ?%?")
# Where the list separator is a semicolon, a spreadsheet cuts a file with commas at semicolons, whatever quotes say.
_CUTS = re.compile(r"([;\t\r\n]+)")


def safe_text(text: str, numbers: bool = True) -> str:
    """Return ``text`` with an apostrophe before each part of it that would be a formula in a spreadsheet.

    A part begins with the text, or after a semicolon, a tab or a line end. With ``numbers``, a plain number such as
    “-5” or “+3 %” is none.
    """
    if not _BEGIN.search(text):
        return text
    parts = _CUTS.split(text)
    for place, part in enumerate(parts):
        if _BEGIN.match(part) and not (numbers and _PLAIN_NUMBER.fullmatch(part.strip())):
            parts[place] = f"'{part}"
    return "".join(parts)
