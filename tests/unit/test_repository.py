"""A link to Binder is shown only where Binder can follow it."""

import subprocess
from pathlib import Path

import pytest

from casebook.repository import binder_address, git_remote

FILE = "chapters/annexes/a.md"
PLACE = "HEAD?urlpath=lab%2Ftree%2Fchapters%2Fannexes%2Fa.md"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://github.com/owner/name", f"https://mybinder.org/v2/gh/owner/name/{PLACE}"),
        ("https://github.com/owner/name.git", f"https://mybinder.org/v2/gh/owner/name/{PLACE}"),
        ("https://token@github.com/owner/name.git", f"https://mybinder.org/v2/gh/owner/name/{PLACE}"),
        ("git@github.com:owner/na.me.git", f"https://mybinder.org/v2/gh/owner/na.me/{PLACE}"),
        ("ssh://git@gitlab.com/group/sub/name.git", f"https://mybinder.org/v2/gl/group%2Fsub%2Fname/{PLACE}"),
        ("", ""),
        ("/srv/git/book.git", ""),
        ("file:///srv/git/book", ""),
        ("https://git.example.org/owner/name", ""),
        ("https://github.com/", ""),
    ],
)
def test_an_address_becomes_a_link_or_none(address: str, link: str) -> None:
    assert binder_address(address, FILE) == link


def test_the_remote_of_a_repository_is_found(tmp_path: Path) -> None:
    assert git_remote(tmp_path / "nowhere") == ""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert git_remote(tmp_path) == ""
    address = "git@github.com:owner/name.git"
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", address], check=True)
    assert git_remote(tmp_path) == address
