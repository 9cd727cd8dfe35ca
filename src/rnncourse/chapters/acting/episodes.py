"""Episodes in the T-maze as arrays, their returns, and all episodes that a short maze has."""

from typing import NamedTuple

import numpy as np

OBSERVATIONS, ACTIONS = 4, 3


class Episodes(NamedTuple):
    """What B walkers saw and did; ``live`` is False in the steps after an episode's end."""

    seen: np.ndarray  # (B, T) whole numbers: cue left, cue right, corridor, junction
    actions: np.ndarray  # (B, T) whole numbers: forward, left, right
    rewards: np.ndarray  # (B, T), 0 after the end
    live: np.ndarray  # (B, T) bool

    @property
    def right(self) -> np.ndarray:
        """Which walkers turned to the side of the cue, (B,) bool."""
        return (self.rewards > 0).any(axis=1)


def returns_to_go(rewards: np.ndarray) -> np.ndarray:
    """G_t = r_t + r_{t+1} + … + r_T along the last axis."""
    return np.cumsum(rewards[..., ::-1], axis=-1)[..., ::-1]


def follow(mazes, actions: np.ndarray, cue: np.ndarray) -> Episodes:
    """Walk B mazes by these actions (B, T), to the ends of their episodes; then zeros."""
    rows, _ = mazes.reset(options={"cue": cue})
    live, steps = np.ones(len(rows), dtype=bool), []
    for chosen in actions.T:
        seen = rows.argmax(axis=1)
        rows, rewards, turned, late, _ = mazes.step(chosen)
        steps.append((seen * live, chosen * live, rewards * live, live))
        live = live & ~(turned | late)
    return Episodes(*(np.stack(values, axis=1) for values in zip(*steps, strict=True)))


def all_episodes(corridor: int = 2, longest: int = 5) -> Episodes:
    """Every episode that this maze can have, once: those of all lists of actions, both cues."""
    from rnncourse.tasks import TMaze  # needs gymnasium, which all else here does not

    lists = np.stack(np.meshgrid(*[range(ACTIONS)] * longest, indexing="ij"), axis=-1)
    lists = lists.reshape(-1, longest)
    cue = np.repeat([0, 1], len(lists))
    mazes = TMaze(corridor, vector=len(cue), longest=longest)
    walked = follow(mazes, np.tile(lists, (2, 1)), cue)
    keys = np.hstack([walked.seen, walked.actions, walked.live])
    _, first = np.unique(keys, axis=0, return_index=True)
    return Episodes(*(values[first] for values in walked))
