"""Small networks with explicit or drawn weights, on which derivations are measured."""

import numpy as np

from rnncourse.byhand import gru, lstm, peephole, rnn
from rnncourse.byhand.steps import OUTPUT


def drawn(shapes: dict, rng: np.random.Generator, scale: float = 0.7, **size: int) -> dict:
    """Random arrays from N(0, scale²) for a table of shapes; ``size`` gives each letter's."""
    return {
        name: scale * rng.standard_normal([size[letter] for letter in shape])
        for name, shape in shapes.items()
    }


def small_network(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5, scale=0.7):
    """A random vanilla RNN with a sequence: params, x (T, d), y (T,), h0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(rnn.SHAPES | OUTPUT, rng, scale, d=d, n=n, K=K)
    x = rng.standard_normal((T, d))
    y = rng.integers(0, K, size=T)
    return params, x, y, 0.5 * rng.standard_normal(n)


def course_network():
    """The worked example of the vanilla RNN: d = 2, n = 3, K = 3, T = 4, h0 = 0."""
    params = {
        "W_hx": np.array([[0.68, -0.25], [-0.62, 0.40], [0.51, -0.54]]),
        "W_hh": np.array([[0.36, -0.64, -0.20], [0.69, 0.02, -0.70], [0.16, 0.65, -0.33]]),
        "b_h": np.array([0.01, -0.20, 0.04]),
        "W_ph": np.array([[-0.48, -0.44, 0.60], [0.29, -0.67, -0.12], [0.70, -0.06, -0.68]]),
        "b_p": np.array([0.08, -0.07, -0.06]),
    }
    x = np.array([[0.91, -0.53], [-0.77, 0.73], [0.58, -0.88], [-0.36, 0.97]])
    return params, x, np.array([0, 2, 1, 2]), np.zeros(3)


def small_lstm(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5, scale=0.7):
    """A random LSTM with a sequence: params, x (T, d), y (T,), h0 and c0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(lstm.SHAPES | OUTPUT, rng, scale, d=d, n=n, K=K)
    x, y = rng.standard_normal((T, d)), rng.integers(0, K, size=T)
    return params, x, y, 0.5 * rng.standard_normal(n), rng.standard_normal(n)


def course_lstm():
    """The worked example of the LSTM: d = 2, n = 3, K = 3, T = 4, h0 = c0 = 0."""
    params, x, y, start = course_network()
    gates = {
        "W_gx": [[0.60, -0.43], [-0.49, 0.56], [0.35, -0.65]],
        "W_gh": [[-0.37, -0.54, 0.51], [0.41, -0.62, -0.25], [0.68, 0.08, -0.70]],
        "b_g": [0.28, -0.13, -0.25],
        "W_ix": [[0.03, -0.70], [0.15, 0.66], [-0.32, -0.58]],
        "W_ih": [[-0.67, -0.13, 0.70], [-0.05, -0.69, 0.23], [0.63, -0.39, -0.53]],
        "b_i": [0.07, -0.30, 0.01],
        "W_fx": [[-0.57, -0.33], [0.66, 0.16], [-0.70, 0.02]],
        "W_fh": [[-0.65, 0.35, 0.56], [-0.49, -0.43, 0.60], [0.28, -0.67, -0.10]],
        "b_f": [-0.21, -0.19, 0.26],
        "W_ox": [[-0.65, 0.35], [0.56, -0.49], [-0.43, 0.60]],
        "W_oh": [[-0.33, 0.66, 0.16], [-0.70, 0.02, 0.69], [-0.20, -0.64, 0.37]],
        "b_o": [-0.29, 0.09, 0.27],
    }
    output = {name: params[name] for name in OUTPUT}
    return {name: np.array(rows) for name, rows in gates.items()} | output, x, y, start


def one_unit(**weights: float) -> dict:
    """An LSTM of one unit whose weights are zero but for those named."""
    params = {name: np.zeros((1,) * len(shape)) for name, shape in (lstm.SHAPES | OUTPUT).items()}
    for name, value in weights.items():
        params[name][:] = value
    return params


def small_gru(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5, scale=0.7):
    """A random GRU with a sequence: params, x (T, d), y (T,), h0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(gru.SHAPES | OUTPUT, rng, scale, d=d, n=n, K=K)
    x, y = rng.standard_normal((T, d)), rng.integers(0, K, size=T)
    return params, x, y, rng.uniform(-0.9, 0.9, n)


def course_gru():
    """The worked example of the GRU: d = 2, n = 3, K = 3, T = 4, h0 = 0.

    The candidate is the vanilla RNN of its own example; z has the weights of the LSTM's input
    gate, r those of its forget gate.
    """
    params, x, y, start = course_network()
    gates, *_ = course_lstm()
    for q, of in {"z": "i", "r": "f"}.items():
        params |= {f"W_{q}{s}": gates[f"W_{of}{s}"] for s in "xh"} | {f"b_{q}": gates[f"b_{of}"]}
    return params, x, y, start


def small_peephole(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5):
    """A random peephole LSTM with a sequence: params, x (T, d), y (T,), c0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(peephole.SHAPES | OUTPUT, rng, d=d, n=n, K=K)
    x, y = rng.standard_normal((T, d)), rng.integers(0, K, size=T)
    return params, x, y, rng.standard_normal(n)


def course_peephole():
    """The LSTM of that example whose gates read c and whose candidate reads x alone."""
    params, x, y, start = course_lstm()
    candidate = {"W_cx": params.pop("W_gx"), "b_c": params.pop("b_g")}
    del params["W_gh"]
    return params | candidate, x, y, start
