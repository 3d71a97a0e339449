"""Every package is pinned with hashes, named in the bill of materials, and its licence is listed."""

import json
import re
import runpy

import pytest

from small import ROOT

BILL = runpy.run_path(str(ROOT / "tools" / "bill.py"))
# The package index's own tools, which pip freeze leaves out of constraints.txt.
UNPINNED = {"setuptools", "wheel"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {normal(n): v for n, _, v in (line.partition("==") for line in lines if "==" in line)}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_holds_the_pinned_versions_with_hashes(name: str) -> None:
    packages = BILL["locked"]((ROOT / name).read_text(encoding="utf-8"))
    assert len(packages) > 60
    assert {normal(n): v for n, v, _ in packages if n not in UNPINNED}.items() <= pinned().items(), (
        "run: make lock"
    )
    assert [n for n, _, hashes in packages if not hashes] == []


def test_the_test_lock_holds_every_pin() -> None:
    packages = BILL["locked"]((ROOT / "requirements-test.lock").read_text(encoding="utf-8"))
    assert set(pinned()) == {normal(n) for n, *_ in packages} - UNPINNED


def test_bill_and_licences_name_what_the_lock_holds() -> None:
    packages = BILL["locked"]((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    bill = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {p["name"]: p for p in bill["components"]}
    listed = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    for name, version, hashes in packages:
        assert parts[name]["version"] == version, "run: make lock"
        assert [h["content"] for h in parts[name]["externalReferences"][0]["hashes"]] == hashes
        assert f"| {name} | {version} |" in listed
    for name, _, file, _ in BILL["SHIPPED"]:
        assert name in parts and name in listed
        assert (ROOT / file).is_file(), file
