"""One file with everything a reader may want to keep: site, PDF, data, notebooks, and their checksums.

The bill of materials is made here, from the lock, so that no second copy of the lock is kept.
"""

import hashlib
import zipfile
from pathlib import Path

from casebook.bill import bill_text

# Every entry carries the same date, so that the same book gives the same bytes.
_DATE = (2026, 1, 1, 0, 0, 0)


def _members(root: Path) -> dict[str, Path]:
    """Return what goes into the archive: its name there and the file."""
    build = root / "_build"
    members = {
        f"site/{p.relative_to(build / 'html').as_posix()}": p
        for p in (build / "html").rglob("*")
        if p.is_file()
    }
    for kind in ("pdf", "epub"):
        members |= {p.name: p for p in (build / kind).glob(f"*.{kind}")}
    for name in (
        "README.md",
        "LICENSE",
        "LICENSE-CONTENT",
        "CITATION.cff",
        "requirements.txt",
        "requirements.lock",
        "constraints.txt",
        "THIRD-PARTY.md",
        "index.md",
    ):
        members[name] = root / name
    for folder in ("data", "chapters"):
        members |= {
            p.relative_to(root).as_posix(): p
            for p in (root / folder).rglob("*")
            if p.is_file() and p.suffix in (".csv", ".json", ".md")
        }
    return dict(sorted(members.items()))


def make_archive(root: Path) -> Path:
    """Pack the built book into ``_build/archive.zip`` with a ``SHA256SUMS`` and return where it is.

    Raises:
        FileNotFoundError: site or PDF has not been built.
    """
    for needed in (root / "_build" / "html" / "index.html", root / "_build" / "pdf" / "book.pdf"):
        if not needed.is_file():
            raise FileNotFoundError(f"There is no {needed.relative_to(root)}: run make book first.")
    target, aside = root / "_build" / "archive.zip", root / "_build" / ".archive.zip"
    sums = []
    with zipfile.ZipFile(aside, "w") as archive:
        bodies = {name: path.read_bytes() for name, path in _members(root).items()}
        for name, body in sorted((bodies | {"sbom.cdx.json": bill_text(root).encode()}).items()):
            sums.append(f"{hashlib.sha256(body).hexdigest()}  {name}\n")
            _add(archive, name, body)
        _add(archive, "SHA256SUMS", "".join(sums).encode())
    aside.replace(target)
    return target


def _add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, body, compresslevel=9)
