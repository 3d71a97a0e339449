"""A book of a few pages over the small package, built as the real one is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from small import ROOT, write_small

RUN = "from jupyter_book.cli.main import main; main()"
CELL = "```{{code-cell}} ipython3\n{}\n```\n"
HEAD = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"


class Book:
    """A book of two pages over the small package, built as the real one is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = write_small(folder / "data")
        shutil.copyfile(ROOT / "_config.yml", folder / "_config.yml")
        (folder / "_toc.yml").write_text(
            "format: jb-book\nroot: index\nparts:\n- caption: P\n  chapters:\n  - file: chapters/about/help\n  - file: chapters/about/edition\n  - file: chapters/all\n"
        )
        (folder / "chapters" / "about").mkdir(parents=True)
        for page in ("help", "edition"):
            (folder / "chapters" / "about" / f"{page}.md").write_text(f"# Page {page}\n\nText.\n")
        (folder / "chapters" / "all.md").write_text(
            "# All\n\n```{paper-statements}\n```\n```{evidence-catalogue}\n```\n```{reference-list}\n```\n```{actions} R1\n```\n\n## Themes\n\n"
            + "".join(
                f"```{{theme-summaries}} {k}\n```\n"
                for k in ("success factor", "challenge", "best practice", "recommendation")
            )
        )

    def build(self, text: str, *options: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "index.md").write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", RUN, "build", str(self.folder), "-q", *options]
        environment = {**os.environ, "CASEBOOK_DATA": str(self.data), "PYTHONUTF8": "1"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def command(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start the command ``casebook`` in the book's folder."""
        environment = {**os.environ, "CASEBOOK_DATA": str(self.data), **options.pop("env", {})}
        return subprocess.Popen(
            [sys.executable, "-m", "casebook.cli", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def run(self, *arguments: str, **options: Any) -> tuple[int, str]:
        """Run the command ``casebook`` and return its exit code and what it said."""
        with self.command(*arguments, **options) as process:
            said, _ = process.communicate()
        return process.returncode, said

    @property
    def page(self) -> str:
        return (self.folder / "_build" / "html" / "index.html").read_text(encoding="utf-8")
