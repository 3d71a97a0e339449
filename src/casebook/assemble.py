"""Which pages a book has: the paper's own for its own data package, and an edition's for every other.

The chapters beside ``_config.yml`` speak of one data package, by name. For another one a folder of pages is laid out
under ``_build``: each page is the first found of the package's own, of those in ``edition/``, and of the book's.
"""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casebook.findings import DataError, Finding
from casebook.paths import data_dir
from casebook.schema import DESCRIPTOR, read_schema
from casebook.tailor import Rows, plain, tailor

PLACE = Path("_build") / ".edition"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Tables whose keys chapters name: a package that lacks one of them is no new version of the book's.
_NAMED = (
    "statements",
    "themes",
    "sources",
    "evidence",
    "recommendations",
    "conflicts",
    "panels",
    "indicators",
)
_LANDING = "index"


def pages_root(root: Path) -> Path:
    """Return the folder whose pages are built: ``root`` for its own data package, else an edition laid out for it.

    Raises:
        DataError: the data package's descriptor cannot be read, or names no authors or licence.
    """
    folder = data_dir()
    return root if is_own(root, folder) else lay_out(root, folder)


def is_own(root: Path, folder: Path) -> bool:
    """Say whether the chapters in ``root`` speak of the data package in ``folder``.

    They do if it is the package beside them and has the name that ``casebook_package`` in ``_config.yml`` gives, or
    if it is elsewhere, has that name too and still has every key of the one beside them: a new version of it.
    """
    wanted = _settings(root).get("casebook_package", "")
    beside = root / "data"
    if not wanted:
        return True
    try:
        name = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return folder == beside.resolve()  # `check` says what is wrong
    if name != wanted:
        return False
    return folder == beside.resolve() or not (beside / DESCRIPTOR).is_file() or not _lost(beside, folder)


def _settings(root: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - a check of a lone package needs none

    try:
        config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError):
        return {}
    return config.get("sphinx", {}).get("config", {})


def _lost(before: Path, after: Path) -> bool:
    """Say whether a package lacks a key that another has, in a table that chapters name."""
    return any(_keys(before / f"{table}.csv") - _keys(after / f"{table}.csv") for table in _NAMED)


def _keys(path: Path) -> set[str]:
    """Return the values of the first column of a table; none where it cannot be read."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row[0] for row in csv.reader(file) if row}
    except (OSError, ValueError, csv.Error):
        return set()


def lay_out(root: Path, folder: Path) -> Path:
    """Write the pages of an edition for the package in ``folder`` under ``_build`` and return where they are.

    A file that is as it should be is not touched, so that a build reads again only what changed.

    Raises:
        DataError: the descriptor cannot be read.
    """
    import yaml  # noqa: PLC0415

    said = describe(folder)
    sources = (folder, root / "edition", root)
    toc = _first(sources, "_toc.yml").read_text(encoding="utf-8")
    rows = {table.name: _rows(folder / table.path) for table in read_schema(folder).tables}
    files: dict[str, bytes] = {
        "_toc.yml": toc.encode(),
        "_config.yml": _config(root, said).encode(),
        "CITATION.cff": _citation(folder, said).encode(),
    }
    pages = _pages(yaml.safe_load(toc))
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for page in pages:
        text = _first(sources, f"{page}.md").read_text(encoding="utf-8")
        if "/annexes/" in page:
            text = re.sub(
                r"^# Annex [A-Z]: ", lambda _: f"# Annex {next(letters)}: ", text, flags=re.MULTILINE
            )
        files[f"{page}.md"] = tailor(_filled(text, said), rows).encode()
    for part in ("chapters", "stills", "fonts"):
        for path in sorted((folder / part).rglob("*")):
            if path.is_file() and path.suffix != ".md":
                files[path.relative_to(folder).as_posix()] = path.read_bytes()
    # One folder for each package, so that builds of two at once do not mix.
    place = root / PLACE / hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    _write(place, files)
    return place


def describe(folder: Path) -> dict[str, str]:
    """Return what a package says of its edition: title, short_title, description, authors, date and so on.

    All of it stands in ``datapackage.json``; what has no place in a Frictionless descriptor stands under ``casebook``.

    Raises:
        DataError: the descriptor cannot be read.
    """
    schema = read_schema(folder)
    raw = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
    own, title = dict(schema.facts), schema.title
    date = str(raw.get("created") or "")[:10]
    if not _DATE.fullmatch(date):
        found = f"“created” is {date!r}" if date else "there is no “created”"
        allowed = "the date of the edition, such as 2026-01-31"
        raise DataError(folder, [Finding(DESCRIPTOR, 0, "", "descriptor-invalid", found, allowed)])
    people = [str(c["title"]) for c in raw.get("contributors", ()) if isinstance(c, dict) and c.get("title")]
    return {
        "title": title,
        "short_title": own.get("short_title") or (title if len(title) <= 40 else title[:39].rstrip() + "…"),
        "description": str(raw.get("description") or title),
        "authors": "; ".join(people) or "The makers of this edition",
        "version": schema.version or "0",
        "date": date,
        "licence": schema.license,
        "keywords": "; ".join(map(str, raw.get("keywords", ()))),
        "paper_title": own.get("paper_title", ""),
        "paper_authors": own.get("paper_authors", ""),
        "repository": own.get("repository", "none"),
        "address": own.get("address", ""),
    }


def _filled(text: str, said: dict[str, str]) -> str:
    """Return a page with ``{{{name}}}`` filled in from the descriptor, as text that is no markup."""
    return re.sub(r"\{\{\{(\w+)\}\}\}", lambda m: plain(said[m[1]]), text)


def _config(root: Path, said: dict[str, str]) -> str:
    import yaml  # noqa: PLC0415

    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config |= {"title": said["title"], "author": said["authors"], "copyright": said["date"][:4]}
    config["sphinx"]["config"] |= {
        "html_short_title": said["short_title"],
        "casebook_paper_authors": said["paper_authors"],
        "casebook_edition": f"{said['title']}, version {said['version']}, by {said['authors']}.",
        "casebook_repository": said["repository"],
        "casebook_package": "",
    }
    if said["address"]:
        config["sphinx"]["config"]["html_baseurl"] = said["address"]
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False)


def _citation(folder: Path, said: dict[str, str]) -> str:
    """Return the package's own citation file, or one made of what its descriptor says."""
    import yaml  # noqa: PLC0415

    own = folder / "CITATION.cff"
    if own.is_file():
        return own.read_text(encoding="utf-8")
    cff: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Cite this edition for its evidence, data and figures.",
        "type": "dataset",
        "title": said["title"],
        "version": said["version"],
        "date-released": said["date"],
        "license": said["licence"],
        "authors": [{"name": name} for name in said["authors"].split("; ")],
        "keywords": said["keywords"].split("; ") if said["keywords"] else [],
    }
    if said["paper_title"]:
        people = [{"name": name} for name in said["paper_authors"].split("; ") if name]
        cff["references"] = [{"type": "generic", "title": said["paper_title"], "authors": people}]
    return yaml.safe_dump(cff, allow_unicode=True, sort_keys=False)


def _first(folders: tuple[Path, ...], name: str) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"_toc.yml names {name}, which neither the data package nor the book has.")


def _pages(toc: dict[str, Any]) -> list[str]:
    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from ([value["file"]] if "file" in value else [])
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part)

    return [toc.get("root", _LANDING), *walk(toc)]


def _rows(path: Path) -> Rows:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return []


def _write(place: Path, files: dict[str, bytes]) -> None:
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(place).as_posix() not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, body in files.items():
        path = place / name
        if not path.is_file() or path.read_bytes() != body:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
