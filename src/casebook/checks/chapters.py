"""What the chapters leave out: statements that none of them cites."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from casebook.findings import Finding
from casebook.sheet import Sheet

_STATEMENT = re.compile(r"\{stmt\}`([^`]+)`")


def check_chapters(root: Path, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield the statements that no chapter under ``root`` cites."""
    pages = [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]
    text = "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in pages if p.is_file())
    cited = {key.strip() for keys in _STATEMENT.findall(text) for key in keys.split(";")}
    sheet = sheets["statements"]
    for line, key in zip(sheet.lines, sheet.cells["statement_id"], strict=True):
        if key and key not in cited:
            yield Finding(sheet.table.path, line, "statement_id", "statement-uncited", key)
