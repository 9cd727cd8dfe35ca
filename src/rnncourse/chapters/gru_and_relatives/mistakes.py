"""The wrong answers to the exercises on the GRU, by name.

Ids such as W15 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import gru
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.gru_and_relatives.exercises import (
    candidate_weights,
    from_torch,
    gate_gradients,
    state_gradients,
    step,
    update_bias,
)
from rnncourse.chapters.gru_and_relatives.networks import (
    AFTER,
    Parts,
    Ways,
    gate_rows,
    inside,
    reset_after,
    step_with,
    walk_back,
)
from rnncourse.exercises.networks import slope
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import with_entry


def with_parts(**parts):
    return lambda params, x, h: step_with(params, x, h, Parts(**parts))


def old_in_front(z, h, new):
    return z * h + (1.0 - z) * new


def resets_everything(params, x, h) -> np.ndarray:
    r = sigmoid(params["W_rx"] @ x + params["W_rh"] @ h + params["b_r"])
    return step_with(params, x, h, Parts(mixed=lambda z, h, new: (1.0 - z) * r * h + z * new))


def without_biases(params, x, h) -> np.ndarray:
    return step({name: 0.0 * W if name[0] == "b" else W for name, W in params.items()}, x, h)


def resets_the_input(params, x, h) -> np.ndarray:
    z, r = (sigmoid(params[f"W_{q}x"] @ x + params[f"W_{q}h"] @ h + params[f"b_{q}"]) for q in "zr")
    new = np.tanh(r * (params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"]))
    return (1.0 - z) * h + z * new


def reciprocal(a):
    return 1.0 + np.exp(-a)


def with_gates(z=sigmoid, r=sigmoid):
    """A step whose two gates have functions of their own."""

    def answer(params, x, h):
        a_z, a_r = (params[f"W_{q}x"] @ x + params[f"W_{q}h"] @ h + params[f"b_{q}"] for q in "zr")
        opened = z(a_z)
        new = np.tanh(params["W_hx"] @ x + params["W_hh"] @ (r(a_r) * h) + params["b_h"])
        return (1.0 - opened) * h + opened * new

    return answer


MIXED = {
    "no-new: z ⊙ candidate is missing": with_parts(mixed=lambda z, h, new: (1.0 - z) * h),
    "no-old: (1 − z) ⊙ h is missing": with_parts(mixed=lambda z, h, new: z * new),
    "all-new: the candidate is added whole, without z": with_parts(
        mixed=lambda z, h, new: (1.0 - z) * h + new
    ),
    "z-twice: z stands in place of 1 − z, beside the old state too": with_parts(
        mixed=lambda z, h, new: z * h + z * new
    ),
    "minus: z ⊙ candidate is subtracted": with_parts(
        mixed=lambda z, h, new: (1.0 - z) * h - z * new
    ),
    "share-sign: z − 1 stands in place of 1 − z": with_parts(
        mixed=lambda z, h, new: (z - 1.0) * h + z * new
    ),
}
MISTAKES[step] = {
    "W14: h stands in place of the candidate, so that the state never moves": lambda w, x, h: h,
    "W15: z and 1 − z are exchanged, as in torch": with_parts(mixed=old_in_front),
    "after: the reset comes after the product, as in torch": reset_after,
    "W15: this is torch's GRU in both respects": with_parts(mixed=old_in_front, past=AFTER.past),
    "no-reset: the reset gate is left out": with_parts(past=lambda W, r, h: W @ h),
    "one-minus-r: 1 − r resets in place of r": with_parts(past=lambda W, r, h: W @ (h - r * h)),
    "reset-input: r multiplies the whole sum of the candidate, the input too": resets_the_input,
    "no-biases: the biases are left out, as on the sheet": without_biases,
    "W41: W_hh is transposed": with_parts(past=lambda W, r, h: W.T @ (r * h)),
    "exchanged: the weights of z and r are exchanged": with_parts(gates="rz"),
    "reset-kept: the reset multiplies the state that is kept, too": resets_everything,
    "sum: the old state is kept whole": with_parts(mixed=lambda z, h, new: h + z * new),
    "tanh-gates: the gates are tanh in place of sigmoid": with_parts(gate=np.tanh),
    "W39: 0.5 (tanh(a) + 1) is sigmoid(2a)": with_parts(gate=lambda a: sigmoid(2.0 * a)),
    "W19: the candidate is a sigmoid, so it has no sign": with_parts(candidate=sigmoid),
    "candidate: the candidate is returned and not the mean": with_parts(
        mixed=lambda z, h, new: new
    ),
    **MIXED,
    "no-tanh: the candidate has no tanh": with_parts(candidate=lambda a: a),
    "no-matrix: r ⊙ h enters the candidate without W_hh": with_parts(past=lambda W, r, h: r * h),
    "no-h: W_hh is multiplied with r and not with r ⊙ h": with_parts(past=lambda W, r, h: W @ r),
    "no-recurrence: the candidate does not see the state": with_parts(past=lambda W, r, h: 0.0 * h),
    "no-one: exp(a) stands in place of the sigmoid: the 1 + under the fraction is missing": (
        with_parts(gate=np.exp),
        with_gates(z=np.exp),
        with_gates(r=np.exp),
    ),
    "fraction: 1 + exp(−a) stands in place of 1 / (1 + exp(−a))": (
        with_parts(gate=reciprocal),
        with_gates(z=reciprocal),
        with_gates(r=reciprocal),
    ),
}


def blocks(order: str, sign_z: float = -1.0):
    """torch's blocks in this order; its own is r, z, h."""

    def answer(W):
        r, z, h = np.split(W, 3)
        part = {"r": r, "z": sign_z * z, "h": h}
        return np.concatenate([part[q] for q in order])

    return answer


def _first_as_z(W, sign: float) -> np.ndarray:
    z, r, h = np.split(W, 3)
    return np.concatenate([sign * z, r, h])


def _one_minus(W) -> np.ndarray:
    r, z, h = np.split(W, 3)
    return np.concatenate([1.0 - z, r, h])


MISTAKES[from_torch] = {
    "W15: the sign of z is kept: this z multiplies the old state": blocks("zrh", 1.0),
    "order: the blocks stay in torch's order, and z has its new sign": blocks("rzh"),
    "unchanged: nothing is changed: torch's order and torch's z": blocks("rzh", 1.0),
    "read: the first block is read as z; in torch it is r": lambda W: _first_as_z(W, -1.0),
    "one-minus: 1 − z is taken of the weights; it is wanted of the gate": _one_minus,
    "all-signs: the signs of all blocks are changed": lambda W: -blocks("zrh", 1.0)(W),
}


def logit(f: float) -> float:
    return np.log(f / (1.0 - f))


MISTAKES[update_bias] = {
    "sign: this is the LSTM's forget bias; a GRU keeps 1 − z": (
        lambda T, share: -update_bias(T, share)
    ),
    "gate: the gate z is returned and not its bias": lambda T, share: 1.0 - share ** (1.0 / T),
    "one-step: the share is taken for one step, T = 1": lambda T, share: -logit(share),
    "power: share^T stands in place of share^(1/T)": lambda T, share: -logit(share**T),
    "linear: share / T stands in place of share^(1/T)": lambda T, share: -logit(share / T),
    "product: z (1 − z) stands in place of z / (1 − z)": (
        lambda T, share: np.log(share ** (1.0 / T) * (1.0 - share ** (1.0 / T)))
    ),
    "log-kept: log(1 − z) is returned": lambda T, share: np.log(share) / T,
    "no-log: the logarithm is missing": lambda T, share: share ** (-1.0 / T) - 1.0,
    "straight: each step is thought to lose (1 − share) / T; the losses multiply": (
        lambda T, share: -logit(1.0 - (1.0 - share) / T)
    ),
    "log: log z stands in place of log(z / (1 − z))": (
        lambda T, share: np.log(1.0 - share ** (1.0 / T))
    ),
}


def tanh_twice(candidate: np.ndarray) -> np.ndarray:
    return 1.0 - np.tanh(candidate) ** 2


def untransposed(W: np.ndarray) -> np.ndarray:
    return W


def rows_with(**ways):
    return lambda *values: gate_rows(*values, ways=Ways(**ways))


def slid_in_by(factor):
    """The rows with ``factor(z)`` in da_h, and so on the way to da_r."""

    def answer(dh, z, r, new, old, W):
        da_h = dh * factor(z) * (1.0 - new**2)
        return [dh * (new - old) * z * (1.0 - z), (W.T @ da_h) * old * r * (1.0 - r), da_h]

    return answer


NO_SQUARE = "no-square: 1 − candidate stands in place of 1 − candidate²"
TWICE = "W37: 1 − tanh² is taken of the candidate, which is the tanh already"
MISTAKES[gate_gradients] = {
    TWICE: rows_with(slope=tanh_twice),
    NO_SQUARE: rows_with(slope=lambda new: 1.0 - new),
    "W41: W_hh is not transposed on the way to the reset gate": rows_with(carry=untransposed),
    "no-matrix: da_h goes to the reset gate without W_hhᵀ": rows_with(
        carry=lambda W: np.eye(len(W))
    ),
    "no-tanh-slope: the slope of the candidate's tanh is missing": rows_with(slope=np.ones_like),
    "square: the square of the candidate stands in place of 1 − its square": rows_with(
        slope=np.square
    ),
    "no-sigmoid-slope: z (1 − z) is missing in da_z": with_entry(
        gate_rows, 0, lambda dh, z, r, new, old, W: dh * (new - old)
    ),
    "no-sigmoid-slope: r (1 − r) is missing in da_r": with_entry(
        gate_rows, 1, lambda dh, z, r, new, old, W: (W.T @ (dh * z * slope(new))) * old
    ),
    "no-h: h_prev is missing in da_r": with_entry(
        gate_rows,
        1,
        lambda dh, z, r, new, old, W: (W.T @ (dh * z * slope(new))) * r * (1.0 - r),
    ),
    "W15: h_prev − candidate stands in da_z: there z multiplies the old state": with_entry(
        gate_rows, 0, lambda dh, z, r, new, old, W: dh * (old - new) * z * (1.0 - z)
    ),
    "W15: 1 − z stands in place of z in da_h; here z multiplies the candidate": slid_in_by(
        lambda z: 1.0 - z
    ),
    "no-z: da_h has no factor z, as if all of the candidate came in": slid_in_by(np.ones_like),
    "difference: the old state is forgotten in da_z: 1 − z moves too": with_entry(
        gate_rows, 0, lambda dh, z, r, new, old, W: dh * new * z * (1.0 - z)
    ),
    "reset-arrives: dh stands in place of W_hhᵀ da_h in da_r: r acts through the candidate alone": (
        with_entry(gate_rows, 1, lambda dh, z, r, new, old, W: dh * old * r * (1.0 - r))
    ),
    "after: da_r is that of a reset after the product": with_entry(
        gate_rows, 1, lambda dh, z, r, new, old, W: r * (1.0 - r) * z * (W @ old) * dh * slope(new)
    ),
    "no-slopes: the slopes of tanh and sigmoid are missing": (
        lambda dh, z, r, new, old, W: np.array([dh * (new - old), (W.T @ (dh * z)) * old, dh * z])
    ),
    "order: the rows stand in torch's order, r, z, h": lambda *v: gate_rows(*v)[[1, 0, 2]],
}


DIRECT_ONLY = Ways(reset=np.zeros_like, through_z=0.0, through_r=0.0)


def back_with(**ways):
    """The states' gradients by a recursion with other parts."""
    return lambda *network: walk_back(*network, Ways(**ways)).dh


def every_step(params, x, y, h0) -> np.ndarray:
    """The losses of all steps, each from its own last step."""
    total = np.zeros((len(x), len(h0)))
    for t in range(1, len(x) + 1):
        total[:t] += walk_back(params, x[:t], y[:t], h0).dh
    return total


DIRECT = "direct-path: only (1 − z) ⊙ dh is sent back: the direct path is taken for the whole"


def later_rows(params, x, y, h0) -> np.ndarray:
    """dL/dh^(0) … dL/dh^(T−1): the state before each step."""
    dh = walk_back(params, x, y, h0).dh
    step_before = gru.step(params, x[0], h0)
    return np.vstack([_before_the_first(params, step_before, dh[0]), dh[:-1]])


def _before_the_first(params, s, dh) -> np.ndarray:
    da = dict(zip("zrh", gate_rows(dh, *inside(s, params)), strict=True))
    back = dh * (1.0 - s.z) + s.r * (params["W_hh"].T @ da["h"])
    return back + params["W_zh"].T @ da["z"] + params["W_rh"].T @ da["r"]


MISTAKES[state_gradients] = {
    DIRECT: back_with(**DIRECT_ONLY._asdict()),
    "no-direct: (1 − z) ⊙ dh is missing": back_with(kept=np.zeros_like),
    "W15: z ⊙ dh stands in place of (1 − z) ⊙ dh": back_with(kept=lambda z: z),
    "no-z: nothing comes back through z": back_with(through_z=0.0),
    "no-r: nothing comes back through r": back_with(through_r=0.0),
    "no-gates: nothing comes back through the gates": back_with(through_z=0.0, through_r=0.0),
    "no-reset: W_hhᵀ da_h goes back without its factor r": back_with(reset=np.ones_like),
    TWICE: back_with(slope=tanh_twice),
    NO_SQUARE: back_with(slope=lambda new: 1.0 - new),
    "W41: the matrices are not transposed": back_with(carry=untransposed),
    "W41: W_hh is not transposed": back_with(plain="h"),
    "W41: W_zh is not transposed": back_with(plain="z"),
    "W41: W_rh is not transposed": back_with(plain="r"),
    "no-tanh-slope: the slope of the candidate's tanh is missing": back_with(slope=np.ones_like),
    "whole: dh is sent back whole and not by 1 − z": back_with(kept=np.ones_like),
    "sign: the way through z has the wrong sign: z moves towards the candidate": back_with(
        through_z=-1.0
    ),
    "sign: the way through r has the wrong sign": back_with(through_r=-1.0),
    "no-onehot: yhat stands in place of yhat − onehot(y)": back_with(onehot=0.0),
    "late: the rows come one late: dh is stored after it went back a step": later_rows,
    "W5: y − yhat stands in place of yhat − y": lambda *net: -state_gradients(*net),
    "every-step: the losses of all steps are summed; only the last one counts": every_step,
}


def product_with(into):
    """Σ_t da_h ⊗ ``into(cache)``, a wrong partner of da_h."""

    def answer(params, x, y, h0):
        _, da, cache = walk_back(params, x, y, h0)
        return da[:, 2].T @ into(cache)

    return answer


def candidate_slope(factor):
    """Σ_t (dh ⊙ factor(z, h̃)) ⊗ (r ⊙ h_prev): another da_h."""

    def answer(params, x, y, h0):
        dh, _, s = walk_back(params, x, y, h0)
        return (dh * factor(s.z, s.candidate)).T @ (s.r * s.h_prev)

    return answer


def on_the_direct_path(params, x, y, h0) -> np.ndarray:
    _, da, s = walk_back(params, x, y, h0, DIRECT_ONLY)
    return da[:, 2].T @ (s.r * s.h_prev)


def last_step(params, x, y, h0) -> np.ndarray:
    _, da, s = walk_back(params, x, y, h0)
    return np.outer(da[-1, 2], s.r[-1] * s.h_prev[-1])


MISTAKES[candidate_weights] = {
    "unreset: h_prev stands in place of r ⊙ h_prev: W_hh is multiplied with the reset state": (
        product_with(lambda s: s.h_prev)
    ),
    "W42: r ⊙ h stands in place of r ⊙ h_prev": product_with(lambda s: s.r * s.h),
    "W42: h stands in place of r ⊙ h_prev": product_with(lambda s: s.h),
    "z-for-r: z ⊙ h_prev stands in place of r ⊙ h_prev": product_with(lambda s: s.z * s.h_prev),
    "W1: only the last step counts; W_hh acts at every step": last_step,
    "W5: y − yhat stands in place of yhat − y": lambda *net: -candidate_weights(*net),
    "direct-path: dh came back on the direct path alone": on_the_direct_path,
    TWICE: candidate_slope(lambda z, new: z * tanh_twice(new)),
    NO_SQUARE: candidate_slope(lambda z, new: z * (1.0 - new)),
    "square: h̃² stands in place of 1 − h̃²": candidate_slope(lambda z, new: z * new**2),
    "no-tanh-slope: the slope of the candidate's tanh is missing": candidate_slope(
        lambda z, new: z
    ),
    "no-z: da_h has no factor z": candidate_slope(lambda z, new: slope(new)),
    "W41: the answer is transposed": (lambda *net: candidate_weights(*net).T),
    "no-r: r stands in place of r ⊙ h_prev": product_with(lambda s: s.r),
}
