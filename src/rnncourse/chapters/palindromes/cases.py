"""Palindromes counted whole, networks that remember by construction, and untrained ones."""

from copy import deepcopy
from functools import partial
from itertools import product
from math import log2

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.chapters.palindromes.exercises import latch_weight, share_of_one

DIGITS = 10
ONE_HOT = np.eye(DIGITS)


def every_palindrome(length: int) -> tuple[np.ndarray, np.ndarray]:
    """All palindromes of this length: x (10^⌈length/2⌉, length − 1) digits, y the last digit."""
    half = np.array(list(product(range(DIGITS), repeat=(length + 1) // 2)))
    digits = np.concatenate([half, half[:, : length // 2][:, ::-1]], axis=1)
    return digits[:, :-1], digits[:, -1]


def random_digits(T: int, count: int = 200) -> np.ndarray:
    """Digits (count, T), as the inputs of palindromes of length T + 1 with no mirror."""
    return np.random.default_rng(0).integers(0, DIGITS, (count, T))


def joint_counts(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How often each row of x comes with each class of y: (different rows, classes)."""
    _, row = np.unique(x, axis=0, return_inverse=True)
    counts = np.zeros((row.max() + 1, y.max() + 1))
    np.add.at(counts, (row.ravel(), y), 1.0)
    return counts


def information(counts: np.ndarray) -> float:
    """Mutual information of row and column in bits, from a table of joint counts."""
    joint = counts / counts.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    return float((joint[seen] * np.log2(joint[seen] / apart[seen])).sum())


def best_guess(counts: np.ndarray) -> float:
    """The share of right answers of the best rule that sees the row and says a column."""
    return float(counts.max(axis=1).sum() / counts.sum())


def entropy(share: float) -> float:
    """Of a coin in bits."""
    return -sum(p * log2(p) for p in (share, 1.0 - share) if p > 0)


def needed_bits(accuracy: float, K: int = DIGITS) -> float:
    """Fano: what an answer must tell of the digit, in bits, to be right this often."""
    return log2(K) - entropy(accuracy) - (1.0 - accuracy) * log2(K - 1)


# Latches


def digit_codes(n: int = 4) -> np.ndarray:
    """A column of +1 and −1 for each digit, its number in binary: (n, 10)."""
    bits = (np.arange(DIGITS) >> np.arange(n)[:, None]) & 1
    return 2.0 * bits - 1.0


def latch(alpha: float = 1.0, w: float | None = None) -> dict:
    """Four units that hold the first digit: one-hot inputs push by ±alpha, w is the self-loop.

    h_t = tanh(alpha C x_t + w h_{t-1}),   p_t = Cᵀ h_t

    ``w`` None means the smallest weight of the theorem, 2 alpha / tanh alpha.
    """
    C = digit_codes()
    w = latch_weight(alpha, alpha) if w is None else w
    return latch_params(alpha * C, w, np.zeros(len(C)), C.T.copy())


def latch_params(W_hx, w: float, b_h, W_ph) -> dict:
    n, K = len(b_h), len(W_ph)
    return {"W_hx": W_hx, "W_hh": w * np.eye(n), "b_h": b_h, "W_ph": W_ph, "b_p": np.zeros(K)}


def states(params: dict, x: np.ndarray) -> np.ndarray:
    """The states of a whole batch, x (B, T, d) from zero: (T, B, n)."""
    h, steps = np.zeros((len(x), len(params["b_h"]))), []
    for x_t in x.swapaxes(0, 1):
        h = np.tanh(x_t @ params["W_hx"].T + h @ params["W_hh"].T + params["b_h"])
        steps.append(h)
    return np.array(steps)


def difference(params: dict, T: int, count: int = 20) -> np.ndarray:
    """How far the states of two inputs are apart that differ in the first digit alone: (T,).

    Of ``count`` pairs the median of the norm of the difference, over that of step 1.
    """
    digits = random_digits(T, count)
    other = digits.copy()
    other[:, 0] = (digits[:, 0] + 5) % DIGITS
    apart = np.linalg.norm(states(params, ONE_HOT[digits]) - states(params, ONE_HOT[other]), axis=2)
    return np.median(apart / apart[0], axis=1)


def accuracy(params: dict, x: np.ndarray, y: np.ndarray) -> float:
    """The share of right answers after the last input, x (B, T, d)."""
    p = states(params, x)[-1] @ params["W_ph"].T + params["b_p"]
    return float((p.argmax(axis=1) == y).mean())


# Gradients and starts


def carried(params: dict, x: np.ndarray) -> float:
    """The norm of ∂h_T/∂h_1 for the inputs x (T, d)."""
    _, cache = rnn.forward(params, x)
    product = np.eye(len(params["b_h"]))
    for h in cache.h[1:]:
        product = rnn.jacobian(params, h) @ product
    return float(np.linalg.norm(product, 2))


def untrained(initialization: str, seed: int, n: int = 128) -> dict:
    """An RNN of n units with ten inputs and classes before training, in float64."""
    from rnncourse.cells import initialize_
    from rnncourse.sequence import SequenceModel

    rng = np.random.default_rng(seed)
    model = SequenceModel("rnn", DIGITS, n, DIGITS, rng=rng)
    initialize_(model, initialization, rng=rng)
    own = model.named_parameters()
    return {name.rpartition(".")[2]: p.detach().numpy().astype(float) for name, p in own}


def trained_from(initialization: str, seed: int, length=20, updates=300):
    """48 units in float64: the cell before training, and the model after it."""
    from rnncourse.cells import initialize_
    from rnncourse.sequence import SequenceModel
    from rnncourse.tasks import palindromes
    from rnncourse.training import TrainConfig, train

    rng = np.random.default_rng(seed)
    model = SequenceModel("rnn", DIGITS, 48, DIGITS, rng=rng).double()
    initialize_(model, initialization, rng=rng)
    before = deepcopy(model.cells[0])
    task = partial(palindromes, length=length)
    rmsprop = {"optimizer": "rmsprop", "learning_rate": 1e-3}
    config = TrainConfig(updates, 32, seed=seed, **rmsprop)
    train(model, task, config, record_name=initialization)
    return before, model


def clipped_rmsprop(own: dict, memory: list, x, y, rate: float = 1e-3, clip: float = 10.0):
    """One update of an RNN from bare parameters, in place: the loss and the gradient's norm.

    Shapes: own, torch tensors W_hx (n, 10), W_hh (n, n), b_h (n,), W_ph (10, n), b_p (10,); memory,
    a list of zeros in their shapes at first; x (B, T) digits, y (B,).
    """
    import torch
    from torch.nn.functional import cross_entropy, one_hot

    h = torch.zeros(len(x), len(own["b_h"])).double()
    for x_t in one_hot(x, DIGITS).double().swapaxes(0, 1):
        h = torch.tanh(x_t @ own["W_hx"].T + h @ own["W_hh"].T + own["b_h"])
    loss = cross_entropy(h @ own["W_ph"].T + own["b_p"], y)
    grads = torch.autograd.grad(loss, list(own.values()))
    norm = torch.stack([g.norm() for g in grads]).norm()
    scale = (clip / (norm + 1e-6)).clamp(max=1.0)
    for w, g, v in zip(own.values(), grads, memory, strict=True):
        v.mul_(0.99).add_(0.01 * (scale * g) ** 2)
        w.data -= rate * scale * g / (v.sqrt() + 1e-8)
    return loss.item(), norm.item()


def change_of_output_gradient(params: dict, length: int, seed: int = 0) -> float:
    """How much dL/dW_ph changes when only the first digit does: norm over norm."""
    digits = np.random.default_rng(seed).integers(0, DIGITS, length - 1)
    y = np.full(length - 1, digits[0])
    other = digits.copy()
    other[0] = (digits[0] + 5) % DIGITS
    one, two = (rnn.loss_and_gradients(params, ONE_HOT[x], y)[1]["W_ph"] for x in (digits, other))
    return float(np.linalg.norm(two - one) / np.linalg.norm(one))


def linear_probe(h: np.ndarray, y: np.ndarray) -> float:
    """How often a linear map of the states h (B, n) says y (B,).

    Least squares onto one-hot rows, with a bias, fitted on one half and
    tried on the other; the largest entry is the answer.
    """
    rows, half = np.column_stack([h, np.ones(len(h))]), len(h) // 2
    W = np.linalg.lstsq(rows[:half], ONE_HOT[y[:half]], rcond=None)[0]
    return float(((rows[half:] @ W).argmax(axis=1) == y[half:]).mean())


# Training and measuring


def short_steps_after_a_spike(size: float, clip: float | None, decay: float = 0.99) -> int:
    """Updates of RMSprop that are shorter than half the usual one after a large gradient.

    Every gradient is 1 but one, which is ``size``; with ``clip`` none is larger than that.
    """
    size = size if clip is None else min(size, clip)
    v, short = decay * 1.0 + (1.0 - decay) * size**2, 0
    while True:
        v = decay * v + (1.0 - decay)
        if v <= 4.0:
            return short
        short += 1


# The other tasks


def baum_sweet_share(length: int, keep_zero: float = 0.016724) -> float:
    """P(label 1) of the Baum-Sweet task, by looking at every integer from 10 to 10^length.

    A number has label 1 if it is made of ones and of pairs of zeros after its first one.
    """
    good, total = 0, 10**length - 9
    words = ["1"]
    while words:
        words = [word for word in words if int(word, 2) <= 10**length]
        good += sum(int(word, 2) >= 10 for word in words)
        words = [word + end for word in words for end in ("1", "00")]
    return share_of_one(good, total, keep_zero)


def binary_halves(digits: int) -> list[str]:
    """The front halves of all binary palindromes of this many digits 0 … 8, as they are drawn."""
    halves = ["".join(map("{:b}".format, drawn)) for drawn in product(range(9), repeat=digits)]
    return halves + [half[::-1] for half in halves]


def binary_majority() -> float:
    """The share of label 1 among binary palindromes of 3 digits a half."""
    halves = binary_halves(3)
    return sum(half[0] == "1" for half in halves) / len(halves)
