"""The command ``casebook``: check a data package, build the book, draw its stills."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from casebook.archive import make_archive
from casebook.assemble import is_own, pages_root
from casebook.findings import DataError, as_annotations, as_records, as_text, count, errors
from casebook.paths import data_dir, find_root, stills_dir


def _check(args: argparse.Namespace) -> int:
    from casebook.load import find_problems  # noqa: PLC0415 - brings pandas; a build where nothing changed must not

    folder = Path(args.data).resolve() if args.data else data_dir()
    findings = find_problems(folder, _book_of(folder))
    if args.format == "json":
        records = {"folder": folder.name, "findings": as_records(findings)}
        print(json.dumps(records, ensure_ascii=False, indent=2))
    elif args.format == "github":
        print("\n".join(as_annotations(findings, os.path.relpath(folder))))
    else:
        print("\n".join([*as_text(findings), f"{folder.name}/: {count(findings)}."]))
    return 1 if (findings if args.strict else errors(findings)) else 0


def _book_of(folder: Path) -> Path | None:
    """Return the book whose chapters speak of the data package in ``folder``; None where none does."""
    try:
        root = find_root()
    except FileNotFoundError:
        return None
    return root if (root / "data").is_dir() and is_own(root, folder) else None


def _stills(args: argparse.Namespace) -> int:
    from casebook.stills import draw_stills  # noqa: PLC0415 - needs a browser; check must not

    built = Path(args.site) if args.site else find_root() / "_build" / "html"
    bundles = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((built / "figures").glob("*.json"))
    ]
    if not bundles:
        print(f"No figures in {built.name}/figures: build the book first.", file=sys.stderr)
        return 1
    root = find_root()
    # Pictures of other data stay with those data.
    written = draw_stills(bundles, stills_dir() if is_own(root, data_dir()) else data_dir() / "stills")
    print(f"{len(written)} still(s) drawn, {2 * len(bundles) - len(written)} up to date.")
    return 0


def _book(args: argparse.Namespace) -> int:
    from casebook.book import BuildError, build_book  # noqa: PLC0415 - brings the whole of Jupyter Book

    try:
        build_book(find_root(), pdf=not args.no_pdf)
    except (BuildError, DataError) as problem:
        print(problem, file=sys.stderr)
        print("The book was not built. What was built before is as it was.", file=sys.stderr)
        return 1
    return 0


def _edition(args: argparse.Namespace) -> int:
    from casebook.book import BuildError, build_edition  # noqa: PLC0415 - brings the whole of Jupyter Book

    try:
        build_edition(find_root(), args.kind, paper=args.paper)
    except (BuildError, DataError) as problem:
        print(problem, file=sys.stderr)
        print("Nothing was written. What was built before is as it was.", file=sys.stderr)
        return 1
    return 0


def _pages(args: argparse.Namespace) -> int:
    try:
        print(pages_root(find_root()))
    except DataError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _new(args: argparse.Namespace) -> int:
    from casebook.new import new_package  # noqa: PLC0415 - only whoever begins an edition needs it

    try:
        written = new_package(Path(args.folder).expanduser(), args.title)
    except OSError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{args.folder}: {len(written)} files. Read {Path(args.folder) / 'README.md'} first.")
    return 0


def _archive(args: argparse.Namespace) -> int:
    path = make_archive(find_root())
    print(f"{path.relative_to(find_root())}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 when all is well, 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="casebook", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="list everything that is wrong with a data package")
    check.add_argument("--data", metavar="DIR", help="the data package (default: $CASEBOOK_DATA, else data/)")
    check.add_argument("--format", choices=["text", "json", "github"], default="text")
    check.add_argument("--strict", action="store_true", help="exit 1 for warnings too")
    check.set_defaults(run=_check)
    stills = commands.add_parser(
        "stills", help="draw the still pictures that are missing or out of date (needs Chrome)"
    )
    stills.add_argument("--site", metavar="DIR", help="the built site (default: _build/html)")
    stills.set_defaults(run=_stills)
    book = commands.add_parser("book", help="build site and PDF, and swap them in when both are whole")
    book.add_argument("--no-pdf", action="store_true", help="build the site only")
    book.set_defaults(run=_book)
    pdf = commands.add_parser("pdf", help="write the PDFs anew from what the last build read")
    pdf.add_argument("--paper", choices=["", "a4", "letter"], default="", help="a paper size of its own")
    pdf.set_defaults(run=_edition, kind="pdf")
    epub = commands.add_parser("epub", help="write the EPUB anew from what the last build read")
    epub.set_defaults(run=_edition, kind="epub", paper="")
    pages = commands.add_parser(
        "pages", help="say where the pages are that a build reads, laid out if need be"
    )
    pages.set_defaults(run=_pages)
    new = commands.add_parser("new", help="begin a data package of your own in a new folder")
    new.add_argument("folder", metavar="DIR", help="a folder that does not exist yet")
    new.add_argument("--title", default="", help="the title of the edition")
    new.set_defaults(run=_new)
    archive = commands.add_parser(
        "archive", help="pack the built site, PDF, data and notebooks into one file"
    )
    archive.set_defaults(run=_archive)
    args = parser.parse_args(argv)
    try:
        return args.run(args)
    except FileNotFoundError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
