"""Small games for the claims and the exercises: tables, two players, one point."""

import numpy as np

from rnncourse.byhand import gan
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.steps import sigmoid

# Two images, two sentences: rows are sentences, columns images, and only equal names fit.
FITTING = np.array([[0.5, 0.0], [0.0, 0.5]])
NOT_FITTING = FITTING[::-1]
IGNORES_THE_SENTENCE = np.full((2, 2), 0.25)


def shares(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Random probabilities of this shape that sum to 1."""
    return rng.dirichlet(np.ones(int(np.prod(shape)))).reshape(shape)


def three_tables(seed: int, sentences: int = 3, images: int = 4) -> tuple:
    """p_r, p_w and p_f at random."""
    rng = np.random.default_rng(seed)
    return tuple(shares(rng, sentences, images) for _ in range(3))


def with_strangers(seed: int, sentences: int = 3, images: int = 4) -> tuple:
    """p_r, p_w and p_f where no fake is like a real image, and both have the images of p_r.

    The wrong sentences are drawn for each image anew, whatever the right one was.
    """
    p_r, p_w, p_f = three_tables(seed, sentences, images)
    p_w = p_w / p_w.sum(axis=0) * p_r.sum(axis=0)
    nothing = np.zeros_like(p_r)
    return np.hstack([p_r, nothing]), np.hstack([p_w, nothing]), np.hstack([nothing, p_f])


def climbed_scores(p_r: np.ndarray, q: np.ndarray, steps: int = 200) -> np.ndarray:
    """The best score of each cell by climbing its logit with Newton's method, from 0.5.

    The slope of p_r log s + q log(1 − s) by the logit is p_r − (p_r + q) s.
    """
    a = np.zeros_like(p_r)
    for _ in range(steps):
        s = sigmoid(a)
        a = a + np.clip((p_r - (p_r + q) * s) / ((p_r + q) * s * (1.0 - s)), -1.0, 1.0)
    return sigmoid(a)


def descended_generator(right: np.ndarray, wrong: np.ndarray, steps: int = 60_000) -> np.ndarray:
    """The best generator of one sentence by walking downhill: g times exp(−rate · slope), again.

    The slope of L_D at the best discriminator by g is ½ log(1 − s).
    """
    g = np.full(len(right), 1.0 / len(right))
    for _ in range(steps):
        q = 0.5 * (wrong + g)
        g = g * np.exp(-0.5 * np.log(q / (right + q)))
        g /= g.sum()
    return g


def small_players(seed: int = 0, B: int = 4) -> tuple:
    """Weights of both players, and a batch: z (B, 2), φ and wrong (B, 3), x (B, 5)."""
    rng = np.random.default_rng(seed)
    params = drawn(gan.GENERATOR | gan.DISCRIMINATOR, rng, m=5, k=2, e=3, one=1)
    z, phi, wrong = (rng.standard_normal((B, size)) for size in (2, 3, 3))
    return params, z, phi, wrong, rng.uniform(-1.0, 1.0, (B, 5))


def one_step(point: np.ndarray, rate: float, penalty: float) -> np.ndarray:
    """The smallest GAN: real data at 0, a fake at θ, the logit ψ x. One step of (θ, ψ), at once.

    θ moves by ψ (1 − s), ψ by −θ s − γ ψ, with s = σ(ψ θ); γ is the penalty.
    """
    theta, psi = point
    s = sigmoid(psi * theta)
    return point + rate * np.array([psi * (1.0 - s), -theta * s - penalty * psi])


def walked(point: np.ndarray, steps: int, rate: float, penalty: float) -> np.ndarray:
    """The path of that game, shape (steps + 1, 2)."""
    path = [np.asarray(point, dtype=np.float64)]
    for _ in range(steps):
        path.append(one_step(path[-1], rate, penalty))
    return np.array(path)
