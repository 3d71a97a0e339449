"""Fonts and colours of the site."""

from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import casebook.sphinxext
from casebook.sphinxext.site import TEXT
from casebook.tokens import DARK, LIGHT

STATIC = Path(casebook.sphinxext.__file__).parent / "theme" / "casebook" / "static"


@pytest.mark.parametrize("kind", ["serif", "sans"])
def test_a_font_has_the_letters_of_the_text_and_is_light(kind: str) -> None:
    path = STATIC / f"{kind}.woff2"
    font = TTFont(path)
    assert {*map(ord, "azAZ09 .,;:!?()[]/%&–—‘’“”…±−éäöü")} <= set(font.getBestCmap())
    (weight,) = font["fvar"].axes
    assert (weight.axisTag, weight.minValue, weight.maxValue) == ("wght", 400, 600)
    # The licence keeps the name of the unchanged fonts for them.
    assert "Source" not in font["name"].getDebugName(1) + font["name"].getDebugName(4)
    assert path.stat().st_size < 22_000


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("name", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_text_has_seven_to_one_on_every_ground(name: str, palette: dict[str, str]) -> None:
    for text, ground in product([palette["ink"], *TEXT[name].values()], ("paper", "surface", "faint")):
        low, high = sorted((luminance(text), luminance(palette[ground])))
        assert (high + 0.05) / (low + 0.05) >= 7, (text, ground)
