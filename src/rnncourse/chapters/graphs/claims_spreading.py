"""Claims on recurrence and graphs: a path read by both, a GRU at every node, what spreads."""

from functools import cache, partial

import numpy as np

from rnncourse.byhand import gcn, ggnn, gru, rnn
from rnncourse.byhand.examples import drawn, small_network
from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.graphs import spreading
from rnncourse.chapters.graphs.exercises_attention import random_graph
from rnncourse.chapters.graphs.spreading_results import (
    best_rate,
    errors,
    gain,
    interval,
    validation_by_rate,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

DIFFERENCES, AUTOMATIC = "central differences", "automatic differentiation (torch)"

# A path, read by both


def path(n: int) -> np.ndarray:
    """The adjacency of a path of n nodes."""
    return np.eye(n, k=1) + np.eye(n, k=-1)


def first_layers(n: int) -> int:
    """The fewest graph layers after which the last node depends on the first."""
    A_hat = normalized_adjacency(path(n))
    return next(k for k in range(n + 1) if np.linalg.matrix_power(A_hat, k)[-1, 0] > 0)


@claim("path-layers", tolerance=0.5, how="paths of 2 to 20 nodes; lengths that are otherwise")
def layers_along_a_path() -> float:
    """On a path of n nodes the last hears of the first after n − 1 graph layers, not before."""
    return float(sum(first_layers(n) != n - 1 for n in range(2, 21)))


def first_steps(n: int) -> int:
    """The fewest steps after which the state of a small RNN depends on all n inputs."""
    params, x, *_ = small_network(0, T=n)
    for steps in range(1, n + 1):
        nudged = [_state(params, x, i, steps) for i in range(n)]
        if all(np.abs(h - _state(params, x, None, steps)).max() > 0 for h in nudged):
            return steps
    return n + 1


def _state(params: dict, x, nudged: int | None, steps: int) -> np.ndarray:
    """The state after so many steps, with one input nudged."""
    x = x.copy()
    if nudged is not None:
        x[nudged] += 0.1
    return rnn.forward(params, x[:steps])[1].h[-1]


@claim("path-steps", tolerance=0.5, how="a random RNN, paths of 2 to 8; lengths that are otherwise")
def steps_along_a_path() -> float:
    """A recurrent network that reads the path has seen all n nodes after n steps, not before."""
    return float(sum(first_steps(n) != n for n in range(2, 9)))


@claim("path-entry", shows="eq-path-entry", tolerance=1e-13, how="paths of 3 to 20 nodes")
def what_arrives() -> float:
    r"""The one way of n − 1 edges: $(\hat A^{n-1})_{n1}$ is $\frac16 (\frac13)^{n-3}$."""
    found, formula = [], []
    for n in range(3, 21):
        found.append(np.linalg.matrix_power(normalized_adjacency(path(n)), n - 1)[-1, 0])
        formula.append((1 / 6) * (1 / 3) ** (n - 3))
    return float(np.abs(np.array(found) / np.array(formula) - 1.0).max())


@claim("path-ten", states=7.6e-05, how="the path of 10 nodes")
def what_arrives_at_ten() -> float:
    """The weight of the first node at the tenth, after nine layers."""
    return float(np.linalg.matrix_power(normalized_adjacency(path(10)), 9)[-1, 0])


@claim("path-shortcut", tolerance=0.5, how="paths of 3 to 20 nodes; lengths that are otherwise")
def a_shortcut() -> float:
    """One edge from the last node to the first, and one layer is enough."""
    wrong = 0
    for n in range(3, 21):
        A = path(n)
        A[0, -1] = A[-1, 0] = 1.0
        wrong += not normalized_adjacency(A)[-1, 0] > 0
    return float(wrong)


def path_case(n: int = 6) -> tuple:
    """A graph convolution of two layers and features on a path."""
    rng = np.random.default_rng(1)
    params = {"W_0": rng.normal(size=(3, 4)), "W_1": rng.normal(size=(4, 2))}
    return params, path(n), rng.normal(size=(n, 3))


@claim("path-mirror", tolerance=1e-13, how="a random graph convolution, a path of 6 nodes")
def read_backwards() -> float:
    """Features reversed along a path: the graph convolution's answers are reversed, no more."""
    params, A, H = path_case()
    forward, backward = (gcn.forward(params, A, each)[0] for each in (H, H[::-1].copy()))
    return relative_error(backward, forward[::-1])


@claim("path-mirror-rnn", states=1.89, how="largest difference, the largest entry as 1")
def rnn_read_backwards() -> float:
    """A random RNN that reads six inputs in reverse order: how far its last state is from that in
    the right order."""
    params, x, *_ = small_network(0)
    there, back = (rnn.forward(params, each)[1].h[-1] for each in (x, x[::-1].copy()))
    return relative_error(there, back)


# A GRU at every node


@cache
def gated_case(seed: int) -> tuple:
    """Five nodes of three units, directed edges with weights, and the weights of the loss."""
    rng = np.random.default_rng(seed)
    A = random_graph(seed, 5, 0.5) * rng.uniform(0.5, 1.5, (5, 5))
    params, H = drawn(ggnn.SHAPES, rng, n=3), rng.standard_normal((5, 3))
    return params, A, H, rng.standard_normal((5, 3))


SEEDS, ROUNDS = range(3), 3


@claim("ggnn-gru", shows="eq-ggnn", tolerance=1e-13, how="the GRU by hand, node by node")
def a_gru_at_every_node() -> float:
    """A round is one step of the course's GRU at every node, with the message as its input."""
    worst = 0.0
    for seed in SEEDS:
        params, A, H, _ = gated_case(seed)
        by_nodes = [gru.step(params, A[i] @ H, H[i]).h for i in range(len(A))]
        worst = largest_of(
            worst, relative_error(ggnn.forward(params, A, H, 1)[0], np.array(by_nodes))
        )
    return worst


@claim("ggnn-dL", shows="eq-ggnn-back", tolerance=1e-9, how=f"{DIFFERENCES}; {ROUNDS} rounds")
def gated_gradients() -> float:
    """The gradients by all weights and by the first states."""
    worst = 0.0
    for seed in SEEDS:
        params, A, H, weights = gated_case(seed)
        grads = ggnn.gradients(params, A, H, ROUNDS, weights)
        arrays = {name: array.copy() for name, array in (params | {"H": H}).items()}

        def loss(arrays=arrays, A=A, weights=weights) -> float:
            return float((weights * ggnn.forward(arrays, A, arrays["H"], ROUNDS)[0]).sum())

        for name, array in arrays.items():
            worst = largest_of(worst, relative_error(grads[name], precise_gradient(loss, array)))
    return worst


@claim("ggnn-message-back", shows="eq-ggnn-message", tolerance=1e-9, how=DIFFERENCES)
def message_gradient() -> float:
    """The gradient by a message: nudge what arrives at the nodes, the states held fixed."""
    params, _, H, weights = gated_case(0)
    M = np.random.default_rng(5).standard_normal(H.shape)

    def loss() -> float:
        rows = [gru.step(params, m, h).h for m, h in zip(M, H, strict=True)]
        return float((weights * np.array(rows)).sum())

    by_hand = []
    for m, h, dh in zip(M, H, weights, strict=True):
        step = gru.step(params, m, h)
        dc = dh * step.z * (1.0 - step.candidate**2)
        dz = dh * (step.candidate - h) * step.z * (1.0 - step.z)
        dr = (params["W_hh"].T @ dc) * h * step.r * (1.0 - step.r)
        by_hand.append(params["W_zx"].T @ dz + params["W_rx"].T @ dr + params["W_hx"].T @ dc)
    return relative_error(np.array(by_hand), precise_gradient(loss, M))


@claim("ggnn-autograd", tolerance=1e-9, how=f"{AUTOMATIC}; {ROUNDS} rounds")
def gated_autograd() -> float:
    """Automatic differentiation through the package's GRU cell gives the same gradients."""
    import torch

    from rnncourse.cells import GRUCell
    from rnncourse.cells.cell import RNNState

    worst = 0.0
    for seed in SEEDS:
        params, A, H, weights = gated_case(seed)
        cell = GRUCell(3, 3, rng=np.random.default_rng(0)).double()
        cell.load_state_dict({name: torch.tensor(value) for name, value in params.items()})
        first = torch.tensor(H, requires_grad=True)
        h, graph = first, torch.tensor(A)
        for _ in range(ROUNDS):
            h, _ = cell.step(graph @ h, RNNState(h=h))
        (torch.tensor(weights) * h).sum().backward()
        wanted = {name: value.grad.numpy() for name, value in cell.named_parameters()}
        wanted["H"] = first.grad.numpy()
        grads = ggnn.gradients(params, A, H, ROUNDS, weights)
        worst = largest_of(worst, *(relative_error(grads[name], wanted[name]) for name in wanted))
    return worst


@claim("ggnn-wrong-mean", states=0.207, mistake=("gated-update", "mean"), how="relative error")
def mean_for_sum() -> float:
    """The messages are averaged in place of added up: how far one round is off."""
    return off("mean")


@claim(
    "ggnn-wrong-order", states=0.254, mistake=("gated-update", "one-by-one"), how="relative error"
)
def one_by_one() -> float:
    """Nodes are updated one after another, each hearing the new states of those before it."""
    return off("one-by-one")


def off(mistake: str) -> float:
    params, A, H, _ = gated_case(0)
    wrong = wrong_answer("gated-update", mistake)(params, A, H)
    return relative_error(wrong, ggnn.forward(params, A, H, 1)[0])


@claim("ggnn-same-weights", tolerance=1e-13, how="3 rounds at once, or one by one")
def rounds_share_weights() -> float:
    """Three rounds are one round, three times, with the same weights."""
    params, A, H, _ = gated_case(0)
    step = H
    for _ in range(3):
        step, _ = ggnn.forward(params, A, step, 1)
    return relative_error(step, ggnn.forward(params, A, H, 3)[0])


@claim("ggnn-renumbered", tolerance=1e-13, how="24 orders of the nodes, 3 rounds")
def renumbered_atoms() -> float:
    """Rounds of messages and then a sum over all nodes: the answer does not depend on how the nodes
    are numbered."""
    params, A, H, _ = gated_case(0)
    answer = ggnn.forward(params, A, H, 3)[0].sum(axis=0)
    worst = 0.0
    for seed in range(24):
        order = np.random.default_rng(seed).permutation(len(A))
        again = ggnn.forward(params, A[np.ix_(order, order)], H[order], 3)[0].sum(axis=0)
        worst = largest_of(worst, relative_error(again, answer))
    return worst


# What spreads: the world and its floors


@claim("spreading-step", shows="eq-spreading", tolerance=1e-13, how="loops over the nodes")
def one_step_by_loops() -> float:
    """The matrix of a step is what the two equations say, node by node."""
    rng, A_hat = np.random.default_rng(0), normalized_adjacency(spreading.graph())
    worst = 0.0
    for name, (momentum, coupling, _) in spreading.WORLDS.items():
        u, v, kick = rng.standard_normal((3, spreading.NODES))
        new_v = np.zeros(spreading.NODES)
        for i in range(spreading.NODES):
            heard = sum(A_hat[i, j] * u[j] for j in range(spreading.NODES))
            new_v[i] = momentum * v[i] + coupling * (heard - u[i]) - spreading.LEAK * u[i] + kick[i]
        moved = spreading.motion(name).M @ np.concatenate([u, v]) + np.tile(kick, 2)
        worst = largest_of(worst, relative_error(moved, np.concatenate([u + new_v, new_v])))
    return worst


@claim("spreading-stationary", shows="eq-stationary", tolerance=1e-9, how="all three worlds")
def stationary_covariance() -> float:
    """S is unchanged by a step, and 3 steps of the matrix give the covariance at distance 3."""
    worst, both = 0.0, np.kron(np.ones((2, 2)), np.eye(spreading.NODES))
    for world in spreading.WORLDS:
        M, kick, S = spreading.motion(world)
        worst = largest_of(worst, relative_error(M @ S @ M.T + kick**2 * both, S))
        _, S_yx = spreading.covariances(world, 1, 3)
        later = (np.linalg.matrix_power(M, 3) @ S)[: spreading.NODES, : spreading.NODES]
        worst = largest_of(worst, relative_error(S_yx, later))
    return worst


def kalman(world: str) -> float:
    """The error of the best prediction by the filter's recursion, frame by frame."""
    M, kick, S = spreading.motion(world)
    N, noise = spreading.NODES, spreading.WORLDS[world].noise
    see, Q = np.eye(N, 2 * N), kick**2 * np.kron(np.ones((2, 2)), np.eye(N))
    left = S
    for frame in range(spreading.LENGTH):
        if frame:
            left = M @ left @ M.T + Q
        gain = np.linalg.solve(see @ left @ see.T + noise**2 * np.eye(N), see @ left).T
        left = left - gain @ see @ left
    for _ in range(spreading.AHEAD):
        left = M @ left @ M.T + Q
    return float(np.trace(left[:N, :N]) / N)


@claim("spreading-floor", shows="eq-floor", tolerance=1e-9, how="a Kalman filter, all three worlds")
def floor_by_a_filter() -> float:
    """The smallest possible error, all frames seen: by conditioning, and by a recursive filter."""
    pairs = [(spreading.floor(world, "everything"), kalman(world)) for world in spreading.WORLDS]
    return largest_of(abs(a / b - 1.0) for a, b in pairs)


@claim("spreading-drawn", tolerance=0.02, how="30,000 drawn sequences, 10,000 others; relative")
def floor_on_data() -> float:
    """Least squares on drawn sequences comes to the floors of one frame and of two."""
    worst = 0.0
    for world in spreading.WORLDS:
        x, y = spreading.spreading(np.random.default_rng(0), 40_000, world=world)
        for frames, sight in ((1, "last frame"), (2, "last two frames")):
            seen = x[:, -frames:].reshape(len(x), -1).astype(float)
            W = np.linalg.lstsq(seen[:30_000], y[:30_000], rcond=None)[0]
            error = np.mean((seen[30_000:] @ W - y[30_000:]) ** 2)
            worst = largest_of(worst, abs(error / spreading.floor(world, sight) - 1.0))
    return float(worst)


def slug(words: str) -> str:
    return words.replace(" ", "-")


FLOORS = {
    "waves": (0.174, 0.813, 0.606, 0.241),
    "heat": (0.704, 0.784, 0.704, 0.704),
    "no edges": (0.144, 0.144, 0.405, 0.329),
}
claim_rows(
    {
        f"floor-{slug(world)}-{slug(sight)}: The smallest possible error in the world "
        f"“{world}”, seen: {sight}.": Row(partial(spreading.floor, world, sight), value)
        for world, values in FLOORS.items()
        for sight, value in zip(spreading.SIGHTS, values, strict=True)
    },
    how="computed from the covariances; the variance of the answer is 1",
)


@claim("floor-heat-markov", tolerance=1e-9, how="from the covariances", absolute="squared errors")
def heat_needs_no_memory() -> float:
    """In the world of heat, the last frame is worth as much as all frames."""
    return spreading.floor("heat", "last frame") - spreading.floor("heat", "everything")


@claim("floor-no-edges-own", tolerance=1e-9, how="from the covariances", absolute="squared errors")
def no_edges_no_neighbors() -> float:
    """In the world without edges, a node's own past is worth as much as all nodes'."""
    return spreading.floor("no edges", "own past") - spreading.floor("no edges", "everything")


# What was learned


def parameters() -> dict[str, int]:
    from rnncourse.chapters.graphs.spreading_models import KINDS, SpreadModel

    models = {kind: SpreadModel(kind, rng=np.random.default_rng(0)) for kind in KINDS}
    return {kind: sum(p.numel() for p in model.parameters()) for kind, model in models.items()}


@claim("spreading-parameters", states=0.015, how="counted; relative to the combination")
def equal_parameters() -> float:
    """All four models have as many parameters as the combination: the largest difference."""
    counts = parameters()
    return largest_of(abs(count / counts["both"] - 1.0) for count in counts.values())


@claim("spreading-count", states=1116, how="counted")
def parameters_of_both() -> float:
    """Parameters of the combination."""
    return float(parameters()["both"])


NAMES = {
    "graph": "graph alone",
    "memory": "memory alone",
    "both": "graph and memory",
    "vector": "one memory for all nodes",
}
RECORDED = "recorded runs, five seeds, 4,000 fresh sequences each"


def middle(world: str, kind: str) -> float:
    return interval(errors(world, kind)).mean


def half_width(world: str, kind: str) -> float:
    found = interval(gain(world, kind))
    return found.mean - found.low


claim_rows(
    {
        f"spreading-waves-{kind}: Mean error in the world of waves, {NAMES[kind]}.": Row(
            partial(middle, "waves", kind), value
        )
        for kind, value in {"both": 0.187, "vector": 0.503}.items()
    },
    how=RECORDED,
)


@claim("spreading-vector-least", states=0.267, how="computed from the covariances, 11 numbers kept")
def least_of_one_memory() -> float:
    """What no model gets below, waves, whose state for all 16 nodes together is 11 numbers."""
    from rnncourse.chapters.graphs.spreading_models import SIZES

    return spreading.narrow_floor("waves", SIZES["vector"][1])


def difference(world: str, kind: str) -> float:
    """The mean over the seeds of the error less the combination's."""
    return interval(gain(world, kind)).mean


PAIRED = f"{RECORDED}; paired t-interval"
DIFFERENCE = "the difference to graph and memory"
claim_rows(
    {
        f"gain-waves-{kind}: How much more {NAMES[kind]} errs than graph and memory, waves.": Row(
            partial(difference, "waves", kind), value
        )
        for kind, value in {"graph": 0.419, "memory": 0.641}.items()
    },
    {
        f"less-{slug(world)}-{kind}: How much less {NAMES[kind]} errs than graph and memory, "
        f"{world}.": Row(lambda world=world, kind=kind: -difference(world, kind), value)
        for (world, kind), value in {
            ("heat", "graph"): 0.0011,
            ("no edges", "memory"): 0.0017,
        }.items()
    },
    {
        f"gain-half-{slug(world)}-{kind}: Half the width of the 95 % interval of {DIFFERENCE}: "
        f"{NAMES[kind]}, {world}.": Row(partial(half_width, world, kind), value)
        for (world, kind), value in {
            ("waves", "graph"): 0.004,
            ("waves", "memory"): 0.002,
            ("heat", "graph"): 0.0006,
            ("no edges", "memory"): 0.0007,
        }.items()
    },
    how=PAIRED,
)


@claim("spreading-at-floor", states=0.019, how=f"{RECORDED}; the larger excess, relative")
def parts_at_their_floors() -> float:
    """In the world of waves, graph alone and memory alone err on average hardly more than the
    least that their sights allow."""
    sights = {"graph": "last frame", "memory": "own past"}
    return largest_of(
        middle("waves", kind) / spreading.floor("waves", sight) - 1.0
        for kind, sight in sights.items()
    )


@claim(
    "spreading-below-two",
    tolerance=1e-12,
    how=f"{RECORDED}; excess over the floor, 0 if below",
    absolute="squared errors",
)
def below_two_frames() -> float:
    """With every seed graph and memory together err less than any predictor can that looks at two
    frames."""
    return largest_of(
        0.0, largest_of(errors("waves", "both")) - spreading.floor("waves", "last two frames")
    )


@claim("spreading-rates", tolerance=0.5, how="recorded runs; best rates at an edge of the grid")
def rates_inside_the_grid() -> float:
    """Every best rate lies inside its grid, or its neighbor's validation error is at most 1 %
    larger."""
    return float(sum(map(at_the_edge, COMPARISONS)))


COMPARISONS = [
    (world, kind)
    for world in spreading.WORLDS
    for kind in ("graph", "memory", "both", "vector")
    if world == "waves" or kind != "vector"
]


def at_the_edge(comparison: tuple[str, str]) -> bool:
    by_rate = validation_by_rate(*comparison)
    rates, best = list(by_rate), best_rate(*comparison)
    if best not in (rates[0], rates[-1]):
        return False
    inner = rates[1] if best == rates[0] else rates[-2]
    return by_rate[inner] > 1.01 * by_rate[best]
