"""The small networks of the page: one unit for the pencil, and the size of the journeys."""

import numpy as np

from rnncourse.byhand.examples import small_network
from rnncourse.byhand.rnn import forward, gradient_contributions, immediate_partial, jacobian


def one_unit(weight: float, T: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """The network of one unit: its states h^(0) … h^(T) and the T journeys of dh^(T)/dW_hh.

    h_t = tanh(weight · h_{t-1} + 0.1), from h_0 = 1; the loss is h^(T) itself.

    Shapes: states (T + 1,), journeys (T,).

    >>> states, journeys = one_unit(0.6)
    >>> states.round(3).tolist(), journeys.round(3).tolist()
    ([1.0, 0.604, 0.432], [0.31, 0.491])
    """
    params = {"W_hx": np.ones((1, 1)), "W_hh": np.full((1, 1), float(weight)), "b_h": np.zeros(1)}
    params |= {"W_ph": np.ones((2, 1)), "b_p": np.zeros(2)}  # its scores are not used
    _, cache = forward(params, np.full((T, 1), 0.1), h0=np.ones(1))
    travel, journeys = 1.0, []
    for h, h_prev in zip(cache.h[::-1], cache.h_prev[::-1], strict=True):
        journeys.append(travel * immediate_partial(h, h_prev).item())
        travel *= jacobian(params, h).item()
    return np.append(1.0, cache.h), np.array(journeys[::-1])


def scaled_contributions(factor: float, T: int = 40, n: int = 32) -> np.ndarray:
    """Norms (T,) of the contributions to dL/dW_hh when W_hh is ``factor`` times orthogonal."""
    params, x, y, h0 = small_network(T=T, d=3, n=n, scale=0.3)
    Q, _ = np.linalg.qr(params["W_hh"])
    params["W_hh"] = factor * Q
    return np.linalg.norm(gradient_contributions(params, x, y, h0=h0), axis=(1, 2))
