"""Data flows one way: a lower room of the house never imports a higher one."""

import ast
import subprocess
import sys
from pathlib import Path

from small import ROOT

PACKAGE = ROOT / "src" / "casebook"
# Module (or package) → what it must not import, by the first parts of the dotted name.
FORBIDDEN = {
    "core": ("plotly", "sphinx", "docutils", "casebook.figures", "casebook.sphinxext"),
    "figures": ("sphinx", "docutils", "casebook.sphinxext"),
}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_no_room_imports_a_higher_one() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    assert len(modules) > 25
    for path in modules:
        parent = path.relative_to(PACKAGE).parts[0]
        if parent == "sphinxext" or path.name == "cli.py":
            continue
        room = "figures" if parent == "figures" else "core"
        wrong = {
            name for name in imports(path) for f in FORBIDDEN[room] if name == f or name.startswith(f + ".")
        }
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import casebook, sys; print([m for m in ('pandas', 'plotly', 'sphinx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_public_has_a_docstring() -> None:
    bare = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        bare += [
            f"{path.name}:{n.name}"
            for n in nodes
            if not n.name.startswith("_") and not ast.get_docstring(n) and _is_top(tree, n)
        ]
    assert bare == []


def _is_top(tree: ast.Module, node: ast.AST) -> bool:
    return node in tree.body


def test_what_is_remembered_of_a_study_is_noted() -> None:
    """A plain cache would hide from a page that it depends on the tables behind what it was given."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            cached = any("cache" in ast.unparse(d) for d in node.decorator_list)
            if cached and any("Study" in ast.unparse(a.annotation or a) for a in node.args.args):
                wrong.append(f"{path.relative_to(ROOT)}: {node.name}; use casebook.reads.remembered")
    assert wrong == []
