"""Everything that can be wrong with a data package, as data."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from casebook.wording import shown

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Kind:
    """One kind of finding: what is wrong, how to repair it, and whether a book can still be right with it.

    The placeholders of both texts are the finding's own fields.
    """

    wrong: str
    repair: str
    severity: str = ERROR


KINDS: dict[str, Kind] = {
    # the descriptor
    "descriptor-missing": Kind("there is no {file}", "name the folder that holds datapackage.json"),
    "descriptor-invalid": Kind("{file} cannot be used: {found}", "correct it: {allowed}"),
    "descriptor-contradiction": Kind("{found}", "{allowed}"),
    "descriptor-contract": Kind("{found}", "the book reads {allowed}; put it back as in the book's own descriptor"),
    # files
    "table-missing": Kind("the table {file} is not there", "add the file{allowed}, or take the table out of datapackage.json"),
    "table-empty": Kind("the table has no rows", "add at least one row"),
    "file-unreadable": Kind("the file cannot be read: {found}", "{allowed}"),
    "file-kind": Kind("the file is no CSV but {found}", "save the table as “CSV UTF-8 (comma delimited)” under this name"),
    "file-merge": Kind("{found} is left over from merging two versions", "choose one version of the lines and remove the marks"),
    "file-extra": Kind("the file stands in the folder, but datapackage.json does not name it", "{allowed}", WARNING),
    "file-bom": Kind("the file begins with a byte order mark", "nothing has to be done; “UTF-8 without BOM” avoids it", WARNING),
    "file-line-ends": Kind("lines end with {found}", "nothing has to be done; line ends of one kind (LF) keep changes readable", WARNING),
    "encoding": Kind("{found} is not UTF-8", "save the file as “CSV UTF-8”{allowed}"),
    "separator": Kind("the cells are separated by {found}", "the separator is a comma: save the file as “CSV UTF-8 (comma delimited)”"),
    "quote-unbalanced": Kind("a quotation mark is not closed or stands in the wrong place in {found}", "put quotation marks round the whole cell and write each one within it twice"),
    # header and rows
    "header-missing": Kind("the file has no header", "the first line must be: {allowed}"),
    "column-missing": Kind("there is no such column", "add it {allowed}"),
    "column-extra": Kind("datapackage.json has no column {found}", "{allowed}"),
    "column-order": Kind("the columns stand in another order: {found}", "the order is: {allowed}"),
    "column-twice": Kind("the column stands {found} times", "keep one of them"),
    "row-length": Kind("the row has {found} cells", "it must have {allowed}; a text with a comma needs quotation marks round it"),
    "row-blank": Kind("the row is blank{found}", "remove what is blank; it counts nowhere", WARNING),
    "row-twice": Kind("the row says the same as the one in line {allowed}, but for its key", "remove one of them if they are one", WARNING),
    # values
    "value-missing": Kind("the cell is empty", "{allowed}"),
    "value-space": Kind("{found} begins or ends with a space", "remove it"),
    "value-inner-space": Kind("{found} holds an unusual space (such as a non-breaking one)", "write an ordinary space"),
    "value-lines": Kind("the cell runs over {found} lines", "write it in one line; a book shows it so", WARNING),
    "value-null-word": Kind("{found} is read as a text", "leave the cell empty if nothing is known; keep it if it is meant", WARNING),
    "value-error": Kind("{found} is what a spreadsheet shows where it failed", "type the value itself"),
    "value-mangled": Kind("{found} looks like a text that a spreadsheet turned into a date or a number", "format the column as text before typing; write the value again if it was changed", WARNING),
    "value-cut": Kind("the text has just {found} characters, as many as a spreadsheet's cell can hold", "check that its end is not cut off", WARNING),
    "value-type": Kind("found {found}", "allowed: {allowed}"),
    "number-decimal-comma": Kind("{found} has a decimal comma", "write {allowed}"),
    "number-thousands": Kind("{found} has a mark between thousands", "write {allowed}"),
    "number-exponent": Kind("{found} is written with an exponent, as a spreadsheet shortens long numbers", "write all digits of the number; digits may be lost"),
    "number-missing-word": Kind("{found} is no number", "leave the cell empty where no number is known"),
    "number-sign": Kind("{found} is no bare number", "write {allowed}; sign, unit and qualifier have columns of their own"),
    "date-order": Kind("{found} is a date in another form", "allowed: {allowed}, year, month and day"),
    "date-serial": Kind("{found} is the number by which a spreadsheet counts days", "write {allowed}, if that is the day that is meant"),
    "date-future": Kind("{found} lies in the future", "correct it, unless it is meant: a plan or a projection", WARNING),
    "date-impossible": Kind("there is no day {found}", "correct it"),
    "url-scheme": Kind("found {found}", "allowed: an address that begins with https:// or http://"),
    "url-invalid": Kind("found {found}", "allowed: {allowed}"),
    "value-level": Kind("found {found}", "allowed: {allowed}"),
    "value-pattern": Kind("found {found}", "it must match {allowed}"),
    "value-range": Kind("found {found}", "allowed: {allowed}"),
    "value-long": Kind("the text has {found} characters", "allowed: at most {allowed}"),
    "value-short": Kind("the text has {found} characters", "allowed: at least {allowed}"),
    "value-huge": Kind("the text has {found} characters", "shorten it: a reader will not get to its end, and paper shows its beginning only", WARNING),
    "value-formula": Kind("{found} would be a formula in a spreadsheet", "begin with a word; the book shows it as text, and downloads put an apostrophe before it", WARNING),
    "value-apostrophe": Kind("{found} begins with an apostrophe, by which a spreadsheet marks a text", "remove it if it is not meant; a file that was downloaded from a book may hold it", WARNING),
    "value-example": Kind("the cell still holds the example of a new package", "write your own text", WARNING),
    # letters
    "text-damaged": Kind("{found} holds letters damaged by a wrong encoding", "write {allowed}"),
    "text-lookalike": Kind("{found} mixes letters that look alike: {allowed}", "type the word again on one keyboard"),
    "text-invisible": Kind("{found} holds the invisible character {allowed}", "remove it"),
    "text-bidi": Kind("{found} holds {allowed}, which turns the order of the letters round", "remove it"),
    "text-control": Kind("{found} holds the control character {allowed}", "remove it"),
    "text-form": Kind("{found} holds an accent apart from its letter", "write {allowed} (Unicode form NFC)", WARNING),
    "text-markup": Kind("{found} looks like markup", "nothing has to be done if it is meant: the book shows it letter by letter", WARNING),
    # keys, references, rules between tables
    "key-empty": Kind("the key is empty", "give the row a key of its own"),
    "key-duplicate": Kind("the key {found} stands already in line {allowed}", "give the row a key of its own or remove it"),
    "key-alike": Kind("the key {found} differs from the one in line {allowed} only in case or punctuation", "give the row a key that differs in letters or digits"),
    "reference-broken": Kind("{found} is not in {allowed}", "correct the identifier or add the row it names"),
    "reference-cycle": Kind("the references run in a circle: {found}", "remove one of them"),
    "coding-agreed": Kind("the pair {found} has no agreed coding", "add a row with coder “agreed”"),
    "coding-single": Kind("the pair {found} lacks the coding of the coder “{allowed}”", "add it: agreement cannot be computed from one coder"),
    "coding-overruled": Kind("both coders gave {found} to the pair, the agreed coding is {allowed}", "give the reason in the row, or correct it", WARNING),
    "theme-bare": Kind("no evidence is coded to the theme {found}", "code at least one row of evidence to it, or let the book say that there is none", WARNING),
    "lead-twice": Kind("{found} has more than one actor that leads", "keep one “leads”, make the others “supports”"),
    "origin-unfounded": Kind("{found}", "{allowed}"),
    "source-unused": Kind("no row and no chapter cites the source {found}", "cite it or remove it", WARNING),
    "statement-uncited": Kind("no chapter cites the statement {found}", "say where the book stands on it", WARNING),
    "indicator-bare": Kind("the indicator {found} has no values", "add them to series.csv or remove it", WARNING),
    "panel-bare": Kind("the panel {found} has no lines", "add them to panel_lines.csv or remove it", WARNING),
    "line-bare": Kind("no value of {found} would be drawn", "add it to series.csv, or correct indicator and place", WARNING),
    "steps-missing": Kind("{found}", "give every level a name, as in “1=first;2=second”"),
    "scale-log": Kind("{found} cannot stand on a logarithmic scale", "make the panel's scale “linear”"),
    "criterion-measure": Kind("the criterion is {found}", "{allowed}"),
    "criterion-scale": Kind("the scale is {found}", "let it rise, and give each whole number of it one step, as in “0=none;1=some”"),
    "score-computed": Kind("{found} is a computed criterion", "remove the row: its scores are counted from other tables"),
    "score-scale": Kind("the score is {found}", "{allowed}"),
    "score-missing": Kind("{found} has no score for the criterion {allowed}", "judge it and give the reason in scores.csv"),
    "conflict-single": Kind("the conflict {found} has fewer than two values", "add the other one to conflict_values.csv or remove it", WARNING),
}  # fmt: skip


def _printable(name: str) -> str:
    """Return a name as it is, unless it holds what cannot be seen or goes on for ever: then as a text in quotes."""
    return name if name.isprintable() and name == name.strip() and len(name) <= 80 else shown(name)


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
        """Refuse a code that is not a kind."""
        if self.code not in KINDS:
            raise ValueError(f"unknown finding code {self.code!r}")

    @property
    def table(self) -> str:
        """The table the file holds; nothing for the descriptor."""
        return Path(self.file).stem if self.file.endswith(".csv") else ""

    @property
    def severity(self) -> str:
        """“error” where no right book can be made, else “warning”."""
        return KINDS[self.code].severity

    @property
    def wrong(self) -> str:
        """What is wrong, without the place."""
        return KINDS[self.code].wrong.format(**asdict(self))

    @property
    def repair(self) -> str:
        """What to do about it."""
        return KINDS[self.code].repair.format(**asdict(self))

    @property
    def message(self) -> str:
        """The finding in one sentence, with its repair."""
        place = _printable(self.file) + (f", line {self.line}" if self.line else "")
        place += f", column {_printable(self.column)}" if self.column else ""
        return f"{place}: {self.wrong}; {self.repair}."


@dataclass
class DataError(Exception):
    """A data package that cannot be used; carries every finding, warnings too."""

    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        """All findings, one a line, under the folder they were found in."""
        head = f"{count(self.findings)} in the data package {self.folder.name}/:"
        return "\n".join([head, *(f"  {line}" for line in as_text(self.findings))])


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with which no right book can be made."""
    return [f for f in findings if f.severity == ERROR]


def count(findings: Iterable[Finding]) -> str:
    """Return how many there are: “2 problem(s), 1 warning(s)”."""
    chosen = list(findings)
    bad = len(errors(chosen))
    parts = [f"{bad} problem(s)"] if bad else []
    parts += [f"{len(chosen) - bad} warning(s)"] if len(chosen) > bad else []
    return ", ".join(parts) or "no problems"


def as_text(findings: Iterable[Finding]) -> list[str]:
    """Return one line a finding; a warning says that it is one."""
    return [f"{'' if f.severity == ERROR else 'warning: '}{f.message}" for f in findings]


def as_records(findings: Iterable[Finding]) -> list[Mapping[str, object]]:
    """Return the findings as plain mappings, ready for JSON: the fields, table, severity, repair and message."""
    return [
        {**asdict(f), "table": f.table, "severity": f.severity, "repair": f.repair, "message": f.message}
        for f in findings
    ]


def as_annotations(findings: Iterable[Finding], folder: str) -> list[str]:
    """Return one GitHub workflow command a finding, which marks the line in a pull request.

    ``folder`` is the data package's path from the repository's root. Percent signs, line ends, and in properties
    colons and commas, are escaped as the runner's toolkit does.
    """

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return [
        f"::{f.severity} file={value(f'{folder}/{f.file}')},line={max(1, f.line)},title={value(f.code)}::{data(f.message)}"
        for f in findings
    ]
