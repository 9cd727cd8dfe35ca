"""Two LSTMs by hand, one reading forward and one backward, and one answer from both ends.

h→_t = LSTM(x_t, h→_{t-1}),  t = 1 … T          with params["forward"]
h←_t = LSTM(x_t, h←_{t+1}),  t = T … 1          with params["backward"]
p = W_ph [h→_T; h←_1] + b_p

Each direction has read the whole sequence where it ends: at T and at 1. Both start from zero.

Shapes: x (T, d), p (K,); each direction holds the LSTM's twelve arrays; W_ph (K, 2n), b_p (K,).
Source: Schuster and Paliwal (1997).
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.steps import OUTPUT, loss_and_dh, require_inputs, scores
from rnncourse.validate import require_shape

DIRECTIONS = ("forward", "backward")


class Cache(NamedTuple):
    """What the backward pass needs from the forward pass."""

    forward: lstm.Cache
    backward: lstm.Cache  # in reading order: its row 0 is step T
    ends: np.ndarray  # (2n,): h→_T, then h←_1


def forward(params: dict, x: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Read x (T, d) in both directions; return the scores p (K,) and the cache."""
    _require(params, x)
    start = np.zeros(len(params["forward"]["b_g"]))
    there = lstm.unroll(params["forward"], x, start, start)
    back = lstm.unroll(params["backward"], x[::-1], start, start)
    ends = np.concatenate([there.h[-1], back.h[-1]])
    return scores(params, ends), Cache(forward=there, backward=back, ends=ends)


def _require(params: dict, x: np.ndarray) -> None:
    """Two directions of equal size, and an output layer that reads both."""
    wanted = {*DIRECTIONS, *OUTPUT}
    if params.keys() != wanted:
        raise ValueError(
            f"params must hold {', '.join(sorted(wanted))}; got {', '.join(sorted(params))}"
        )
    sizes = [require_inputs(params[name], lstm.SHAPES, x) for name in DIRECTIONS]
    n = sizes[0]["n"]
    require_shape("params['backward']['b_g']", params["backward"]["b_g"], (n,))
    require_inputs({name: params[name] for name in OUTPUT}, OUTPUT | {"W_ph": ("K", "2n")}, x)
    require_shape("params['W_ph']", params["W_ph"], ("K", 2 * n))


def loss_and_gradients(params: dict, x: np.ndarray, y: int) -> tuple[float, dict]:
    """The cross-entropy in nats of the one class y, and gradients that mirror ``params``.

    The gradients of each direction also hold its h0 and c0.
    """
    _, cache = forward(params, x)
    loss, output, dends = loss_and_dh(params, cache.ends[None], [y], "last")
    dforward, dbackward = np.split(dends[0], 2)
    return loss, output | {
        "forward": lstm.backward(params["forward"], cache.forward, _at_the_end(dforward, x)),
        "backward": lstm.backward(params["backward"], cache.backward, _at_the_end(dbackward, x)),
    }


def _at_the_end(dh: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Only the last state of a direction is read: zeros (T, n) but for the last row."""
    rows = np.zeros((len(x), len(dh)))
    rows[-1] = dh
    return rows
