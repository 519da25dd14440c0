"""Runs the notebook of the examples in a real Jupyter kernel, and writes it as a page: `notebook.py OUT.html`."""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def shown(cell):
    """Everything that a cell shows, as text."""
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text") or "")
        parts += [output.get("ename") or "", output.get("evalue") or ""]
        parts += [str(value) for value in output.get("data", {}).values()]
    return "\n".join(parts)


notebook = nbformat.read(EXAMPLES / "yolint.ipynb", as_version=4)
for cell in notebook.cells:
    assert not cell.get("outputs"), "the notebook is committed without outputs"
NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
text = "\n".join(shown(cell) for cell in notebook.cells if cell.cell_type == "code")
for expected in [
    "scale n",
    "data:image/svg+xml;base64,",
    "<code>spatial-mismatch</code>",
    "DWConv",
    "ModelError",
    "over the budget of 1 ",
    "<table border=\"1\" class=\"dataframe\">",
]:
    assert expected in text, f"{expected!r} isn't shown:\n{text[:3000]}"
assert re.search(r"\(\d+, \d+\.\d+, \[", text), "figures as data"
page, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
Path(sys.argv[1]).write_text(page, encoding="utf-8")
