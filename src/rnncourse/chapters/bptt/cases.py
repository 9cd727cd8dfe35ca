"""The size of the journeys, for the figure of the page."""

import numpy as np

from rnncourse.byhand.examples import small_network
from rnncourse.byhand.rnn import gradient_contributions


def scaled_contributions(factor: float, T: int = 40, n: int = 32) -> np.ndarray:
    """Norms (T,) of the contributions to dL/dW_hh when W_hh is ``factor`` times orthogonal."""
    params, x, y, h0 = small_network(T=T, d=3, n=n, scale=0.3)
    Q, _ = np.linalg.qr(params["W_hh"])
    params["W_hh"] = factor * Q
    return np.linalg.norm(gradient_contributions(params, x, y, h0=h0), axis=(1, 2))
