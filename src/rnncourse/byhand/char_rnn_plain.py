"""The character RNN as its equations read: one-hot columns, a loop, an outer product a step.

It is what ``char_rnn`` is held against, and how fast that is is measured by. Nothing is checked and
nothing is saved here; change no line of it for speed.
"""

import numpy as np


def initial_params(vocabulary_size: int, hidden_size: int, rng, sigma: float = 0.01) -> dict:
    """Weights from N(0, σ²) in the order W_hx, W_hh, W_ph; biases zero."""
    K, m = vocabulary_size, hidden_size
    shapes = {"W_hx": (m, K), "W_hh": (m, m), "W_ph": (K, m)}
    params = {name: sigma * rng.standard_normal(shape) for name, shape in shapes.items()}
    return params | {"b_h": np.zeros(m), "b_p": np.zeros(K)}


def one_hot(index: int, size: int) -> np.ndarray:
    column = np.zeros(size)
    column[index] = 1.0
    return column


def forward(params: dict, inputs, targets, h: np.ndarray):
    """Read ``inputs`` from h: the loss, and the values of every step.

    h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h)
    yhat_t = softmax(W_ph h_t + b_p)
    L = −Σ_t log yhat_t[y_t]
    """
    K = len(params["b_p"])
    loss, steps = 0.0, []
    for index, target in zip(inputs, targets, strict=True):
        x, h_prev = one_hot(index, K), h
        a = params["W_hx"] @ x + params["W_hh"] @ h_prev + params["b_h"]
        h = np.tanh(a)
        p = params["W_ph"] @ h + params["b_p"]
        e = np.exp(p - p.max())
        yhat = e / e.sum()
        loss -= np.log(yhat[target])
        steps.append((x, h_prev, h, yhat, target))
    return loss, steps


def backward(params: dict, steps: list) -> dict:
    """The gradient of the summed loss; the first state is held fixed."""
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    from_future = np.zeros_like(params["b_h"])
    for x, h_prev, h, yhat, target in reversed(steps):
        dp = yhat - one_hot(target, len(yhat))
        grads["W_ph"] += np.outer(dp, h)
        grads["b_p"] += dp
        dh = params["W_ph"].T @ dp + from_future
        da = (1.0 - h**2) * dh
        grads["W_hx"] += np.outer(da, x)
        grads["W_hh"] += np.outer(da, h_prev)
        grads["b_h"] += da
        from_future = params["W_hh"].T @ da
    return grads


def adagrad(params: dict, memory: dict, grads: dict, learning_rate: float = 0.1) -> None:
    """m += g², w −= η g / √(m + 1e-8), entry by entry and in place."""
    for name, g in grads.items():
        memory[name] += g * g
        params[name] -= learning_rate * g / np.sqrt(memory[name] + 1e-8)


def iterate(params: dict, memory: dict, inputs, targets, h: np.ndarray, learning_rate: float = 0.1):
    """One update of ``params`` and ``memory``; the loss before it, and the state after the window.

    Every array of ``memory`` begins as zeros of the shape of its parameter.
    """
    loss, steps = forward(params, inputs, targets, h)
    adagrad(params, memory, backward(params, steps), learning_rate)
    return loss, steps[-1][2]
