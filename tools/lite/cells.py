"""Run in the browser: the cells of /book/cells.json one after the other; each output is a line of JSON for the page."""

import ast
import contextlib
import io
import json
import os
import sys
import traceback
import types

PLOTLY = "application/vnd.plotly.v1+json"
told = sys.stdout
names = {"__name__": "__main__"}


def tell(place, **output):
    """Send one output of a cell to the page."""
    print("\x1e" + json.dumps({"place": place, "output": output}), file=told, flush=True)


def shown(value):
    """Return a value in the form that shows it best."""
    if hasattr(value, "_repr_mimebundle_"):
        found = value._repr_mimebundle_()
        data = found[0] if isinstance(found, tuple) else found
        if PLOTLY in data:
            return {"figure": data[PLOTLY]}
    if hasattr(value, "_repr_html_"):
        return {"html": value._repr_html_()}
    return {"text": repr(value)}


def run(place, source):
    """Run one cell as a notebook does: the value of its last expression is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            exec(compile(tree, f"cell {place + 1}", "exec"), names)
            value = (
                eval(compile(ast.Expression(last.value), f"cell {place + 1}", "eval"), names)
                if last
                else None
            )
    finally:
        if said.getvalue():
            tell(place, text=said.getvalue())
    if value is not None:
        tell(place, **shown(value))


def display(*values):
    """Show values, as the function of this name does in a notebook."""
    for value in values:
        tell(place_now, **shown(value))


# There is no IPython here; the book's package and cells ask it for no more than this.
jupyter = types.ModuleType("IPython")
jupyter.display = types.ModuleType("IPython.display")
jupyter.display.display = names["display"] = display
sys.modules |= {"IPython": jupyter, "IPython.display": jupyter.display}
os.environ["CASEBOOK_DATA"] = "/book/data"
os.chdir("/book")
sys.path[:0] = ["/book/src", "/book/lib"]
with open("/book/cells.json", encoding="utf-8") as file:
    cells = json.load(file)
for place_now, cell in enumerate(cells):
    try:
        run(place_now, cell)
    except BaseException:
        tell(place_now, text=traceback.format_exc(), error=True)
        break
