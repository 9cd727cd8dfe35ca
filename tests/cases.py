"""The exact cases: tiny networks with explicit weights, and their states and gradients."""

import json
from pathlib import Path

import numpy as np
import pytest

CASES = json.loads((Path(__file__).parent / "data" / "cases.json").read_text(encoding="utf-8"))
CELL_CASES = [case for case in CASES["cells"] if case["kind"] != "bilstm"]
each_cell_case = pytest.mark.parametrize("case", CELL_CASES, ids=lambda case: case["name"])
[BOTH_WAYS] = [case for case in CASES["cells"] if case["kind"] == "bilstm"]


def arrays(tree):
    """Lists become arrays, at every depth of nested dictionaries."""
    if isinstance(tree, dict):
        return {name: arrays(value) for name, value in tree.items()}
    return np.array(tree) if isinstance(tree, list) else tree
