"""Where the book's repository is for everybody: from the setting, else from the git remote; often nowhere."""

import re
import subprocess
from pathlib import Path
from urllib.parse import quote

# Hosts that mybinder.org knows, with its name for each.
_HOSTS = {"github.com": "gh", "gitlab.com": "gl"}
_ADDRESS = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@)(?P<host>[\w.-]+)[:/](?P<path>[\w.-]+(?:/[\w.-]+)+)"
)


def git_remote(root: Path) -> str:
    """Return the address of the remote ``origin`` of the repository in ``root``; empty if there is none."""
    command = ["git", "-C", str(root), "remote", "get-url", "origin"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def public_repository(address: str) -> tuple[str, str] | None:
    """Return (host, owner/name) of an address that mybinder.org can read; None for any other, such as a folder."""
    match = _ADDRESS.fullmatch(address.strip().removesuffix("/").removesuffix(".git"))
    return (match["host"], match["path"]) if match and match["host"] in _HOSTS else None


def binder_address(address: str, file: str) -> str:
    """Return the address that opens ``file`` of a repository on mybinder.org; empty where nobody else could reach it."""
    found = public_repository(address)
    if found is None:
        return ""
    host, path = found
    place = path if host == "github.com" else quote(path, safe="")
    return f"https://mybinder.org/v2/{_HOSTS[host]}/{place}/HEAD?urlpath={quote('lab/tree/' + file, safe='')}"
