"""Every package is pinned with hashes, named in the bill of materials, and its licence is listed."""

import json
import re

import pytest

from casebook.bill import SHIPPED, bill_text, locked
from small import ROOT

# The package index's own tools, which pip freeze leaves out of constraints.txt.
UNPINNED = {"setuptools", "wheel"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {normal(n): v for n, _, v in (line.partition("==") for line in lines if "==" in line)}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_holds_the_pinned_versions_with_hashes(name: str) -> None:
    packages = locked((ROOT / name).read_text(encoding="utf-8"))
    assert len(packages) > 60
    assert {normal(n): v for n, v, _ in packages if n not in UNPINNED}.items() <= pinned().items(), (
        "run: make lock"
    )
    assert [n for n, _, hashes in packages if not hashes] == []


def test_the_test_lock_holds_every_pin() -> None:
    packages = locked((ROOT / "requirements-test.lock").read_text(encoding="utf-8"))
    assert set(pinned()) == {normal(n) for n, *_ in packages} - UNPINNED


def test_bill_and_licences_name_what_the_lock_holds() -> None:
    packages = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    bill = json.loads(bill_text(ROOT))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {p["name"]: p for p in bill["components"]}
    listed = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    for name, version, hashes in packages:
        assert parts[name]["version"] == version
        assert [h["content"] for h in parts[name]["externalReferences"][0]["hashes"]] == hashes
        assert f"| {name} | {version} |" in listed, "run: make lock"
    for name, _, file, _ in SHIPPED:
        assert name in parts and name in listed
        assert (ROOT / file).is_file(), file
