"""What the chapter measures: a wrong gradient that trains, and a loss with a slip."""

from functools import partial

import numpy as np

from rnncourse import byhand
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import numerical_gradient, relative_error
from rnncourse.byhand.rnn import forward, loss_and_gradients, state_gradients
from rnncourse.exercises.registry import wrong_answer

SEED = 10  # of the network whose two learning curves open the chapter


def slipped_recurrent(params: dict, x, y, h0) -> np.ndarray:
    """The gradient by W_hh with h_t where h_{t-1} belongs, shape (n, n); the last step's loss."""
    _, das = state_gradients(params, x, y, h0=h0)
    return das.T @ forward(params, x, h0=h0)[1].h


def loss_curve(network: tuple, slip: bool, updates: int = 100, rate: float = 0.1) -> np.ndarray:
    """The loss before each update of plain gradient descent and after the last: (updates + 1,)."""
    params, *data = network
    params = {name: value.copy() for name, value in params.items()}
    losses = []
    for _ in range(updates + 1):
        loss, grads = loss_and_gradients(params, *data[:2], h0=data[2])
        grads = grads | ({"W_hh": slipped_recurrent(params, *data)} if slip else {})
        losses.append(loss)
        for name, value in params.items():
            value -= rate * grads[name]
    return np.array(losses)


def right_and_wrong() -> dict[str, np.ndarray]:
    """The two curves of the chapter's first picture. B has the slip."""
    network = small_network(SEED)
    return {"program A": loss_curve(network, False), "program B": loss_curve(network, True)}


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
