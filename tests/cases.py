"""The exact cases: tiny networks with explicit weights, and their states and gradients."""

import json
from pathlib import Path

import numpy as np

CASES = json.loads((Path(__file__).parent / "data" / "cases.json").read_text(encoding="utf-8"))


def arrays(tree):
    """Lists become arrays, at every depth of nested dictionaries."""
    if isinstance(tree, dict):
        return {name: arrays(value) for name, value in tree.items()}
    return np.array(tree) if isinstance(tree, list) else tree
