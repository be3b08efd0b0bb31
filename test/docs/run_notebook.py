"""Runs a notebook from beginning to end and prints what its cells put out, one JSON value a line."""

import json
import sys

import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": "."}}).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        print(json.dumps({"text": output.get("text") or data.get("text/plain", ""), "kinds": sorted(data)}))
