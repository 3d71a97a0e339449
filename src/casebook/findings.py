"""Everything that can be wrong with a data package, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

# code → (what is wrong, how to repair it); the placeholders are the finding's own fields.
TEMPLATES: dict[str, tuple[str, str]] = {
    "descriptor-missing": ("there is no {file}", "name the folder that holds datapackage.json"),
    "descriptor-invalid": ("{file} cannot be used: {found}", "correct it: {allowed}"),
    "table-missing": (
        "the table {file} is not there",
        "add the file, or take the table out of datapackage.json",
    ),
    "table-empty": ("the table has no rows", "add at least one row"),
    "encoding": ("the file is not UTF-8: {found}", "save it as CSV UTF-8"),
    "csv-broken": (
        "the file cannot be read as CSV: {found}",
        "check quotes and separators; the separator is a comma",
    ),
    "columns": ("the columns are {found}", "they must be, in this order: {allowed}"),
    "row-length": ("the row has {found} cells", "it must have {allowed}; check commas and quotes"),
    "row-blank": ("the row is blank", "remove it"),
    "value-missing": ("the cell is empty", "{allowed}"),
    "value-space": ("{found} begins or ends with a space", "remove it"),
    "value-type": ("found {found}", "allowed: {allowed}"),
    "value-level": ("found {found}", "allowed: {allowed}"),
    "value-pattern": ("found {found}", "it must match {allowed}"),
    "value-range": ("found {found}", "allowed: {allowed}"),
    "value-long": ("the text has {found} characters", "allowed: at most {allowed}"),
    "key-duplicate": (
        "the key {found} stands already in line {allowed}",
        "give the row a key of its own or remove it",
    ),
    "reference-broken": ("{found} is not in {allowed}", "correct the identifier or add the row it names"),
    "coding-agreed": ("the pair {found} has no agreed coding", "add a row with coder “agreed”"),
    "theme-bare": ("no evidence is coded to the theme {found}", "code at least one row of evidence to it"),
    "lead-twice": (
        "{found} has more than one actor that leads",
        "keep one “leads”, make the others “supports”",
    ),
    "origin-unfounded": ("{found}", "{allowed}"),
}


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where it is, what was found, what is allowed.

    ``line`` is the line of the file at which the row begins, counted from 1 with the header as line 1; 0 where
    no line can be named.
    """

    file: str
    line: int
    column: str
    code: str
    found: str = ""
    allowed: str = ""

    def __post_init__(self) -> None:
        """Refuse a code that has no template."""
        if self.code not in TEMPLATES:
            raise ValueError(f"unknown finding code {self.code!r}")

    @property
    def message(self) -> str:
        """The finding in one sentence, with its repair."""
        wrong, repair = TEMPLATES[self.code]
        place = self.file + (f", line {self.line}" if self.line else "")
        place += f", column {self.column}" if self.column else ""
        fields = asdict(self)
        return f"{place}: {wrong.format(**fields)}; {repair.format(**fields)}."


@dataclass
class DataError(Exception):
    """A data package that cannot be used; carries every finding."""

    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        """All findings, one a line, under the folder they were found in."""
        head = f"{len(self.findings)} problem(s) in the data package {self.folder.name}/:"
        return "\n".join([head, *(f"  {f.message}" for f in self.findings)])


def as_records(findings: Iterable[Finding]) -> list[Mapping[str, object]]:
    """Return the findings as plain mappings, message included, ready for JSON."""
    return [{**asdict(f), "message": f.message} for f in findings]
