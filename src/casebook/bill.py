"""What the book is made with: a bill of materials for the archive (CycloneDX), and the list of licences.

Both follow from ``requirements.lock`` and from what the installed packages state; the same lock and the same packages
give the same bytes. Run as a module (by `make lock`) this writes ``THIRD-PARTY.md``.
"""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from casebook.paths import find_root

LOCK, LICENCES = "requirements.lock", "THIRD-PARTY.md"
STATIC = "src/casebook/sphinxext"
# What is shipped inside the site or the PDF, and where its licence stands in this repository.
SHIPPED = (
    ("plotly.js (basic)", "MIT", f"{STATIC}/static/LICENSE-plotly", "the site: live figures"),
    ("Casebook Serif and Casebook Sans, made from the Source fonts", "OFL-1.1", f"{STATIC}/theme/casebook/static/LICENSE-fonts", "the site: text"),
    ("Source Serif 4", "OFL-1.1", f"{STATIC}/theme/casebook_print/static/fonts/LICENSE-source-serif", "the PDF: text"),
    ("Source Sans 3", "OFL-1.1", f"{STATIC}/theme/casebook_print/static/fonts/LICENSE-source-sans", "the PDF: notes and figures"),
    ("DejaVu Sans (symbols)", "Bitstream-Vera", f"{STATIC}/theme/casebook_print/static/fonts/LICENSE-dejavu-sans", "the PDF: signs"),
)  # fmt: skip
_PIN = re.compile(r"^([\w.-]+)==([^\s\\;]+)(.*?)(?=^[\w.-]+==|\Z)", re.MULTILINE | re.DOTALL)
HEAD = """# What this book is made with, and under which licences

Written by `make lock`; not by hand. Text and data of the book are under LICENSE-CONTENT, its code is under LICENSE.

## Shipped with the site, the PDF or the repository

| what | licence | text of the licence | where |
|---|---|---|---|
"""


def locked(text: str) -> list[tuple[str, str, list[str]]]:
    """Return the packages of a lock: name, version and the SHA-256 of each published file."""
    return [(m[1], m[2], sorted(re.findall(r"sha256:([0-9a-f]{64})", m[3]))) for m in _PIN.finditer(text)]


def licence(name: str) -> str:
    """Return the licence that an installed package states: its SPDX expression, else its classifiers or its word."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:  # the lock serves other systems too
        return "not stated"
    if facts.get("License-Expression"):
        return str(facts["License-Expression"])
    classes = [c.split(" :: ")[-1] for c in facts.get_all("Classifier") or [] if c.startswith("License ::")]
    word = (facts.get("License") or "").strip().splitlines()
    return " or ".join(classes) or (word[0][:60] if word else "not stated")


def bill(packages: list[tuple[str, str, list[str]]], licences: dict[str, str]) -> dict[str, Any]:
    """Return the software bill of materials as CycloneDX 1.6."""
    parts: list[dict[str, Any]] = [
        {
            "type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
            "purl": f"pkg:pypi/{name}@{version}", "licenses": [{"license": {"name": licences[name]}}],
            "externalReferences": [{"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/",
                                    "hashes": [{"alg": "SHA-256", "content": value} for value in hashes]}],
        }
        for name, version, hashes in packages
    ]  # fmt: skip
    parts += [
        {
            "type": "library",
            "bom-ref": f"shipped/{i}",
            "name": name,
            "licenses": [{"license": {"name": word}}],
        }
        for i, (name, word, *_) in enumerate(SHIPPED)
    ]
    subject = {
        "type": "application",
        "bom-ref": "casebook",
        "name": "casebook",
        "licenses": [{"license": {"id": "MIT"}}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": parts,
    }


def table(packages: list[tuple[str, str, list[str]]], licences: dict[str, str]) -> str:
    """Return the list of licences as Markdown."""
    shipped = "".join(f"| {name} | {word} | {file} | {use} |\n" for name, word, file, use in SHIPPED)
    rows = "".join(f"| {name} | {version} | {licences[name]} |\n" for name, version, _ in packages)
    return f"{HEAD}{shipped}\n## Installed to build it, and not shipped\n\n| package | version | licence, as the package states it |\n|---|---|---|\n{rows}"


def _read(root: Path) -> tuple[list[tuple[str, str, list[str]]], dict[str, str]]:
    packages = locked((root / LOCK).read_text(encoding="utf-8"))
    return packages, {name: licence(name) for name, *_ in packages}


def bill_text(root: Path) -> str:
    """Return the bill of materials of the book in ``root`` as JSON."""
    return json.dumps(bill(*_read(root)), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (find_root() / LICENCES).write_text(table(*_read(find_root())), encoding="utf-8")
