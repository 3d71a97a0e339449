"""Colour and type tokens: one meaning, one colour, for stylesheet, figures and print.

Each colour occurs once in the light palette, so that a drawing made in light colours can be recoloured by
looking its colours up. Lightness differs between the stances, so that they stay apart in grey print; a sign or
a pattern says the same without colour.
"""

LIGHT: dict[str, str] = {
    "paper": "#fffefb",
    "surface": "#f5f2ea",
    "line": "#d9d3c5",
    "muted": "#5b5a55",
    "ink": "#1c1d1f",
    "accent": "#0a5a66",
    "supports": "#14568c",
    "qualifies": "#c98a12",
    "challenges": "#8e2b3a",
    "official": "#2f6f5e",
    "reported": "#7b5ea7",
    "faint": "#ece7db",
    "neutral": "#8b877c",
}

DARK: dict[str, str] = {
    "paper": "#16181b",
    "surface": "#1f2226",
    "line": "#3b3f45",
    "muted": "#b3afa5",
    "ink": "#ece9e2",
    "accent": "#6fc5d1",
    "supports": "#78b4e6",
    "qualifies": "#e9b44c",
    "challenges": "#e88a96",
    "official": "#7cc7b0",
    "reported": "#bda5e4",
    "faint": "#2a2d32",
    "neutral": "#8f8c85",
}

SIGN: dict[str, str] = {"supports": "+", "qualifies": "±", "challenges": "−"}

# Arial's widths are shared by Liberation Sans, Arimo and Helvetica, so labels keep their room on most systems.
FIGURE_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
FIGURE_SIZE = 13


def css_variables(palette: dict[str, str]) -> str:
    """Return the palette as CSS custom properties, ``--c-NAME: #hex;``."""
    return " ".join(f"--c-{name}: {value};" for name, value in palette.items())
