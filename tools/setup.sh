#!/bin/sh
# Set up what a target needs, say so, ask nothing. usage: setup.sh book|test VENV
set -eu
what=$1 venv=$2

say() { printf '%s\n' "$*" >&2; }
as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
apt_install() {
  say "Installing with apt-get: $*"
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >/dev/null 2>&1 || {
    say "apt-get could not install $*. Run it by hand to see why."
    exit 1
  }
}

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  say "Python 3.11 or newer is needed; $("$python" --version) was found. Name another one with PYTHON=…"
  exit 1
}

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
  say "Making the environment $venv …"
  if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    if as_root; then apt_install python3-venv; else
      say "Python's venv module is missing. Install it (Debian: apt-get install python3-venv) and run make again."
      exit 1
    fi
    "$python" -m venv "$venv"
  fi
fi

# On Linux each file is checked against the hash in the lock, then this package itself is put in, which has none.
# Elsewhere a package or two differ: there the versions alone are pinned.
install() {
  if [ "$(uname -s)" = Linux ]; then
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$1.lock"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$1.txt"
  fi
}

case $what in
  book)
    say "Installing the pinned packages of requirements.txt …"
    install requirements
    touch "$venv/.book"
    ;;
  test)
    say "Installing the pinned packages of requirements-test.txt …"
    install requirements-test
    # Playwright brings a Node.js of its own, which needs one system library that a bare machine lacks.
    if ! "$venv/bin/python" -m playwright --version >/dev/null 2>&1; then
      if as_root; then apt_install libatomic1; else
        say "Playwright cannot start: it needs the system library libatomic. Install it (Debian: apt-get install libatomic1) and run make again."
        exit 1
      fi
      "$venv/bin/python" -m playwright --version >/dev/null
    fi
    if ! "$venv/bin/python" tools/chrome.py >/dev/null 2>&1; then
      if as_root; then apt_install chromium fonts-liberation; else
        say "The tests need Chrome or Chromium. Install one, or name it with CHROME=/path, and run make again."
        exit 1
      fi
      "$venv/bin/python" tools/chrome.py >/dev/null
    fi
    touch "$venv/.test"
    ;;
esac
