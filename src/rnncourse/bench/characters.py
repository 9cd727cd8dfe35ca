"""Whole updates of the character RNN, AdaGrad included, on random characters."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot

from rnncourse.bench.steps import Shape
from rnncourse.byhand import char_rnn_plain
from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.validate import require_choice

CHARACTERS = Shape(B=1, n=100, d=80, T=25, layers=1)  # KTH's network on an English book


def character_updates(variant: str, shape: Shape, updates: int) -> Callable[[], None]:
    """A function that does so many updates; all variants do the same operations, whatever the
    characters are. Set OMP_NUM_THREADS=1 for one thread."""
    require_choice("variant", variant, CHARACTER_VARIANTS)
    ids = np.random.default_rng(0).integers(0, shape.d, 25 * updates + 1)
    return CHARACTER_VARIANTS[variant](ids, updates, shape)


def products(shape: Shape) -> float:
    """Multiplications and additions of an update's products; the input's is a choice of rows."""
    return 6.0 * shape.T * shape.n * (shape.n + shape.d)


def _plain_characters(ids: np.ndarray, updates: int, shape: Shape) -> Callable[[], None]:
    params = char_rnn_plain.initial_params(shape.d, shape.n, np.random.default_rng(0))
    memory = {name: np.zeros_like(value) for name, value in params.items()}

    def step() -> None:
        h = np.zeros(shape.n)
        for start in range(0, 25 * updates, 25):
            inputs, targets = ids[start : start + 25], ids[start + 1 : start + 26]
            _, h = char_rnn_plain.iterate(params, memory, inputs, targets, h)

    return step


def _fast_characters(
    ids: np.ndarray, updates: int, shape: Shape, dtype=np.float64
) -> Callable[[], None]:
    net = CharRNN(shape.d, shape.n, rng=np.random.default_rng(0), dtype=dtype)
    return partial(net.train, ids, updates)


def _torch_characters(ids: np.ndarray, updates: int, shape: Shape) -> Callable[[], None]:
    """torch.nn.RNN with one-hot inputs, automatic differentiation and optim.Adagrad, float64."""
    layer = nn.RNN(shape.d, shape.n, batch_first=True).double()
    output = nn.Linear(shape.n, shape.d).double()
    optimizer = torch.optim.Adagrad([*layer.parameters(), *output.parameters()], lr=0.1)
    x = one_hot(torch.from_numpy(ids), shape.d).double()
    y = torch.from_numpy(ids)

    def step() -> None:
        h = None
        for start in range(0, 25 * updates, 25):
            optimizer.zero_grad()
            states, h = layer(x[None, start : start + 25], h)
            target = y[start + 1 : start + 26]
            cross_entropy(output(states[0]), target, reduction="sum").backward()
            optimizer.step()
            h = h.detach()

    return step


CHARACTER_VARIANTS = {
    "plain": _plain_characters,
    "float64": _fast_characters,
    "float32": partial(_fast_characters, dtype=np.float32),
    "torch.nn": _torch_characters,
}
