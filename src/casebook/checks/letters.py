"""Letters that a reader cannot see or tell apart, and texts that went through a wrong encoding."""

import re
import unicodedata
from collections.abc import Iterator

from casebook.wording import shown

Problem = tuple[str, str, str]  # code, found, allowed

_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS = set("\u200e\u200f\u061c")  # they have a use where letters run from right to left
_JOINERS = set("\u200c\u200d")  # they have a use in Sinhala, Persian and many other scripts, and in emoji
_WORD = re.compile(r"[^\W\d_]+")
# Letters of other scripts that look like Latin ones (the confusables of Unicode TR 39 that a keyboard offers).
_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι"
_LIKE = set(_CYRILLIC + _GREEK + "ՕՍօոսցհ")
_STYLED = ("FULLWIDTH LATIN", "FULLWIDTH DIGIT", "MATHEMATICAL ")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});|\{\{[^{}]{0,200}\}\}|\{%[^%{}]{0,200}%\}|\]\((?:javascript|data|vbscript):", re.IGNORECASE)  # fmt: skip


def letter_problems(text: str) -> Iterator[Problem]:
    """Yield what is wrong with the letters of a cell as (code, found, allowed)."""
    if _MARKUP.search(text):
        yield "text-markup", shown(text), ""
    if text.isascii() and text.isprintable():
        return
    yield from _hidden(text)
    if repaired := _damage(text):
        yield "text-damaged", shown(text), repaired
    if mixed := _mixed(text):
        yield "text-lookalike", shown(text), mixed
    if unicodedata.normalize("NFC", text) != text:
        yield "text-form", shown(text), shown(unicodedata.normalize("NFC", text))


def name_of(letter: str) -> str:
    """Return a letter's code point and name: “U+200B ZERO WIDTH SPACE”."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()


def _hidden(text: str) -> Iterator[Problem]:
    rtl = any(unicodedata.bidirectional(c) in ("R", "AL") for c in text if c not in _MARKS)
    for place, letter in enumerate(text):
        kind = unicodedata.category(letter)
        if letter == "\n" or (letter == "\r" and text[place + 1 : place + 2] == "\n"):
            continue
        if letter in _BIDI or (letter in _MARKS and not rtl):
            yield "text-bidi", shown(text), name_of(letter)
        elif letter in _MARKS or (letter in _JOINERS and _joins(text, place)):
            continue
        elif kind == "Cf" or letter in "\u2800\u3164\u115f\u1160\uffa0\u034f":
            yield "text-invisible", shown(text), name_of(letter)
        elif kind in ("Cc", "Co", "Cn", "Zl", "Zp"):
            yield "text-control", shown(text), name_of(letter)
        else:
            continue
        return


def _joins(text: str, place: int) -> bool:
    """Say whether a joiner stands after a letter of a script that uses joiners, or in an emoji."""
    before = unicodedata.name(text[place - 1], "") if place else ""
    return (
        place > 0
        and not before.startswith(("LATIN", "CYRILLIC", "GREEK", "SPACE", "DIGIT"))
        and ord(text[place - 1]) > 0x2FF
    )


def _damage(text: str) -> str:
    """Return what a text must have been that was read in a wrong encoding; nothing if it was not."""
    if "\ufffd" in text:
        return "the letters that were lost"
    for encoding in ("cp1252", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return shown(meant) if meant != text else ""
    # Damage in one word of a text that is otherwise sound.
    for run in re.findall(
        r"(?:[Ââ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,2}|Ã[\u0080-\u00bf]|à[¶·¸®¯][\u0080-\u00bf€‚ƒ„…†‡])+",
        text,
    ):
        try:
            return shown(run.encode("cp1252").decode("utf-8"))
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return ""


def _mixed(text: str) -> str:
    """Return the letters in a word of Latin letters that are of another script, by name; nothing if there are none."""
    for letter in text:
        if unicodedata.name(letter, "").startswith(_STYLED) and not re.search(
            r"[\u3040-\u9fff\uac00-\ud7af]", text
        ):
            return name_of(letter)
    words = _WORD.findall(text)
    for word in words:
        if word.isascii():
            continue
        foreign = [c for c in word if _script(c) in ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")]
        latin = [c for c in word if _script(c) == "LATIN"]
        # A Greek letter before a Latin unit (μg) is a sign of its own.
        if foreign and latin and not (len(foreign) == 1 and word[0] in "µμΩ"):
            return ", ".join(dict.fromkeys(map(name_of, foreign)))
        if foreign and not latin and len(word) > 1 and set(word) <= _LIKE and any(w.isascii() for w in words):
            return ", ".join(dict.fromkeys(map(name_of, foreign)))
    return ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]
