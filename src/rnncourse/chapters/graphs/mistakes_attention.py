"""The wrong answers to the exercises on attention and gated updates, by name."""

import numpy as np

from rnncourse.byhand import ggnn
from rnncourse.byhand.softmax import softmax
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.graphs.exercises_attention import (
    SLOPE,
    attention_weights,
    edge_gradient,
    gated_update,
    nodes_heard,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def leaky(v: np.ndarray) -> np.ndarray:
    return np.maximum(v, SLOPE * v)


def sums(H, W, a) -> np.ndarray:
    """What stands in front of leaky, (N, N)."""
    U, K = H @ W.T, len(W)
    return (U @ a[:K])[:, None] + (U @ a[K:])[None, :]


def heard(A) -> np.ndarray:
    return (A != 0) | np.eye(len(A), dtype=bool)


def masked_softmax(e, hears) -> np.ndarray:
    """A row that hears nothing gets zeros."""
    e = np.where(hears, e, -np.inf)
    top = np.where(np.isfinite(e.max(axis=1, keepdims=True)), e.max(axis=1, keepdims=True), 0.0)
    parts = np.exp(e - top)
    total = parts.sum(axis=1, keepdims=True)
    return parts / np.where(total > 0, total, 1.0)


def over_everyone(A, H, W, a) -> np.ndarray:
    return softmax(leaky(sums(H, W, a)))


def then_masked(A, H, W, a) -> np.ndarray:
    return over_everyone(A, H, W, a) * heard(A)


def over_columns(A, H, W, a) -> np.ndarray:
    return masked_softmax(leaky(sums(H, W, a)).T, heard(A).T).T


def without_self(A, H, W, a) -> np.ndarray:
    return masked_softmax(leaky(sums(H, W, a)), A != 0)


def with_bend(bend):
    """Another function in the place of leaky."""
    return lambda A, H, W, a: masked_softmax(bend(sums(H, W, a)), heard(A))


def zeros_for_the_unheard(A, H, W, a) -> np.ndarray:
    return softmax(leaky(sums(H, W, a)) * heard(A))


def swapped(a) -> np.ndarray:
    half = len(a) // 2
    return np.concatenate([a[half:], a[:half]])


def half_of(a, which: int) -> np.ndarray:
    """a with the other half at zero."""
    return np.where(np.arange(len(a)) // (len(a) // 2) == which, a, 0.0)


MISTAKES[attention_weights] = {
    "everyone: the softmax runs over all nodes, not over those that are heard": over_everyone,
    "masked-late: all nodes share the softmax, and the others are set to 0 after it": then_masked,
    "zeros: the others get the score 0 before the softmax, and e⁰ = 1 is not nothing": (
        zeros_for_the_unheard
    ),
    "columns: the softmax runs over those who hear, not over those who are heard": over_columns,
    "no-self: the node does not hear itself": without_self,
    "transposed: A is read the other way: its rows are the nodes that hear": (
        given(attention_weights, A=lambda A: A.T)
    ),
    "halves: the two halves of a are exchanged: the first meets the node that hears": (
        given(attention_weights, a=swapped)
    ),
    "no-leaky: the scores do not go through leaky": with_bend(lambda v: v),
    "relu: negative scores become 0, not 0.2 times themselves": with_bend(
        lambda v: np.maximum(v, 0.0)
    ),
    "tanh: the scores go through tanh": with_bend(np.tanh),
    "slope: negative scores are multiplied by 0.01, torch's default, not by 0.2": with_bend(
        lambda v: np.maximum(v, 0.01 * v)
    ),
    "slope: negative scores are multiplied by another number than 0.2": tuple(
        with_bend(lambda v, slope=slope: np.where(v > 0, v, slope * v))
        for slope in (0.02, 0.1, 0.3, 0.4, 0.8, -0.2)
    ),
    "flipped: positive scores are multiplied by 0.2, and negative ones are not": with_bend(
        lambda v: np.minimum(v, SLOPE * v)
    ),
    "one-half: the node that hears is left out of the score": (
        lambda A, H, W, a: masked_softmax(leaky(sums(H, W, half_of(a, 1))), heard(A))
    ),
    "difference: the two halves of the score are subtracted, not added": (
        lambda A, H, W, a: masked_softmax(
            leaky(sums(H, W, half_of(a, 0) - half_of(a, 1))), heard(A)
        )
    ),
    "uniform: all that are heard count alike": with_bend(np.zeros_like),
    "scores: the scores are returned, and no softmax of them": (
        lambda A, H, W, a: leaky(sums(H, W, a)) * heard(A)
    ),
    "exponentials: the exponentials are not divided by their sum": (
        lambda A, H, W, a: np.exp(leaky(sums(H, W, a))) * heard(A)
    ),
}


MISTAKES[edge_gradient] = {
    "no-mean: the softmax's shared sum is forgotten: α times the gradient by α": (
        lambda alpha, U, dH: alpha * (dH @ U.T)
    ),
    "diagonal: α(1 − α) alone stands for the derivative of the softmax": (
        lambda alpha, U, dH: alpha * (1.0 - alpha) * (dH @ U.T)
    ),
    "by-alpha: the gradient by α is returned, not that by the scores": (
        lambda alpha, U, dH: (dH @ U.T) * (alpha > 0)
    ),
    "columns: the sum runs over those who hear": (
        lambda alpha, U, dH: alpha * (dH @ U.T - (alpha * (dH @ U.T)).sum(axis=0, keepdims=True))
    ),
    "plain-mean: the plain sum stands in the place of the sum weighted with α": (
        lambda alpha, U, dH: (
            alpha * (dH @ U.T - ((alpha > 0) * (dH @ U.T)).sum(axis=1, keepdims=True))
        )
    ),
    "exchanged: u_i and ∂L/∂h'_j are multiplied: the two are exchanged": (
        lambda alpha, U, dH: edge_gradient(alpha, dH, U)
    ),
    "plus: the shared sum is added, not subtracted": (
        lambda alpha, U, dH: alpha * (dH @ U.T + (alpha * (dH @ U.T)).sum(axis=1, keepdims=True))
    ),
    "shared-alone: only the shared sum is left, without the gradient by α": (
        lambda alpha, U, dH: alpha * (alpha * (dH @ U.T)).sum(axis=1, keepdims=True)
    ),
    "mean: the mean over the nodes stands in place of the shared sum": (
        lambda alpha, U, dH: alpha * (dH @ U.T - (alpha * (dH @ U.T)).mean(axis=1, keepdims=True))
    ),
    "largest: the largest term stands in place of the shared sum": (
        lambda alpha, U, dH: alpha * (dH @ U.T - (alpha * (dH @ U.T)).max(axis=1, keepdims=True))
    ),
    "total: one sum over all nodes stands in place of each node's own": (
        lambda alpha, U, dH: alpha * (dH @ U.T - (alpha * (dH @ U.T)).sum())
    ),
    "sums-to-1: the sum of α, which is 1, is subtracted": (
        lambda alpha, U, dH: alpha * (dH @ U.T - 1.0)
    ),
    "unweighted-everywhere: the factor α in front is missing, where nothing is heard, too": (
        lambda alpha, U, dH: dH @ U.T - (alpha * (dH @ U.T)).sum(axis=1, keepdims=True)
    ),
    "unweighted: the factor α in front is missing": (
        lambda alpha, U, dH: (
            (alpha > 0) * (dH @ U.T - (alpha * (dH @ U.T)).sum(axis=1, keepdims=True))
        )
    ),
    "sign: the sign is wrong: the gradient of −L is returned": lambda alpha, U, dH: (
        -edge_gradient(alpha, U, dH)
    ),
}


def gru_round(params, M, H, reset=None, read=None) -> np.ndarray:
    """The update with other messages; ``reset`` and ``read`` change what the candidate sees."""
    Z = sigmoid(M @ params["W_zx"].T + H @ params["W_zh"].T + params["b_z"])
    R = sigmoid(M @ params["W_rx"].T + H @ params["W_rh"].T + params["b_r"])
    past = (R * H) @ params["W_hh"].T if reset is None else reset(R, H, params["W_hh"])
    C = np.tanh(M @ params["W_hx"].T + past + params["b_h"])
    return (1.0 - Z) * H + Z * C if read is None else read(Z, H, C)


def with_messages(messages):
    """Other messages; ``messages(A, H)`` gives them."""
    return lambda params, A, H: gru_round(params, messages(A, H), H)


def mean_message(A, H) -> np.ndarray:
    total = A.sum(axis=1, keepdims=True)
    return A @ H / np.where(total > 0, total, 1.0)


def one_after_another(params, A, H) -> np.ndarray:
    """Node 0 first; those after it hear what it says now."""
    H = H.copy()
    for i in range(len(H)):
        H[i] = gru_round(params, (A[i] @ H)[None], H[i : i + 1])[0]
    return H


def without_matrix(name: str):
    """One matrix is taken for the identity."""
    return lambda params, A, H: gru_round(params | {name: np.eye(H.shape[1])}, A @ H, H)


def only_bias(gate: str):
    """The two matrices of a gate are taken for zero."""

    def answer(params, A, H):
        zeros = {f"W_{gate}{source}": np.zeros((H.shape[1],) * 2) for source in "xh"}
        return gru_round(params | zeros, A @ H, H)

    return answer


def logit(gate) -> np.ndarray:
    """What σ was taken of."""
    return np.log(gate / (1.0 - gate))


def transposed(params) -> dict:
    return {name: value.T for name, value in params.items()}


MISTAKES[gated_update] = {
    "mean: the messages are averaged, not added up": with_messages(mean_message),
    "self: the node's own state is added to the message": with_messages(lambda A, H: A @ H + H),
    "unweighted: the weights of the edges are left out": with_messages(lambda A, H: (A != 0) @ H),
    "direction: A is transposed: row i holds whom node i hears": with_messages(
        lambda A, H: A.T @ H
    ),
    "alone: no message arrives": with_messages(lambda A, H: np.zeros_like(H)),
    "one-by-one: a node hears what earlier nodes say after their own update": one_after_another,
    "exchanged: z and 1 − z are exchanged": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: Z * H + (1.0 - Z) * C
    ),
    "after: the reset comes after the product with W_hh": lambda params, A, H: gru_round(
        params, A @ H, H, reset=lambda R, H, W: R * (H @ W.T)
    ),
    "no-reset: the candidate sees the whole state, without r": lambda params, A, H: gru_round(
        params, A @ H, H, reset=lambda R, H, W: H @ W.T
    ),
    "candidate: the candidate replaces the state": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: C
    ),
    "no-past: only z times the candidate is left of the state": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: Z * C
    ),
    "no-candidate: z h̃ is left out: only the old state fades": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: (1.0 - Z) * H
    ),
    "adds: the old state is kept whole: h + z h̃": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: H + Z * C
    ),
    "whole-candidate: the candidate is not multiplied by z": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: (1.0 - Z) * H + C
    ),
    "same-gate: z is multiplied with both, the old state and the candidate": (
        lambda params, A, H: gru_round(params, A @ H, H, read=lambda Z, H, C: Z * H + Z * C)
    ),
    "minus: z h̃ is subtracted": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: (1.0 - Z) * H - Z * C
    ),
    "turned: z − 1, or 1 + z, stands in place of 1 − z": (
        lambda params, A, H: gru_round(
            params, A @ H, H, read=lambda Z, H, C: (Z - 1.0) * H + Z * C
        ),
        lambda params, A, H: gru_round(
            params, A @ H, H, read=lambda Z, H, C: (1.0 + Z) * H + Z * C
        ),
    ),
    "own-message: the node's own state is its message": with_messages(lambda A, H: H),
    "no-W_hh: r ⊙ h is not multiplied by W_hh": lambda params, A, H: gru_round(
        params, A @ H, H, reset=lambda R, H, W: R * H
    ),
    "reset-added: r is added to h, not multiplied with it": lambda params, A, H: gru_round(
        params, A @ H, H, reset=lambda R, H, W: (R + H) @ W.T
    ),
    "reset-alone: W_hh is multiplied with r, and h is left out": lambda params, A, H: gru_round(
        params, A @ H, H, reset=lambda R, H, W: R @ W.T
    ),
    "no-matrix: m or h is not multiplied by its matrix in z, r or h̃": tuple(
        without_matrix(name) for name in ("W_zx", "W_zh", "W_rx", "W_rh", "W_hx")
    ),
    "only-bias: z, r or h̃ sees its bias alone, neither m nor h": tuple(
        only_bias(gate) for gate in "zrh"
    ),
    "no-sigmoid: z or r does not go through σ": (
        lambda params, A, H: gru_round(
            params, A @ H, H, read=lambda Z, H, C: (1.0 - logit(Z)) * H + logit(Z) * C
        ),
        lambda params, A, H: gru_round(
            params, A @ H, H, reset=lambda R, H, W: (logit(R) * H) @ W.T
        ),
    ),
    "no-tanh: h̃ does not go through tanh": lambda params, A, H: gru_round(
        params, A @ H, H, read=lambda Z, H, C: (1.0 - Z) * H + Z * np.arctanh(C)
    ),
    "turned-sigmoid: σ is written with e^a in place of e^(−a): that is 1 − σ": (
        lambda params, A, H: gru_round(
            params,
            A @ H,
            H,
            reset=lambda R, H, W: ((1.0 - R) * H) @ W.T,
            read=lambda Z, H, C: Z * H + (1.0 - Z) * C,
        )
    ),
    "sigmoid-no-one: σ is written without the 1 below: 1 / e^(−a)": lambda params, A, H: gru_round(
        params,
        A @ H,
        H,
        reset=lambda R, H, W: (R / (1.0 - R) * H) @ W.T,
        read=lambda Z, H, C: (1.0 - Z / (1.0 - Z)) * H + Z / (1.0 - Z) * C,
    ),
    "sigmoid-no-quotient: σ is written 1 + e^(−a), without the quotient": (
        lambda params, A, H: gru_round(
            params,
            A @ H,
            H,
            reset=lambda R, H, W: (H / R) @ W.T,
            read=lambda Z, H, C: (1.0 - 1.0 / Z) * H + C / Z,
        )
    ),
    "weights: the weights are transposed": lambda params, A, H: gru_round(
        transposed(params), A @ H, H
    ),
    "twice: two rounds are taken": lambda params, A, H: ggnn.forward(params, A, H, 2)[0],
}


def hears(A) -> np.ndarray:
    return ((np.asarray(A) != 0) | np.eye(len(A), dtype=bool)).astype(float)


MISTAKES[nodes_heard] = {
    "walks: a node is counted once for every way that leads to it": (
        lambda A, layers: np.linalg.matrix_power(hears(A), layers).sum(axis=1)
    ),
    "exact: only nodes at the end of a way of exactly that many edges are counted": (
        lambda A, layers: (np.linalg.matrix_power(np.asarray(A, dtype=float), layers) > 0).sum(
            axis=1
        )
    ),
    "itself: the node itself is not counted": lambda A, layers: nodes_heard(A, layers) - 1,
    "one-more: there is one layer too many": lambda A, layers: nodes_heard(A, layers + 1),
    "one-less: one layer is missing": lambda A, layers: nodes_heard(A, layers - 1),
    "neighbors: only one layer is counted": lambda A, layers: nodes_heard(A, 1),
    "direction: those are counted who hear the node, not those whom it hears": (
        lambda A, layers: nodes_heard(np.asarray(A).T, layers)
    ),
}
