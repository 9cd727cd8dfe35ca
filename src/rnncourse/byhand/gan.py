"""A conditional GAN by hand: two players, one score, and what each of them moves.

s  the discriminator's score of a pair (image, sentence), between 0 and 1
a  its logit, s = σ(a)
φ  the feature of a sentence, shape (e,); z noise, (k,); x an image as a vector, (m,)

Three kinds of pairs are scored: r, a real image with its right sentence; w, a real image with
a wrong sentence; f, a fake image with the right sentence. Both losses are maximized.
Source: Goodfellow et al. (2014); Reed et al. (2016) for the wrong sentences.
"""

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.validate import require_finite, require_fraction, require_shape, require_share

GENERATOR = {"W_xz": ("m", "k"), "W_xt": ("m", "e"), "b_x": ("m",)}
DISCRIMINATOR = {"W_tx": ("e", "m"), "w_x": ("m",), "b_s": ("one",)}


def losses(s_r, s_w, s_f) -> tuple[float, float]:
    """What the two players maximize, from the scores of three kinds of pairs.

    L_D = log s_r + ½ (log(1 − s_w) + log(1 − s_f))
    L_G = log s_f

    Shapes: numbers, or arrays (B,) of which the mean is taken.
    Raises: ValueError unless every score lies strictly between 0 and 1.
    Source: Reed et al. (2016), algorithm 1.
    """
    scores = {"s_r": s_r, "s_w": s_w, "s_f": s_f}
    for name, s in scores.items():
        scores[name] = np.asarray(s, dtype=np.float64)
        require_fraction(name, scores[name])
    s_r, s_w, s_f = scores.values()
    L_D = np.mean(np.log(s_r)) + 0.5 * (np.mean(np.log(1.0 - s_w)) + np.mean(np.log(1.0 - s_f)))
    return float(L_D), float(np.mean(np.log(s_f)))


def losses_from_logits(a_r, a_w, a_f) -> tuple[float, float]:
    """The same from the logits, where no score rounds to 0 or to 1.

    log σ(a) = −log(1 + e^{−a}),   log(1 − σ(a)) = −log(1 + e^{a})
    """
    for name, a in {"a_r": a_r, "a_w": a_w, "a_f": a_f}.items():
        require_finite(name, np.asarray(a))
    wrong, fake = np.mean(log_sigmoid(-a_w)), np.mean(log_sigmoid(-a_f))
    return float(np.mean(log_sigmoid(a_r)) + 0.5 * (wrong + fake)), float(np.mean(log_sigmoid(a_f)))


def log_sigmoid(a) -> np.ndarray:
    """log σ(a), for logits of any size."""
    return -np.logaddexp(0.0, -np.asarray(a, dtype=np.float64))


def logit_gradients(a_r, a_w, a_f) -> tuple:
    """The gradients by the logits of one pair of each kind, entry by entry: r, w, f, and G's.

    ∂L_D/∂a_r = 1 − s_r,   ∂L_D/∂a_w = −s_w / 2,   ∂L_D/∂a_f = −s_f / 2
    ∂L_G/∂a_f = 1 − s_f
    """
    s_r, s_w, s_f = (sigmoid(np.asarray(a, dtype=np.float64)) for a in (a_r, a_w, a_f))
    return 1.0 - s_r, -0.5 * s_w, -0.5 * s_f, 1.0 - s_f


def saturating_gradient(a_f) -> np.ndarray:
    """∂/∂a_f of log(1 − s_f), which the generator of the minimax game makes small: −s_f."""
    return -sigmoid(np.asarray(a_f, dtype=np.float64))


def interpolated(phi: np.ndarray, other: np.ndarray, beta: float) -> np.ndarray:
    """A feature between those of two sentences: β φ + (1 − β) φ', the shape of both."""
    require_share("beta", beta)
    require_shape("other", other, phi.shape)
    return beta * phi + (1.0 - beta) * other


# A small pair of players, whose every derivative fits on a page.


def generate(params: dict, z: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Images of one layer, from noise z (B, k) and features φ (B, e).

    x = tanh(W_xz z + W_xt φ + b_x)                                          (B, m)
    """
    return np.tanh(z @ params["W_xz"].T + phi @ params["W_xt"].T + params["b_x"])


def logits(params: dict, x: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """How well images x (B, m) fit features φ (B, e), and how real they look; shape (B,).

    a = φᵀ W_tx x + w_xᵀ x + b_s
    """
    return np.sum(image_slopes(params, phi) * x, axis=1) + params["b_s"]


def image_slopes(params: dict, phi: np.ndarray) -> np.ndarray:
    """∂a/∂x = W_txᵀ φ + w_x, a row for each pair, shape (B, m)."""
    return phi @ params["W_tx"] + params["w_x"]


def generator_gradients(
    params: dict,
    z: np.ndarray,
    phi: np.ndarray,
) -> tuple[float, dict]:
    """L_G, the mean of log s_f, and the gradients by the generator's arrays.

    da = (1 − s_f) / B
    dx = da (W_txᵀ φ + w_x)     the discriminator is held fixed
    du = dx ⊙ (1 − x ⊙ x)       u is the sum inside the tanh
    dW_xz = Σ du zᵀ,   dW_xt = Σ du φᵀ,   db_x = Σ du
    """
    require_shape("phi", phi, (len(z), "e"))
    x = generate(params, z, phi)
    a = logits(params, x, phi)
    da = (1.0 - sigmoid(a)) / len(a)
    dx = da[:, None] * image_slopes(params, phi)
    du = dx * (1.0 - x**2)
    grads = {"W_xz": du.T @ z, "W_xt": du.T @ phi, "b_x": du.sum(axis=0)}
    return float(np.mean(log_sigmoid(a))), grads


def discriminator_gradients(
    params: dict, x: np.ndarray, fake: np.ndarray, phi: np.ndarray, wrong: np.ndarray
) -> tuple[float, dict]:
    """L_D and its gradients by the discriminator's three arrays.

    x (B, m) are real images, ``fake`` (B, m) generated ones, φ (B, e) their sentences, ``wrong``
    (B, e) sentences that do not fit x. Every pair adds its da φ xᵀ, da x and da.
    """
    require_shape("fake", fake, x.shape)
    for name, text in {"phi": phi, "wrong": wrong}.items():
        require_shape(name, text, (len(x), "e"))
    pairs = ((x, phi), (x, wrong), (fake, phi))
    a_r, a_w, a_f = (logits(params, *pair) for pair in pairs)
    grads = {name: np.zeros_like(params[name]) for name in DISCRIMINATOR}
    slopes = logit_gradients(a_r, a_w, a_f)[:3]
    for (image, text), slope in zip(pairs, slopes, strict=True):
        da = slope / len(x)
        grads["W_tx"] += text.T @ (da[:, None] * image)
        grads["w_x"] += da @ image
        grads["b_s"] += da.sum()
    return losses_from_logits(a_r, a_w, a_f)[0], grads
