"""A character RNN and a loss with a slip: the ladder of tolerances that the chapter measures."""

from functools import partial

import numpy as np

from rnncourse import byhand
from rnncourse.byhand.gradcheck import numerical_gradient, relative_error
from rnncourse.byhand.rnn import forward, loss_and_gradients
from rnncourse.exercises.registry import wrong_answer


def character_network(K: int = 83, n: int = 100, sigma: float = 0.01):
    """A character RNN before training, reading 25 characters of a tale."""
    tale = "once upon a time there was"
    letters = sorted(set(tale))
    ids = np.array([letters.index(c) for c in tale])
    rng = np.random.default_rng(0)
    shapes = {"W_ph": (K, n), "W_hx": (n, K), "W_hh": (n, n)}
    params = {name: sigma * rng.standard_normal(shape) for name, shape in shapes.items()}
    params |= {"b_p": np.zeros(K), "b_h": np.zeros(n)}
    return params, np.eye(K)[ids[:-1]], ids[1:]


def slipped_loss(params: dict, x, y) -> float:
    """The summed loss with log(yhat + 1e-8) where log(yhat) belongs."""
    yhat = byhand.softmax(forward(params, x)[0])
    return float(-np.log(yhat[np.arange(len(y)), y] + 1e-8).sum())


def slip_errors() -> dict[str, tuple[float, float]]:
    """Absolute and relative error of the right gradient against the slipped loss.

    By parameter, at its largest entry. The weights are small and the loss is large: a long step.
    """
    absolute_error = wrong_answer("relative-error", "W27")
    params, x, y = character_network()
    _, grads = loss_and_gradients(params, x, y, "sum")
    errors = {}
    for name in ("b_p", "b_h", "W_ph", "W_hx", "W_hh"):
        place = np.unravel_index(np.argmax(np.abs(grads[name])), grads[name].shape)
        entry = params[name][tuple(slice(i, i + 1) for i in place)]  # a view: nudges reach params
        loss = partial(slipped_loss, params, x, y)
        numerical = numerical_gradient(loss, entry, eps=2e-3, order=4).item()
        pair = np.array(numerical), np.array(grads[name][place])
        errors[name] = (float(absolute_error(*pair)), relative_error(*pair))
    return errors
