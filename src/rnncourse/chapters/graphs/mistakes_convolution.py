"""The wrong answers to the exercises on the graph convolution, by name."""

import numpy as np

from rnncourse.byhand import gcn
from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.graphs.exercises_convolution import (
    input_gradient,
    layer,
    normalized,
    smooth_limit,
    updates,
    weight_gradient,
    weight_gradients,
)
from rnncourse.chapters.graphs.six_nodes import shortest_paths, walks
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def loops(A) -> np.ndarray:
    """Ã."""
    return A + np.eye(len(A))


def by_degrees(A, d) -> np.ndarray:
    """Ã divided by the roots of these degrees."""
    return loops(A) / np.sqrt(np.outer(d, d))


def degree_without_loop(A) -> np.ndarray:
    """Ã normalized by the degrees of A."""
    return by_degrees(A, A.sum(axis=1))


def one_sided(A) -> np.ndarray:
    """D̃⁻¹ Ã: rows that sum to 1."""
    return loops(A) / loops(A).sum(axis=1, keepdims=True)


def no_loop(A) -> np.ndarray:
    """D^(−1/2) A D^(−1/2): a node does not hear itself."""
    d = A.sum(axis=1)
    return A / np.sqrt(np.outer(d, d))


def printed(A) -> np.ndarray:
    """The root of D̃_ii D̃_ij, which is 0 off the diagonal."""
    D = np.diag(loops(A).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return loops(A) / np.sqrt(D.diagonal()[:, None] * D)


MISTAKES[normalized] = {
    "degree: the self-loops are in Ã but not in the degrees": degree_without_loop,
    "one-sided: D̃⁻¹Ã: each row is divided by its own degree alone": one_sided,
    "one-sided: ÃD̃⁻¹: each column is divided by its own degree alone": lambda A: one_sided(A).T,
    "no-loop: the self-loops are missing: that is made from A in place of Ã": no_loop,
    "no-loop: the self-loops are in the degrees but not in the matrix": (
        lambda A: normalized(A) - np.diag(normalized(A).diagonal())
    ),
    "no-root: divided by the degrees themselves, not by their roots": (
        lambda A: loops(A) / np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1))
    ),
    "half-root: divided by the root of one degree only": (
        lambda A: loops(A) / np.sqrt(loops(A).sum(axis=1, keepdims=True))
    ),
    "inverse: multiplied by the roots of the degrees in place of divided": (
        lambda A: loops(A) * np.sqrt(np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1)))
    ),
    "laplacian: that is I − Â, the Laplacian": lambda A: np.eye(len(A)) - normalized(A),
    "raw: that is Ã, not normalized": loops,
    "W30: D̃_ij in place of D̃_jj: off the diagonal that is zero": printed,
}


def count_paths(A, listener, speaker) -> int:
    return len(shortest_paths(A, speaker, listener))


MISTAKES[updates] = {
    "W31: the nodes in between are counted, one fewer than the edges": (
        lambda A, listener, speaker: updates(A, listener, speaker) - 1
    ),
    "nodes: the nodes of the path are counted, one more than its edges": (
        lambda A, listener, speaker: updates(A, listener, speaker) + 1
    ),
    "walks: the walks of that length are counted, not the length": (
        lambda A, listener, speaker: int(walks(A, updates(A, listener, speaker))[listener, speaker])
    ),
    "once: every node is thought to hear all others in one update": (
        lambda A, listener, speaker: 1
    ),
    "all: that is enough for every pair of nodes, not the fewest for this one": (
        lambda A, listener, speaker: max(
            updates(A, i, j) for i in range(len(A)) for j in range(len(A))
        )
    ),
    "size: one fewer than the nodes is the most that any pair can need": (
        lambda A, listener, speaker: len(A) - 1
    ),
}


def sums(A_hat, H, W) -> np.ndarray:
    return A_hat @ H @ W


MISTAKES[layer] = {
    "no-relu: the relu is left out": sums,
    "early-relu: the relu is taken before the nodes are mixed": (
        lambda A_hat, H, W: A_hat @ np.maximum(H @ W, 0.0)
    ),
    "early-relu: the relu is taken before W": lambda A_hat, H, W: np.maximum(A_hat @ H, 0.0) @ W,
    "no-weights: W is left out": lambda A_hat, H, W: np.maximum(A_hat @ H, 0.0),
    "no-graph: the nodes are not mixed": lambda A_hat, H, W: np.maximum(H @ W, 0.0),
    "no-self: a node's own row is left out": (
        lambda A_hat, H, W: layer(A_hat - np.diag(A_hat.diagonal()), H, W)
    ),
    "twice-self: a node's own row is added once more": (
        lambda A_hat, H, W: layer(A_hat + np.eye(len(A_hat)), H, W)
    ),
    "reversed: messages run against the edges: Âᵀ in place of Â": given(
        layer, A_hat=lambda A_hat: A_hat.T
    ),
    "equal: neighbors are added up without their weights": given(
        layer, A_hat=lambda A_hat: (A_hat > 0).astype(float)
    ),
    "tanh: tanh in place of relu": lambda A_hat, H, W: np.tanh(sums(A_hat, H, W)),
}


def passed(A_hat, H, W, dH_next) -> np.ndarray:
    """dS: the gradient behind the relu."""
    return dH_next * (sums(A_hat, H, W) > 0)


MISTAKES[weight_gradient] = {
    "no-mask: the relu is left out on the way back": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ dH_next
    ),
    "relu-twice: the relu is taken of the gradient, not of the sum": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ np.maximum(dH_next, 0.0)
    ),
    "slope: the sum itself stands in place of its sign": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next * np.maximum(sums(A_hat, H, W), 0.0))
    ),
    "not-masked: that is where the relu is closed": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next - passed(A_hat, H, W, dH_next))
    ),
    "no-graph: H in place of ÂH: the nodes are not mixed": (
        lambda A_hat, H, W, dH_next: H.T @ passed(A_hat, H, W, dH_next)
    ),
    "reversed: ÂᵀH in place of ÂH": (
        lambda A_hat, H, W, dH_next: (A_hat.T @ H).T @ passed(A_hat, H, W, dH_next)
    ),
    "twice-mixed: the gradient is mixed once more": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ A_hat.T @ passed(A_hat, H, W, dH_next)
    ),
    "mean: the sum over the nodes is divided by their number": (
        lambda A_hat, H, W, dH_next: weight_gradient(A_hat, H, W, dH_next) / len(H)
    ),
    "sign: the sign is wrong": (
        lambda A_hat, H, W, dH_next: -weight_gradient(A_hat, H, W, dH_next)
    ),
}

MISTAKES[input_gradient] = {
    "no-mask: the relu is left out on the way back": (
        lambda A_hat, H, W, dH_next: A_hat.T @ dH_next @ W.T
    ),
    "reversed: Â in place of Âᵀ: the messages run forward on the way back": (
        lambda A_hat, H, W, dH_next: A_hat @ passed(A_hat, H, W, dH_next) @ W.T
    ),
    "no-graph: Â is left out: no message goes back to a neighbor": (
        lambda A_hat, H, W, dH_next: passed(A_hat, H, W, dH_next) @ W.T
    ),
    "late-mask: the relu's mask is looked up after the nodes are mixed": (
        lambda A_hat, H, W, dH_next: ((A_hat.T @ dH_next) * (sums(A_hat, H, W) > 0)) @ W.T
    ),
    "not-masked: that is where the relu is closed": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next - passed(A_hat, H, W, dH_next)) @ W.T
    ),
    "sign: the sign is wrong": (lambda A_hat, H, W, dH_next: -input_gradient(A_hat, H, W, dH_next)),
}


def two_layers(mask_relu=True, mix_back=True, prepared=gcn.normalized_adjacency, mean=True):
    """Both gradients with one step of them changed."""

    def answer(params, A, H, y, mask) -> dict:
        A_hat = prepared(A)
        S = A_hat @ H @ params["W_0"]
        H_1 = np.maximum(S, 0.0)
        scores = A_hat @ H_1 @ params["W_1"]
        dS = (softmax(scores) - np.eye(scores.shape[1])[y]) * mask[:, None]
        dS = dS / mask.sum() if mean else dS
        dH = (A_hat.T @ dS if mix_back else dS) @ params["W_1"].T
        W_0 = (A_hat @ H).T @ (dH * (S > 0) if mask_relu else dH)
        return {"W_0": W_0, "W_1": (A_hat @ H_1).T @ dS}

    return answer


MISTAKES[weight_gradients] = {
    "no-mask: the relu is left out on the way back": two_layers(mask_relu=False),
    "no-graph: the gradient goes back through W_1 but not through Â": two_layers(mix_back=False),
    "degree: Â is made with degrees that do not count the self-loops": two_layers(
        prepared=degree_without_loop
    ),
    "one-sided: D̃⁻¹Ã in place of Â": two_layers(prepared=one_sided),
    "no-loop: the self-loops are missing in Â": two_layers(prepared=no_loop),
    "sum: the loss is summed over the labeled nodes, not averaged": two_layers(mean=False),
    "all-nodes: nodes without a label count too": (
        lambda params, A, H, y, mask: weight_gradients(params, A, H, y, None)
    ),
    "mean: the mean is taken over all nodes, not over those with a label": (
        lambda *given: {name: g * given[-1].mean() for name, g in weight_gradients(*given).items()}
    ),
    "unlabeled: the loss is taken where the label is missing": (
        lambda params, A, H, y, mask: weight_gradients(params, A, H, y, ~mask)
    ),
    "sign: target minus probability": (
        lambda *given: {name: -g for name, g in weight_gradients(*given).items()}
    ),
}


def along(v, H) -> np.ndarray:
    """The part of H along v."""
    return np.outer(v, v @ H) / (v @ v)


MISTAKES[smooth_limit] = {
    "mean: every node gets the mean: that is the limit where all degrees are alike": (
        lambda A, H: along(np.ones(len(A)), H)
    ),
    "degree: the self-loop is not counted in the degrees": (
        lambda A, H: along(np.sqrt(A.sum(axis=1)), H)
    ),
    "no-root: the degrees stand in place of their roots": (
        lambda A, H: along(A.sum(axis=1) + 1.0, H)
    ),
    "inverse: 1 / √d̃ stands in place of √d̃": lambda A, H: along((A.sum(axis=1) + 1.0) ** -0.5, H),
    "one-sided: that is the limit of D̃⁻¹Ã": (
        lambda A, H: np.outer(np.ones(len(A)), (A.sum(axis=1) + 1.0) @ H) / (A.sum() + len(A))
    ),
    "length: the part along v is not divided by v's squared length": (
        lambda A, H: smooth_limit(A, H) * (A.sum() + len(A))
    ),
    "length: divided by v's length, not by its square": (
        lambda A, H: smooth_limit(A, H) * np.sqrt(A.sum() + len(A))
    ),
    "zero: nothing is thought to be left": lambda A, H: np.zeros_like(H),
}
