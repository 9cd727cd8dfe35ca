"""A quantity that spreads over a small graph: sixteen balls that pull on their neighbors.

Every node i has a height u_i. What moves it is how far it lies from what a graph convolution mixes
of its neighbors and itself, what is left of its speed, and a kick that nobody foresees:

    v_t = momentum · v_{t-1} + coupling · (Â u_{t-1} − u_{t-1}) − LEAK · u_{t-1} + kick_t
    u_t = u_{t-1} + v_t
    x_t = u_t + noise_t                                  what is shown: heights, no speeds

The task: see x_1 … x_T, say u_{T+ahead}. Everything is linear and Gaussian, so the smallest error
that any predictor can have is known exactly, for each choice of what it may look at.

Shapes: u, v, kick (N,) with N = 16; Â (N, N). Heights are given in their own standard deviations.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.tasks.batch import Batch, require_draw
from rnncourse.validate import require_choice, require_count

NODES = 16
CHORDS = ((0, 5), (2, 9), (4, 13), (7, 12), (10, 15))  # beside the ring 0 – 1 – … – 15 – 0
LEAK = 0.05
LENGTH, AHEAD = 12, 3  # frames that are seen, and steps from the last of them to the answer


class World(NamedTuple):
    """What moves the heights, and how clearly they are seen."""

    momentum: float  # share of the speed that is left after a step
    coupling: float  # pull toward the mix of the neighbors and oneself
    noise: float  # standard deviation of what is added to a height that is shown


WORLDS = {
    "waves": World(momentum=0.95, coupling=0.8, noise=0.2),
    "heat": World(momentum=0.0, coupling=0.8, noise=0.0),
    "no edges": World(momentum=0.95, coupling=0.0, noise=0.2),
}
SIGHTS = ("everything", "own past", "last frame", "last two frames")


def graph() -> np.ndarray:
    """The adjacency (16, 16): a ring and five chords."""
    A = np.zeros((NODES, NODES))
    ring = [(i, (i + 1) % NODES) for i in range(NODES)]
    for i, j in (*ring, *CHORDS):
        A[i, j] = A[j, i] = 1.0
    return A


class Motion(NamedTuple):
    """One step of (u, v), both in standard deviations of u, and what the steps come to."""

    M: np.ndarray  # (2N, 2N): (u, v)_t = M (u, v)_{t-1} + (kick, kick)
    kick: float  # standard deviation of a kick
    S: np.ndarray  # (2N, 2N), the covariance of (u, v) at any time


@cache
def motion(world: str) -> Motion:
    """The step of a world and its stationary covariance, scaled to mean variance 1 of u.

    S = M S Mᵀ + Q is solved by doubling: 2, 4, 8, … steps of kicks.
    """
    require_choice("world", world, WORLDS)
    momentum, coupling, _ = WORLDS[world]
    one = np.eye(NODES)
    pull = coupling * (normalized_adjacency(graph()) - one) - LEAK * one
    M = np.block([[one + pull, momentum * one], [pull, momentum * one]])
    S, power = np.kron(np.ones((2, 2)), one), M
    for _ in range(30):
        S, power = S + power @ S @ power.T, power @ power
    variance = np.trace(S[:NODES, :NODES]) / NODES
    return Motion(M, float(1.0 / np.sqrt(variance)), S / variance)


def spreading(
    rng: np.random.Generator,
    batch_size: int,
    length: int = LENGTH,
    world: str = "waves",
    ahead: int = AHEAD,
) -> Batch:
    """Draw ``length`` frames from the middle of a world's life, and the heights ``ahead`` later.

    Always saying 0 has a mean squared error of 1; ``floor`` says what is possible.

    Shapes: x (batch_size, length, 16) float32; y (batch_size, 16) float32.
    Raises: ValueError if a size is below 1 or the world is unknown.
    """
    require_draw(rng, batch_size, length)
    require_count("ahead", ahead)
    M, kick, S = motion(world)
    values, vectors = np.linalg.eigh(S)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    state = rng.standard_normal((batch_size, 2 * NODES)) @ root.T
    heights = [state[:, :NODES]]
    for _ in range(length + ahead - 1):
        kicks = kick * rng.standard_normal((batch_size, NODES))
        state = state @ M.T + np.tile(kicks, 2)
        heights.append(state[:, :NODES])
    seen = np.stack(heights[:length], axis=1)
    seen = seen + WORLDS[world].noise * rng.standard_normal(seen.shape)
    return Batch(x=seen.astype(np.float32), y=heights[-1].astype(np.float32))


def floor(world: str, sight: str, length: int = LENGTH, ahead: int = AHEAD) -> float:
    """The smallest mean squared error of any predictor of u_{T+ahead} that looks at ``sight``.

    For Gaussian x and y it is the variance of y given x, Σ_yy − Σ_yx Σ_xx⁻¹ Σ_xy, and no function
    of x does better, linear or not. ``sight`` is one of SIGHTS: all frames of all nodes, all
    frames of the node itself, or all nodes in the last frame or in the last two.
    """
    require_choice("sight", sight, SIGHTS)
    frames = {"last frame": 1, "last two frames": 2}.get(sight, length)
    own = sight == "own past"
    S_xx, S_yx = covariances(world, frames, ahead)
    left = []
    for i in range(NODES):
        mask = np.tile(np.arange(NODES) == i if own else np.ones(NODES, dtype=bool), frames)
        row = S_yx[i, mask]
        known = row @ np.linalg.solve(S_xx[np.ix_(mask, mask)], row)
        left.append(motion(world).S[i, i] - known)
    return float(np.mean(left))


def narrow_floor(world: str, width: int, length: int = LENGTH, ahead: int = AHEAD) -> float:
    """The smallest mean squared error of a predictor that keeps ``width`` numbers of all frames.

    Its 16 answers are a matrix times these numbers, plus a bias: they lie in ``width`` dimensions.
    What the best answers Σ_yx Σ_xx⁻¹ x vary in all other directions is lost, at least the smallest
    eigenvalues of their covariance; that is added to ``floor(world, "everything")``.
    """
    require_count("width", width)
    S_xx, S_yx = covariances(world, length, ahead)
    values = np.linalg.eigvalsh(S_yx @ np.linalg.solve(S_xx, S_yx.T))
    return (
        floor(world, "everything", length, ahead)
        + float(values[: max(0, NODES - width)].sum()) / NODES
    )


def covariances(world: str, frames: int, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    """Of the last frames with each other (FN, FN) and of the answer with them (N, FN).

    (u, v) at s + k and at s have the covariance M^k S.
    """
    M, _, S = motion(world)
    later = [S]
    for _ in range(frames + ahead):
        later.append(M @ later[-1])
    heights = [each[:NODES, :NODES] for each in later]
    blocks = [
        [heights[t - s] if t >= s else heights[s - t].T for s in range(frames)]
        for t in range(frames)
    ]
    noise = WORLDS[world].noise ** 2 * np.eye(frames * NODES)
    S_yx = np.concatenate([heights[ahead + frames - 1 - s] for s in range(frames)], axis=1)
    return np.block(blocks) + noise, S_yx
