"""Small float64 cells of every kind: with random weights, or those of an exact case."""

import numpy as np
import torch
from cases import arrays

from rnncourse.cells import CELLS

VARIANTS = {
    **{kind: (kind, {}) for kind in CELLS if kind not in ("peephole", "phased")},
    "peephole-tanh": ("peephole", {}),
    "peephole-sigmoid": ("peephole", {"candidate": "sigmoid"}),
    "phased-neil": ("phased", {"learn": ("tau", "s", "r_on")}),
    "phased-course": ("phased", {"variant": "course", "learn": ("tau", "s", "r_on")}),
}
D, N, B, T = 3, 5, 2, 6


def make_cell(name: str, rng, d=D, n=N):
    """A float64 cell whose every parameter is random, biases too."""
    kind, options = VARIANTS[name]
    cell = CELLS[kind](d, n, rng=rng, **options).double()
    with torch.no_grad():
        for key, value in cell.named_parameters():
            if key not in ("tau", "s", "r_on"):
                value.copy_(torch.from_numpy(rng.uniform(-0.8, 0.8, value.shape)))
    return cell


def make_state(cell, rng, batch=B):
    size = (batch, cell.n)
    return cell.State(*(torch.from_numpy(rng.uniform(-1, 1, size)) for _ in cell.State._fields))


def cell_of(case: dict):
    """The case's cell in float64, with its input, state and times, as a batch of one."""
    inputs, options = arrays(case["inputs"]), case.get("options", {})
    kind = {"peep": "peephole"}.get(case["kind"], case["kind"])
    names = {"alpha": "leak", "variant": "variant", "cand": "candidate"}
    own = {names[key]: value for key, value in options.items() if key in names}
    params, d = inputs["params"], inputs["x"].shape[1]
    n = params["b_h" if "b_h" in params else "b_i"].size
    cell = CELLS[kind](d, n, rng=np.random.default_rng(0), **own).double()
    with torch.no_grad():
        for key, value in cell.named_parameters():
            value.copy_(torch.from_numpy(params[key]))
    start = {key: inputs.get(f"{key}0", np.zeros(n)) for key in cell.State._fields}
    state = cell.State(**{key: torch.from_numpy(value)[None] for key, value in start.items()})
    times = options.get("times")
    times = None if times is None else torch.tensor(times, dtype=torch.float64)[None]
    return cell, torch.from_numpy(inputs["x"])[None], state, times
