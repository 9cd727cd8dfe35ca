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
    "no-root: Ã is divided by the degrees themselves, not by their roots": (
        lambda A: loops(A) / np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1))
    ),
    "half-root: Ã is divided by the root of one degree only": (
        lambda A: loops(A) / np.sqrt(loops(A).sum(axis=1, keepdims=True))
    ),
    "inverse: Ã is multiplied by the roots of the degrees in place of divided": (
        lambda A: loops(A) * np.sqrt(np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1)))
    ),
    "laplacian: I − Â, the Laplacian, is returned": lambda A: np.eye(len(A)) - normalized(A),
    "raw: Ã is returned as it is, not normalized": loops,
    "all-entries: Ã is divided by the sum of all entries, not by the roots of two degrees": (
        lambda A: loops(A) / loops(A).sum()
    ),
    "upside-down: the roots of the degrees are divided by Ã": (
        lambda A: np.sqrt(np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1))) / loops(A)
    ),
    "no-graph: the roots of the degrees are returned, without Ã": (
        lambda A: np.sqrt(np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1)))
    ),
    "W30: D̃_ij stands in place of D̃_jj: off the diagonal that is zero": printed,
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
    "all: the updates that are enough for every pair are counted, not the fewest for this one": (
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
    "minimum: np.minimum stands in place of np.maximum: the positive sums are cut off": (
        lambda A_hat, H, W: np.minimum(sums(A_hat, H, W), 0.0)
    ),
    "border: sums below 1 or −1 are cut off, not those below 0": (
        lambda A_hat, H, W: np.maximum(sums(A_hat, H, W), 1.0),
        lambda A_hat, H, W: np.maximum(sums(A_hat, H, W), -1.0),
    ),
    "tanh: tanh stands in place of relu": lambda A_hat, H, W: np.tanh(sums(A_hat, H, W)),
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
    "not-masked: the gradient passes where the relu is closed, not where it is open": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next - passed(A_hat, H, W, dH_next))
    ),
    "no-graph: H stands in place of ÂH: the nodes are not mixed": (
        lambda A_hat, H, W, dH_next: H.T @ passed(A_hat, H, W, dH_next)
    ),
    "reversed: ÂᵀH stands in place of ÂH": (
        lambda A_hat, H, W, dH_next: (A_hat.T @ H).T @ passed(A_hat, H, W, dH_next)
    ),
    "mask-alone: the relu's mask stands in place of the gradient": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (sums(A_hat, H, W) > 0)
    ),
    "added: the relu's mask is added to the gradient, not multiplied with it": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next + (sums(A_hat, H, W) > 0))
    ),
    "border: the mask is that of sums above 1 or −1, not above 0": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next * (sums(A_hat, H, W) > 1)),
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next * (sums(A_hat, H, W) > -1)),
    ),
    "mask-unmixed: the mask is that of H W; the nodes are not mixed in it": (
        lambda A_hat, H, W, dH_next: (A_hat @ H).T @ (dH_next * (H @ W > 0))
    ),
    "unmixed: the nodes are mixed neither in the product nor in the mask": (
        lambda A_hat, H, W, dH_next: H.T @ (dH_next * (H @ W > 0))
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
    "reversed: Â stands in place of Âᵀ: the messages run forward on the way back": (
        lambda A_hat, H, W, dH_next: A_hat @ passed(A_hat, H, W, dH_next) @ W.T
    ),
    "no-graph: Â is left out: no message goes back to a neighbor": (
        lambda A_hat, H, W, dH_next: passed(A_hat, H, W, dH_next) @ W.T
    ),
    "mask-alone: the relu's mask stands in place of the gradient": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (sums(A_hat, H, W) > 0) @ W.T
    ),
    "added: the relu's mask is added to the gradient, not multiplied with it": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next + (sums(A_hat, H, W) > 0)) @ W.T
    ),
    "border: the mask is that of sums above 1 or −1, not above 0": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next * (sums(A_hat, H, W) > 1)) @ W.T,
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next * (sums(A_hat, H, W) > -1)) @ W.T,
    ),
    "mask-unmixed: the mask is that of H W; the nodes are not mixed in it": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next * (H @ W > 0)) @ W.T
    ),
    "mask-reversed: the mask is that of ÂᵀH W in place of ÂH W": (
        lambda A_hat, H, W, dH_next: A_hat.T @ passed(A_hat.T, H, W, dH_next) @ W.T
    ),
    "no-W: W^T is left out: that is the gradient by ÂH W, mixed back": (
        lambda A_hat, H, W, dH_next: A_hat.T @ passed(A_hat, H, W, dH_next)
    ),
    "late-mask: the relu's mask is looked up after the nodes are mixed": (
        lambda A_hat, H, W, dH_next: ((A_hat.T @ dH_next) * (sums(A_hat, H, W) > 0)) @ W.T
    ),
    "not-masked: the gradient passes where the relu is closed, not where it is open": (
        lambda A_hat, H, W, dH_next: A_hat.T @ (dH_next - passed(A_hat, H, W, dH_next)) @ W.T
    ),
    "sign: the sign is wrong": (lambda A_hat, H, W, dH_next: -input_gradient(A_hat, H, W, dH_next)),
}


def two_layers(
    mask_relu=True,
    mix_back=True,
    prepared=gcn.normalized_adjacency,
    mean=True,
    *,
    mixed=(True, True, True),
    relu=lambda S: np.maximum(S, 0.0),
    error=lambda scores, onehot: softmax(scores) - onehot,
    labeled=True,
    slope=lambda S: S > 0,
):
    """Both gradients with one step of them changed; ``mixed``: H, H_1, and H on the way back."""

    def answer(params, A, H, y, mask) -> dict:
        A_hat = prepared(A)
        first, second, last = (A_hat if mix else np.eye(len(A)) for mix in mixed)
        S = first @ H @ params["W_0"]
        scores = second @ relu(S) @ params["W_1"]
        dS = error(scores, np.eye(scores.shape[1])[y]) * (mask[:, None] if labeled else 1.0)
        dS = dS / mask.sum() if mean else dS
        dH = (A_hat.T @ dS if mix_back else dS) @ params["W_1"].T
        W_0 = (last @ H).T @ (dH * slope(S) if mask_relu else dH)
        return {"W_0": W_0, "W_1": (second @ relu(S)).T @ dS}

    return answer


MISTAKES[weight_gradients] = {
    "no-mask: the relu is left out on the way back": two_layers(mask_relu=False),
    "no-graph: the gradient goes back through W_1 but not through Â": two_layers(mix_back=False),
    "degree: Â is made with degrees that do not count the self-loops": two_layers(
        prepared=degree_without_loop
    ),
    "one-sided: D̃⁻¹Ã stands in place of Â": two_layers(prepared=one_sided),
    "no-loop: the self-loops are missing in Â": two_layers(prepared=no_loop),
    "no-root: Â is made with the degrees themselves, not with their roots": two_layers(
        prepared=lambda A: loops(A) / np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1))
    ),
    "inverse: Â is multiplied by the roots of the degrees, not divided": two_layers(
        prepared=lambda A: loops(A) * np.sqrt(np.outer(loops(A).sum(axis=1), loops(A).sum(axis=1)))
    ),
    "raw: Ã stands in place of Â: it is not normalized": two_layers(prepared=loops),
    "unmixed: the nodes are not mixed in one of the three places where H or H_1 is": (
        two_layers(mixed=(False, True, True)),
        two_layers(mixed=(True, False, True)),
        two_layers(mixed=(True, True, False)),
    ),
    "no-forward-relu: the relu is left out on the way forward": two_layers(relu=lambda S: S),
    "minimum: np.minimum stands in place of np.maximum on the way forward": two_layers(
        relu=lambda S: np.minimum(S, 0.0)
    ),
    "closed: the mask is that of the nodes where the relu is closed": two_layers(
        slope=lambda S: S < 0
    ),
    "border: the relu or its mask turns at 1 or −1, not at 0": (
        two_layers(relu=lambda S: np.maximum(S, 1.0)),
        two_layers(relu=lambda S: np.maximum(S, -1.0)),
        two_layers(slope=lambda S: S > 1),
        two_layers(slope=lambda S: S > -1),
    ),
    "mask-alone: the relu's mask stands in place of the gradient": (
        lambda params, A, H, y, mask: (
            weight_gradients(params, A, H, y, mask)
            | {"W_0": (normalized(A) @ H).T @ (normalized(A) @ H @ params["W_0"] > 0)}
        )
    ),
    "no-target: the class is not subtracted from the probability": two_layers(
        error=lambda scores, onehot: softmax(scores)
    ),
    "target-alone: the class stands in place of probability − class": two_layers(
        error=lambda scores, onehot: onehot
    ),
    "plus: the class is added to the probability, not subtracted": two_layers(
        error=lambda scores, onehot: softmax(scores) + onehot
    ),
    "no-softmax: the scores stand in place of the probabilities": two_layers(
        error=lambda scores, onehot: scores - onehot
    ),
    "unmasked: the nodes without a label are not left out of the sum": two_layers(labeled=False),
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
    "sign: the target minus the probability is taken": (
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
    "one-sided: the limit of D̃⁻¹Ã is taken": (
        lambda A, H: np.outer(np.ones(len(A)), (A.sum(axis=1) + 1.0) @ H) / (A.sum() + len(A))
    ),
    "length: the part along v is not divided by v's squared length": (
        lambda A, H: smooth_limit(A, H) * (A.sum() + len(A))
    ),
    "length: the part along v is divided by v's length, not by its square": (
        lambda A, H: smooth_limit(A, H) * np.sqrt(A.sum() + len(A))
    ),
    "square: np.square stands in place of np.sqrt": (
        lambda A, H: along((A.sum(axis=1) + 1.0) ** 2, H)
    ),
    "length: the part along v is multiplied by v's squared length, not divided": (
        lambda A, H: smooth_limit(A, H) * (A.sum() + len(A)) ** 2
    ),
    "zero: nothing is thought to be left": lambda A, H: np.zeros_like(H),
}
