"""One training step of each variant: ours, torch's layer, and the plain loop.

A step is forward, backward and no optimizer; the loss reads every state.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnncourse import byhand
from rnncourse.cells import CELLS
from rnncourse.sequence import run, unroll
from rnncourse.validate import require_choice


class Shape(NamedTuple):
    """The size of a training step; the input is one of ``d`` symbols."""

    B: int
    n: int
    d: int
    T: int
    layers: int


SHAPES = {
    "palindrome-10": Shape(B=128, n=128, d=10, T=10, layers=1),
    "palindrome-30": Shape(B=128, n=128, d=10, T=30, layers=1),
    "palindrome-45": Shape(B=128, n=128, d=10, T=45, layers=1),
    "text": Shape(B=64, n=128, d=87, T=30, layers=2),
    "wide-text": Shape(B=50, n=512, d=87, T=50, layers=2),
}
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
VARIANTS = ("auto", "byhand", "torch.nn", "plain")


def training_step(variant: str, cell_name: str, shape: Shape) -> Callable[[], None]:
    """A function that does one forward and backward pass over the same random symbols."""
    require_choice("variant", variant, VARIANTS)
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.integers(0, shape.d, (shape.B, shape.T)))
    weight = torch.from_numpy(rng.standard_normal((shape.B, shape.T, shape.n), dtype=np.float32))
    if variant == "torch.nn":
        layer = LAYERS[cell_name](shape.d, shape.n, num_layers=shape.layers, batch_first=True)
        return partial(_step, layer, lambda: layer(one_hot(x, shape.d).float())[0], weight)
    sizes = [shape.d] + [shape.n] * (shape.layers - 1)
    cells = nn.ModuleList(CELLS[cell_name](size, shape.n, rng=rng) for size in sizes)
    forward = unroll if variant == "plain" else partial(run, backend=variant)
    return partial(_step, cells, partial(_through, cells, x, forward), weight)


def _through(cells: nn.ModuleList, x: Tensor, forward: Callable) -> Tensor:
    for cell in cells:
        x, _ = forward(cell, x)
    return x


def _step(model: nn.Module, forward: Callable[[], Tensor], weight: Tensor) -> None:
    model.zero_grad()
    forward().backward(weight)


def operations(cell_name: str, shape: Shape) -> float:
    """Multiplications and additions of the matrix products that a training step needs.

    Forward, backward by what was read and backward by the weights, each 2 · B · n · n for a step
    and a matrix: the states' from the second step on (h_0 = 0), the inputs' in all layers but the
    first, where their products are a choice of rows.
    """
    T, layers = shape.T, shape.layers
    matrices = Counter(byhand.CELLS[cell_name].SHAPES.values())
    products = layers * (T - 1) * matrices["n", "n"] + (layers - 1) * T * matrices["n", "d"]
    return 6.0 * shape.B * shape.n**2 * products
