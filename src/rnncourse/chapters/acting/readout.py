"""What the stored walker remembers: its states along fresh episodes, and the cue read from them."""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch

from rnncourse.chapters.acting.episodes import Episodes
from rnncourse.chapters.acting.policy import greedy, sample, walk
from rnncourse.chapters.acting.stored import RUN, walker
from rnncourse.sequence import run
from rnncourse.tasks import TMaze

WALKERS = 500


class Memory(NamedTuple):
    """Episodes with drawn actions, and what the walker had in mind."""

    episodes: Episodes
    h: np.ndarray  # (B, T, n)
    cue: np.ndarray  # (B,), −1 left, 1 right


@cache
def remembered(seed: int, length: int = RUN.length) -> Memory:
    """Fresh episodes of the stored walker, half of them with each cue."""
    mazes, cue = TMaze(length, vector=WALKERS), np.arange(WALKERS) % 2
    episodes = walk(walker(), mazes, sample(np.random.default_rng(seed)), cue=cue)
    with torch.no_grad():
        h, _ = run(walker().cells[0], torch.from_numpy(episodes.seen))
    return Memory(episodes, h.numpy(), 2 * cue - 1)


@cache
def readout(seed: int = 0) -> tuple[np.ndarray, float]:
    """One line for all steps, fitted by least squares to the cue: weights (n,) and a bias."""
    episodes, h, cue = remembered(seed)
    rows = h[episodes.live]
    wanted = np.repeat(cue[:, None], h.shape[1], axis=1)[episodes.live]
    line = np.linalg.lstsq(np.column_stack([rows, np.ones(len(rows))]), wanted, rcond=None)[0]
    return line[:-1], float(line[-1])


def read(memory: Memory) -> np.ndarray:
    """What the line says at every step, (B, T): its sign is the cue that it reads."""
    weights, bias = readout()
    return memory.h @ weights + bias


def greedy_walks(length: int = RUN.length) -> Episodes:
    """The stored walker's most likely actions, for both cues."""
    return walk(walker(), TMaze(length, vector=2), greedy, cue=[0, 1])
