"""Clipped and truncated gradients, and a unit that remembers: what chapter 04 measures on them."""

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.chapters.vanishing_gradients.cases import SEEDS, one_unit, orthogonal


def exploding_gradient() -> dict:
    """The gradient by all five parameters of a network with 3 × orthogonal, T = 30: norm 1700."""
    params, x, y, h0 = small_network(T=30, n=32, scale=0.1)
    params["W_hh"] = 3.0 * orthogonal(np.random.default_rng(0), 32)
    grads = rnn.loss_and_gradients(params, x, y, h0=h0)[1]
    return {name: grads[name] for name in params}


def flat(grads: dict) -> np.ndarray:
    return np.concatenate([np.ravel(g) for g in grads.values()])


def total_norm(grads: dict) -> float:
    """The norm of all gradients together, as one long vector."""
    return float(np.linalg.norm(flat(grads)))


def clip_by_norm(grads: dict, c: float) -> dict:
    """g min(1, c / ‖g‖) with one norm for all of g."""
    factor = min(1.0, c / total_norm(grads))
    return {name: factor * g for name, g in grads.items()}


def clip_each(grads: dict, c: float) -> dict:
    """Each tensor by a norm of its own."""
    return {name: clip_by_norm({name: g}, c)[name] for name, g in grads.items()}


def clip_by_value(grads: dict, c: float) -> dict:
    """Every entry into −c … c."""
    return {name: np.clip(g, -c, c) for name, g in grads.items()}


def clip_in_a_loop(grads: dict, c: float) -> dict:
    """W38: the loop gives its own name g another array; the dictionary keeps the old ones."""
    factor = min(1.0, c / total_norm(grads))
    for g in grads.values():
        g = factor * g
    return grads


def angle(a: dict, b: dict) -> float:
    """Between two gradients, in degrees."""
    a, b = flat(a), flat(b)
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def turned_by(clip) -> float:
    """How far a way of clipping turns the exploding gradient, in degrees."""
    grads = exploding_gradient()
    return angle(clip(grads, 1.0), grads)


def norm_after(clip) -> float:
    """What is left of the norm of the exploding gradient."""
    return total_norm(clip(exploding_gradient(), 1.0))


def updates(placement: str, c: float = 1.0) -> float:
    """The length of one step of gradient descent with rate 1, with the clipping placed somewhere.

    "before backward", "between" backward and step, or "after step".
    """
    import torch

    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    loss = w @ torch.tensor([6.0, 8.0], dtype=torch.float64)

    def clip(here: str) -> None:
        if here == placement:
            torch.nn.utils.clip_grad_norm_([w], c)

    clip("before backward")
    loss.backward()
    clip("between")
    w.data.sub_(w.grad)  # the step
    clip("after step")
    return float(w.detach().norm())


def network_for_truncation(factor: float, seed: int, T=40, n=32):
    """A network with ``factor`` × orthogonal that reads small inputs: params, x, y, h0."""
    params, x, y, h0 = small_network(seed, T=T, d=3, n=n, scale=0.1)
    params["W_hh"] = factor * orthogonal(np.random.default_rng(seed), n)
    return params, x, y, h0


def truncated(terms: np.ndarray, window: int) -> np.ndarray:
    """The sum of the last ``window`` terms of the gradient."""
    return terms[-window:].sum(axis=0)


def truncation_errors(factor: float, T=40) -> np.ndarray:
    """Relative error of the truncated gradient for windows 1 … T − 1, five networks: (5, T − 1)."""
    rows = []
    for seed in SEEDS:
        terms = rnn.gradient_contributions(*network_for_truncation(factor, seed, T))
        full = terms.sum(axis=0)
        wrong = [truncated(terms, k) - full for k in range(1, T)]
        rows.append(np.linalg.norm(wrong, axis=(1, 2)) / np.linalg.norm(full))
    return np.array(rows)


def truncation_angle(factor: float, window: int) -> float:
    """Median angle between the truncated gradient and the full one, in degrees."""
    angles = []
    for seed in SEEDS:
        terms = rnn.gradient_contributions(*network_for_truncation(factor, seed))
        angles.append(angle({"W_hh": truncated(terms, window)}, {"W_hh": terms.sum(axis=0)}))
    return float(np.median(angles))


def latch(T: int, W=2.0, reset_every: int | None = None) -> float:
    """One unit that reads 1 once and nothing after it: its state after T steps, in chunks."""
    h = np.tanh(1.0)
    for t in range(1, T):
        if reset_every and t % reset_every == 0:
            h = 0.0
        h = np.tanh(W * h)
    return float(h)


def latch_gradient(T: int, W=2.0) -> float:
    """∂h_T/∂h_1 of this unit, by nudging h_1."""
    start = np.array([np.tanh(1.0)])
    return float(precise_gradient(lambda: one_unit(W, start[0], T - 1)[-1], start)[0])


def truncation_bounds(params, x, y, h0) -> np.ndarray:
    """What truncation to 1 … T − 1 steps drops, over the bound of chapter 04: (T − 1,)."""
    terms = rnn.gradient_contributions(params, x, y, h0=h0)
    dropped = np.linalg.norm(np.cumsum(terms, axis=0)[-2::-1], axis=(1, 2))  # windows 1, 2, …
    longest = np.linalg.norm(rnn.forward(params, x, h0=h0)[1].h_prev, axis=1).max()
    arrives = np.linalg.norm(rnn.state_gradients(params, x, y, h0=h0)[0][-1])
    rho = np.linalg.norm(params["W_hh"], 2)
    windows = np.arange(1, len(x))
    return dropped / (arrives * longest * rho**windows / (1.0 - rho))


def detached_gradient(params, x, y, h0, window: int) -> np.ndarray:
    """dL/dW_hh of the last step's loss by torch, which is told to forget what lies before."""
    import torch

    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    h = torch.tensor(h0)
    for t, x_t in enumerate(torch.tensor(x)):
        if t == len(x) - window:
            h = h.detach()
        h = torch.tanh(leaves["W_hx"] @ x_t + leaves["W_hh"] @ h + leaves["b_h"])
    p = leaves["W_ph"] @ h + leaves["b_p"]
    torch.nn.functional.cross_entropy(p, torch.tensor(y[-1])).backward()
    return leaves["W_hh"].grad.numpy()


def clipped_too_early_or_late() -> float:
    """The step's length when clipping stands before backward() or after step(), over the limit."""
    lengths = {updates("before backward"), updates("after step")}
    return lengths.pop() if len(lengths) == 1 and updates("between") < 1.0 + 1e-6 else np.inf


def mean_of_clipped(c: float = 1.0) -> float:
    """Nine batches in ten have the gradient −1, one has +10, mean 0.1: the mean after clipping."""
    batches = [np.full(1, -1.0)] * 9 + [np.full(1, 10.0)]
    return float(np.mean([clip_by_norm({"w": g}, c)["w"] for g in batches]))


def circulation_of_clipped(c: float = 1.0) -> float:
    """∂F_2/∂w_1 − ∂F_1/∂w_2 at (1, 1) for F, the clipped gradient of (w_1² + 9 w_2²)/2.

    Zero for the gradient of any function that is twice differentiable.
    """
    w = np.ones(2)

    def entry(k: int):
        return lambda: float(clip_by_norm({"w": np.array([1.0, 9.0]) * w}, c)["w"][k])

    return float(precise_gradient(entry(1), w)[0] - precise_gradient(entry(0), w)[1])


def truncation_error(factor: float, window: int) -> float:
    """The median over five networks of the relative error of the truncated gradient."""
    return float(np.median(truncation_errors(factor)[:, window - 1]))
