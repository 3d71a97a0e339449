"""The program behind the figures: which function a cell calls, and its text beside the pages."""

import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import casebook
from casebook import figures

CODE = "code"
PACKAGE = Path(casebook.__file__).parent


def builders_in(code: str) -> Iterator[tuple[str, str, int]]:
    """Yield (name, file within the package, line) of each figure builder that a cell calls, each once."""
    for name in dict.fromkeys(re.findall(r"\bfigures\.(\w+)\(", code)):
        builder = getattr(figures, name, None)
        if inspect.isfunction(builder):
            file = Path(inspect.getsourcefile(builder) or "").relative_to(PACKAGE)
            yield f"figures.{name}", file.as_posix(), inspect.getsourcelines(builder)[1]


def write_program(site: Path) -> None:
    """Copy the core and the figure builders beside the pages, as text that a browser shows."""
    for path in sorted([*PACKAGE.glob("*.py"), *(PACKAGE / "figures").glob("*.py")]):
        target = site / CODE / f"{path.relative_to(PACKAGE).as_posix()}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
