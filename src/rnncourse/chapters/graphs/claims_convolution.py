"""Claims on the graph convolution: the sheet's six nodes, both ways through a layer, symmetry."""

from functools import cache, partial

import numpy as np

from rnncourse.byhand import gcn
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import cross_entropy
from rnncourse.chapters.graphs.six_nodes import (
    EDGES,
    NODES,
    adjacency,
    index,
    shortest_paths,
    updates_to_hear,
    walks,
    weight_along,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

SIX = "the sheet's graph of six nodes"
SOURCE = "U20-3.2"
SEEDS = range(5)
C, E = index("C"), index("E")
A_TILDE = (
    (1, 1, 0, 0, 1, 1),
    (1, 1, 0, 1, 0, 0),
    (0, 0, 1, 1, 0, 0),
    (0, 1, 1, 1, 0, 1),
    (1, 0, 0, 0, 1, 0),
    (1, 0, 0, 1, 0, 1),
)
DEGREES = (4, 3, 2, 4, 2, 3)
# 1 over the square of every entry of Â, as the page prints it; 0 where there is no edge.
SQUARES = (
    (16, 12, 0, 0, 8, 12),
    (12, 9, 0, 12, 0, 0),
    (0, 0, 4, 8, 0, 0),
    (0, 12, 8, 16, 0, 12),
    (8, 0, 0, 0, 4, 0),
    (12, 0, 0, 12, 0, 9),
)


def random_graph(seed: int, N: int = 9, directed: bool = False) -> np.ndarray:
    """Edges with weights from 0.5 to 2; a path through all nodes keeps it connected."""
    rng = np.random.default_rng(seed)
    drawn = (rng.random((N, N)) < 0.3) | np.eye(N, k=1, dtype=bool)
    A = np.triu(drawn * rng.uniform(0.5, 2.0, (N, N)), 1)
    back = np.triu(rng.random((N, N)) < 0.3, 1) * rng.uniform(0.5, 2.0, (N, N))
    return A + (back.T if directed else A.T)


@cache
def network(seed: int, directed: bool = False) -> tuple:
    """params, A, H, y, mask: three layers on nine nodes, three classes, five labels."""
    rng = np.random.default_rng(seed)
    sizes = ((4, 5), (5, 5), (5, 3))
    params = {f"W_{layer}": rng.standard_normal(size) for layer, size in enumerate(sizes)}
    mask = np.zeros(9, dtype=bool)
    mask[rng.choice(9, 5, replace=False)] = True
    H, y = rng.standard_normal((9, 4)), rng.integers(3, size=9)
    return params, random_graph(seed, directed=directed), H, y, mask


# The six nodes


@claim(
    "gcn-six-tilde",
    shows="eq-gcn-six",
    tolerance=1e-12,
    how=f"from the edges of {SIX}",
    source=SOURCE,
    absolute="entries",
)
def six_with_loops() -> float:
    """The printed Ã and its row sums are those of the edges AB, AE, AF, BD, CD, DF."""
    A = np.zeros((6, 6))
    for first, second in EDGES:
        A[NODES.index(first), NODES.index(second)] = A[NODES.index(second), NODES.index(first)] = 1
    found = A + np.eye(6)
    wrong = np.abs(found - np.array(A_TILDE)).max(), np.abs(found.sum(axis=1) - DEGREES).max()
    return float(largest_of(wrong))


@claim(
    "gcn-six-hat",
    shows=("eq-gcn-a-hat", "eq-gcn-six-hat"),
    tolerance=1e-12,
    how=f"{SIX}: by the package, as a product of three matrices, and the printed roots",
    source=SOURCE,
    absolute="entries",
)
def six_normalized() -> float:
    """Three routes to Â give the printed matrix; the largest difference of an entry."""
    A, A_tilde = adjacency(), np.array(A_TILDE, dtype=float)
    root = np.diag(1.0 / np.sqrt(np.array(DEGREES)))
    squares = np.array(SQUARES, dtype=float)
    printed = np.where(squares > 0, 1.0 / np.sqrt(np.where(squares > 0, squares, 1.0)), 0.0)
    routes = gcn.normalized_adjacency(A), root @ A_tilde @ root
    return float(largest_of(np.abs(route - printed).max() for route in routes))


def mistaken(name: str) -> float:
    """How far a known wrong Â of the six nodes is from the right one, relative."""
    wrong = wrong_answer("gcn-a-hat", name)(adjacency())
    return relative_error(wrong, gcn.normalized_adjacency(adjacency()))


SLIPS = {
    "gcn-slip-degree: Degrees that do not count the self-loops.": ("degree", 0.5),
    "gcn-slip-one-sided: Rows divided by their own degree alone.": ("one-sided", 0.29),
    "gcn-slip-no-loop: No self-loops at all.": ("no-loop", 0.87),
}
claim_rows(
    {
        words: Row(partial(mistaken, slip), states, mistake=("gcn-a-hat", slip))
        for words, (slip, states) in SLIPS.items()
    },
    how=f"{SIX}: relative error of Â",
)


@claim(
    "gcn-printed",
    states=30,
    how=f"entries of Ã/√(D̃_ii D̃_ij), {SIX}",
    source="W30, U20 eq. 48",
    mistake=("gcn-a-hat", "W30"),
)
def printed_form_divides_by_zero() -> float:
    """Of 36 entries of the sheet's printed form so many divide by zero: all off the diagonal."""
    wrong = wrong_answer("gcn-a-hat", "W30")(adjacency())
    return float((~np.isfinite(wrong)).sum())


@claim("gcn-updates", states=4, how=f"powers of Ã of {SIX}", source=SOURCE)
def updates_from_C_to_E() -> float:
    """Updates until E has heard from C."""
    return float(updates_to_hear(adjacency(), E, C))


@claim("gcn-walks", tolerance=0.5, how=f"powers of Ã of {SIX}", source="U20-3.2, W31")
def walks_from_C_to_E() -> float:
    """Walks from C to E in 1, 2, 3, 4, 5, 6 updates: 0, 0, 0, 2, 10, 42."""
    found = [walks(adjacency(), k)[E, C] for k in range(1, 7)]
    return float(np.abs(np.array(found) - (0, 0, 0, 2, 10, 42)).max())


@claim(
    "gcn-too-few",
    tolerance=1e-12,
    how=f"central differences through 3 random layers, {SIX}",
    source="W31",
    absolute="the right value is 0",
)
def three_layers_are_deaf() -> float:
    """After three layers nothing of C has reached E: its gradient by C's features is zero."""
    return float(largest_of(np.abs(reached(seed, 3)).max() for seed in SEEDS))


def reached(seed: int, layers: int) -> np.ndarray:
    """The derivative of the sum of E's features by the features of C."""
    rng = np.random.default_rng(seed)
    params = {f"W_{k}": np.abs(rng.standard_normal((3, 3))) for k in range(layers)}
    H = np.abs(rng.standard_normal((6, 3)))
    heard = precise_gradient(lambda: gcn.forward(params, adjacency(), H)[0][E].sum(), H)
    return heard[C]


@claim(
    "gcn-enough",
    tolerance=0.5,
    how=f"central differences through 4 random layers, {SIX}",
    source=SOURCE,
)
def four_layers_hear() -> float:
    """After four layers with positive weights it has, in each of five networks: those that miss."""
    return float(sum(not (reached(seed, 4) > 1e-6).all() for seed in SEEDS))


@claim("gcn-first-weight", states=0.0208, how=f"the fourth power of Â of {SIX}", source=SOURCE)
def first_words() -> float:
    """How loud C is in E after four updates: 1/48."""
    return float(np.linalg.matrix_power(gcn.normalized_adjacency(adjacency()), 4)[E, C])


@claim("gcn-two-ways", shows="eq-gcn-two-ways", tolerance=1e-12, how=f"the power of Â, {SIX}")
def weight_of_the_first_message() -> float:
    """The weight of C in E after four updates is 1/96 along each of the two shortest paths."""
    A_hat = gcn.normalized_adjacency(adjacency())
    along = [weight_along(A_hat, path) for path in shortest_paths(adjacency(), C, E)]
    if len(along) != 2:
        return np.inf
    return float(largest_of(abs(48 * first_words() - 1), *(abs(96 * one - 1) for one in along)))


@claim("gcn-path", shows="eq-gcn-path", tolerance=1e-12, how="random graphs of nine nodes, Â^k")
def weight_of_shortest_paths() -> float:
    """The first message from one node to another has the weight of all shortest ways together,
    each the degrees' product."""
    errors = []
    for seed in SEEDS:
        A = (random_graph(seed) > 0).astype(float)
        A_hat, d = gcn.normalized_adjacency(A), A.sum(axis=1) + 1.0
        for i, j in ((0, 8), (8, 1), (2, 7)):
            ways = shortest_paths(A, i, j)
            power = np.linalg.matrix_power(A_hat, len(ways[0]) - 1)[j, i]
            formula = sum(1.0 / np.prod(d[way[1:-1]]) for way in ways) / np.sqrt(d[i] * d[j])
            errors.append(abs(power - formula) / formula)
    return float(largest_of(errors))


def heard_by_A(name: str) -> float:
    return float(gcn.normalized_adjacency(adjacency())[0, index(name)])


def heard_with_three_loops() -> float:
    """How much A hears itself by the normalized adjacency of A + 3 I, written out."""
    A = adjacency() + 3.0 * np.eye(len(adjacency()))
    roots = np.sqrt(A.sum(axis=1))
    return float((A / np.outer(roots, roots))[0, 0])


def taken_in_by_E() -> float:
    """What E adds up, before weights and relu: E holds 1 and A holds 2; it hears nobody else."""
    held = np.zeros(len(NODES))
    held[[E, index("A")]] = 1.0, 2.0
    return float(gcn.normalized_adjacency(adjacency())[E] @ held)


LOUDER = {
    "gcn-pencil: What E takes in if it holds 1 and A holds 2.": Row(taken_in_by_E, 1.21),
    "gcn-self: How much A hears itself.": Row(partial(heard_by_A, "A"), 0.25, 1e-12),
    "gcn-leaf: How much A hears E, which has no other neighbor.": Row(
        partial(heard_by_A, "E"), 0.35
    ),
    "gcn-row-sum: The sum of A's row of Â.": Row(
        lambda: gcn.normalized_adjacency(adjacency())[0].sum(), 1.18
    ),
    "gcn-lambda: How much A hears itself if three self-loops are added in place of one.": Row(
        heard_with_three_loops, 0.5, 1e-12
    ),
}
claim_rows(LOUDER, how=f"Â of {SIX}")


# A layer, forward and back


@claim(
    "gcn-node",
    shows=("eq-gcn-node", "eq-gcn-layer"),
    tolerance=1e-12,
    how="a loop over nodes and neighbors, random weighted graphs",
    source="U20-3.1",
    absolute="features",
)
def node_by_node() -> float:
    """What a node takes from its neighbors and itself, one by one, is its row of relu(Â H W)."""
    errors = []
    for seed in SEEDS:
        params, A, H, _, _ = network(seed)
        _, cache = gcn.forward(params, A, H)
        degree = [1.0 + sum(row) for row in A]
        for i in range(9):
            total = np.zeros(5)
            for j in range(9):
                weight = 1.0 if i == j else A[i, j]
                total += weight / (degree[i] * degree[j]) ** 0.5 * (H[j] @ params["W_0"])
            errors.append(np.abs(np.maximum(total, 0.0) - cache.H[1][i]).max())
    return float(largest_of(errors))


@cache
def one_layer(seed: int) -> tuple:
    """params, A, H and the gradients of ½ Σ relu(S)², by hand; directed, so that Âᵀ ≠ Â."""
    params, A, H, _, _ = network(seed, True)
    params = {"W_0": params["W_0"].copy()}
    S, cache = gcn.forward(params, A, H)
    return params, A, H, gcn.backward(params, cache, np.maximum(S, 0.0))


def half_square(params, A, H) -> float:
    return 0.5 * float((np.maximum(gcn.forward(params, A, H)[0], 0.0) ** 2).sum())


def by_differences(name: str) -> float:
    """The gradient of one relu layer, by W or by H, against central differences."""
    errors = []
    for seed in SEEDS:
        params, A, H, grads = one_layer(seed)
        arrays = params | {"H": H.copy()}
        array = arrays[name]
        loss = partial(half_square, params, A, arrays["H"])
        errors.append(relative_error(grads[name], precise_gradient(loss, array)))
    return largest_of(errors)


LAYER = {
    "gcn-dW: The gradient of a layer by W is (ÂH)ᵀ times the gradient by the sums.": Row(
        partial(by_differences, "W_0"), shows=("eq-grad-gcn-W", "eq-grad-gcn-S")
    ),
    "gcn-dH: The gradient of a layer by H is Âᵀ times that gradient times Wᵀ.": Row(
        partial(by_differences, "H"), shows="eq-grad-gcn-H"
    ),
}
claim_rows(LAYER, tolerance=1e-9, how="central differences, directed graphs of nine nodes")


@claim("gcn-differences", tolerance=1e-9, how="central differences, three layers, nine nodes")
def network_by_differences() -> float:
    """The gradients of the loss by all weights and by the features, labels on five of nine."""
    errors = []
    for seed in SEEDS:
        params, A, H, y, mask = network(seed, seed % 2 == 1)
        _, grads = gcn.loss_and_gradients(params, A, H, y, mask)
        loss = partial(loss_alone, params, A, H, y, mask)
        for name, array in (params | {"H": H}).items():
            errors.append(relative_error(grads[name], precise_gradient(loss, array)))
    return largest_of(errors)


def loss_alone(*arguments) -> float:
    return gcn.loss_and_gradients(*arguments)[0]


@claim("gcn-autograd", tolerance=1e-12, how="automatic differentiation (torch), three layers")
def network_by_autograd() -> float:
    """Automatic differentiation gives the same gradients and the same loss."""
    import torch

    errors = []
    for seed in SEEDS:
        params, A, H, y, mask = network(seed, seed % 2 == 1)
        loss, grads = gcn.loss_and_gradients(params, A, H, y, mask)
        leaves = {k: torch.tensor(v, requires_grad=True) for k, v in (params | {"H": H}).items()}
        A_hat, state = torch.from_numpy(gcn.normalized_adjacency(A)), leaves["H"]
        for layer in range(3):
            state = A_hat @ state @ leaves[f"W_{layer}"]
            state = state.relu() if layer < 2 else state
        wanted = torch.nn.functional.cross_entropy(state[mask], torch.from_numpy(y[mask]))
        wanted.backward()
        errors += [relative_error(grads[k], leaf.grad.numpy()) for k, leaf in leaves.items()]
        errors.append(abs(loss - wanted.item()) / loss)
    return largest_of(errors)


@claim("gcn-masked", tolerance=1e-12, how="the loss summed node by node", absolute="nats")
def loss_of_the_labeled() -> float:
    """The loss is the mean cross-entropy of the labeled nodes alone."""
    errors = []
    for seed in SEEDS:
        params, A, H, y, mask = network(seed)
        scores, _ = gcn.forward(params, A, H)
        each = [cross_entropy(scores[i : i + 1], y[i : i + 1])[0] for i in np.flatnonzero(mask)]
        errors.append(abs(loss_alone(params, A, H, y, mask) - sum(each) / 5))
    return float(largest_of(errors))


# Symmetry


def renamed(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The scores of a graph in another order of its nodes: P applied after, before, to H alone."""
    params, A, H, _, _ = network(seed, seed % 2 == 1)
    P = np.eye(9)[np.random.default_rng(seed + 100).permutation(9)]
    after = P @ gcn.forward(params, A, H)[0]
    before = gcn.forward(params, P @ A @ P.T, P @ H)[0]
    return after, before, gcn.forward(params, A, P @ H)[0]


@claim(
    "gcn-equivariance",
    shows="eq-gcn-equivariance",
    tolerance=1e-12,
    how="random permutations of nine nodes, three layers",
)
def order_does_not_matter() -> float:
    """Numbering the nodes anew before the network or after it gives the same scores."""
    return largest_of(relative_error(*renamed(seed)[:2]) for seed in SEEDS)


@claim(
    "gcn-features-only",
    tolerance=0.5,
    how="random permutations of nine nodes: networks of five whose scores agree to one tenth",
)
def features_without_the_graph() -> float:
    """Numbering the features anew without the graph gives other scores."""
    return float(
        sum(not relative_error(after, half) >= 0.1 for after, _, half in map(renamed, SEEDS))
    )


@claim(
    "gcn-alike",
    tolerance=1e-12,
    how=f"random features, equal at B and F, random weights, {SIX}",
    absolute="scores",
)
def twins_stay_alike() -> float:
    """B and F have the same neighbors. With the same features they get the same scores, whatever
    the others hold."""
    rng, errors = np.random.default_rng(0), []
    for _ in range(10):
        params = {f"W_{k}": rng.standard_normal((4, 4)) for k in range(3)}
        H = rng.standard_normal((6, 4))
        H[index("F")] = H[index("B")]
        scores, _ = gcn.forward(params, adjacency(), H)
        errors.append(np.abs(scores[index("B")] - scores[index("F")]).max())
    return float(largest_of(errors))
