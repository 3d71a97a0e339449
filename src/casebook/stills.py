"""Still pictures of the figures: drawn once with Chrome, committed, checked at every build.

A still is an SVG in the light colours, rewritten so that each colour is a custom property with a dark twin; it
carries the fingerprint of the figure it shows. A build never draws: it shows a still whose fingerprint matches and
refuses any other.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from casebook.drawing import WIDTHS, Spec, fingerprint
from casebook.tokens import DARK, LIGHT, css_variables

_MARK = re.compile(r"<!-- figure ([0-9a-f]{64}) -->")
_RGB = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")
# A colour in a style or an attribute; a reference to an id looks alike but stands in url(…) or href.
_HEX = re.compile(r"(?<=[ :\"'])#[0-9a-fA-F]{6}\b")


def still_path(folder: Path, name: str, width: str) -> Path:
    """Return where the still of a drawing stands."""
    return folder / f"{name}.{width}.svg"


def fresh_still(folder: Path, name: str, width: str, spec: Spec) -> str | None:
    """Return the still's SVG if it shows just this figure, else None."""
    path = still_path(folder, name, width)
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    mark = _MARK.search(text)
    return text if mark and mark[1] == fingerprint(spec) else None


def tidy_svg(svg: str, mark: str) -> str:
    """Rewrite plotly's SVG: stable ids, colours as custom properties with a dark twin, the fingerprint on top."""
    names = {value.lower(): name for name, value in LIGHT.items()}

    def themed(match: re.Match[str]) -> str:
        value = match[0].lower()
        return f"var(--c-{names[value]}, {value})" if value in names else value

    ids = list(dict.fromkeys(re.findall(r'id="([^"]+)"', svg)))
    for count, old in enumerate(sorted(ids, key=len, reverse=True)):
        svg = (
            svg.replace(f'id="{old}"', f'id="s{count}"')
            .replace(f"#{old}'", f"#s{count}'")
            .replace(f'#{old}"', f'#s{count}"')
            .replace(f"#{old})", f"#s{count})")
            .replace(f"#{old}&quot;", f"#s{count}&quot;")
        )
    svg = _RGB.sub(lambda match: "#" + "".join(f"{int(part):02x}" for part in match.groups()), svg)
    svg = _HEX.sub(themed, svg)
    svg = re.sub(r'\s(class|data-unformatted|data-math|data-notex)="[^"]*"', "", svg)
    svg = re.sub(r"<(g|defs|clipPath)(\s[^>]*)?/>|<g(\s[^>]*)?></g>", "", svg)
    svg = re.sub(r"(\d+\.\d{2})\d+", r"\1", svg)
    style = f"<style>:root{{{css_variables(LIGHT)}}}@media (prefers-color-scheme: dark){{:root{{{css_variables(DARK)}}}}}</style>"
    head, rest = svg.split(">", 1)
    return f"{head}><!-- figure {mark} -->{style}{rest}\n"


def flat_svg(svg: str) -> str:
    """Return a still in plain light colours, for paper."""
    svg = re.sub(r"<style>.*?</style>", "", svg, count=1, flags=re.DOTALL)
    # The print stylesheet brings its own fonts, so that the PDF is the same wherever it is set.
    svg = re.sub(
        r"font-family: [^;]*;", "font-family: Book Sans, Book Sans Ext, Book Symbols, sans-serif;", svg
    )
    return re.sub(r"var\(--c-[a-z]+, (#[0-9a-f]{6})\)", r"\1", svg)


def draw_stills(bundles: Iterable[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Draw every still that is missing or out of date and return the files written; drop those of no figure.

    Needs the extra ``stills`` (kaleido) and an installed Chrome or Chromium.
    """
    folder.mkdir(exist_ok=True)
    wanted, jobs = set(), []
    for bundle in bundles:
        for width, spec in bundle["specs"].items():
            path = still_path(folder, bundle["name"], width)
            wanted.add(path)
            if fresh_still(folder, bundle["name"], width, spec) is None:
                jobs.append((path, spec))
    for path in set(folder.glob("*.svg")) - wanted:
        path.unlink()
    if not jobs:
        return []
    import kaleido  # noqa: PLC0415 - only whoever draws stills has it

    # Without MathJax, which would come from another server and set what stands between two dollar signs as a formula.
    page = kaleido.PageGenerator(mathjax=False)
    kaleido.start_sync_server(page_generator=page, silence_warnings=True)
    try:
        for path, spec in jobs:
            size = {"width": spec["layout"].get("width", WIDTHS["wide"]), "height": spec["layout"]["height"]}
            svg = kaleido.calc_fig_sync(spec, opts={"format": "svg", **size}).decode()
            path.write_text(tidy_svg(svg, fingerprint(spec)), encoding="utf-8")
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    return [path for path, _ in jobs]
