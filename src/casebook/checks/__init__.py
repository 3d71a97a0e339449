"""Everything that is checked in a data package, one module a concern; all findings at once."""

from collections.abc import Callable, Iterator, Mapping

from casebook.checks.criteria import check_criteria
from casebook.checks.keys import check_cycles, check_keys, check_references, check_repeats
from casebook.checks.rules import check_rules
from casebook.checks.series import check_series
from casebook.checks.values import check_values
from casebook.findings import Finding
from casebook.schema import Schema
from casebook.sheet import Sheet

CHECKS: tuple[Callable[[Schema, Mapping[str, Sheet]], Iterator[Finding]], ...] = (
    check_values,
    check_keys,
    check_repeats,
    check_references,
    check_cycles,
    check_rules,
    check_series,
    check_criteria,
)


def check_sheets(schema: Schema, sheets: Mapping[str, Sheet]) -> list[Finding]:
    """Return everything that is wrong with the tables: what their files gave away, then every check."""
    found = [finding for sheet in sheets.values() for finding in sheet.findings]
    for check in CHECKS:
        found += check(schema, sheets)
    return found
