"""The game of the two players where every pair of an image and a sentence can be listed.

p_r, p_w, p_f  how often a pair comes as a real one, as a real image with a wrong sentence, as a
               fake one: tables of one shape that each sum to 1
s              a score for each cell

Nothing is trained here: no network limits what a discriminator can say of a pair, or which images
a generator draws.
"""

import numpy as np


def best_scores(p_r: np.ndarray, p_f: np.ndarray, p_w: np.ndarray | None = None) -> np.ndarray:
    """The scores that no discriminator beats, cell by cell; NaN where no pair ever comes.

    s = p_r / (p_r + q),   q = ½ (p_w + p_f), or p_f without wrong pairs
    """
    q = p_f if p_w is None else 0.5 * (p_w + p_f)
    with np.errstate(invalid="ignore"):
        return p_r / (p_r + q)


def value(s: np.ndarray, p_r: np.ndarray, p_f: np.ndarray, p_w: np.ndarray | None = None) -> float:
    """L_D for a table of scores: Σ p_r log s + q log(1 − s), where 0 log 0 is 0."""
    q = p_f if p_w is None else 0.5 * (p_w + p_f)
    real, fake = p_r > 0, q > 0
    return float(p_r[real] @ np.log(s[real]) + q[fake] @ np.log1p(-s[fake]))


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """½ KL(p ‖ m) + ½ KL(q ‖ m) with m = ½ (p + q), in nats: 0 for p = q, log 2 at most."""
    m = 0.5 * (p + q)
    halves = (p[p > 0] @ np.log(p[p > 0] / m[p > 0]), q[q > 0] @ np.log(q[q > 0] / m[q > 0]))
    return 0.5 * float(sum(halves))


def best_generator(right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """The images of one sentence that do best against the best discriminator, shape (N,).

    g = max(0, c · right − wrong), c such that Σ g = 1

    ``right`` and ``wrong`` are the shares of the images that come with this sentence as a right
    and as a wrong one. c is found by filling: the images with the smallest wrong / right first.
    """
    order = np.argsort(np.where(right > 0, wrong / np.where(right > 0, right, 1.0), np.inf))
    filled = np.cumsum(right[order]), np.cumsum(wrong[order])
    levels = (1.0 + filled[1]) / filled[0]
    g = [np.maximum(0.0, c * right - wrong) for c in levels]
    return g[int(np.argmin([abs(each.sum() - 1.0) for each in g]))]
