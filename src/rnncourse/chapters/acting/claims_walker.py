"""Claims on the stored walker: what it does, and what its state holds."""

import numpy as np

from rnncourse.chapters.acting.readout import greedy_walks, read, remembered
from rnncourse.chapters.acting.stored import RUN, WORDS, recorded
from rnncourse.claims.registry import Row, claim, claim_rows

FRESH = f"{WORDS}; 500 fresh episodes"
LONG = 100


@claim("walker-greedy", tolerance=0.5, how=f"{WORDS}; wrong ends of two, 0 if right")
def greedy_turns() -> float:
    """By its most likely actions the stored walker turns to the cue's side, for both cues."""
    return float((~greedy_walks().right).sum())


@claim("walker-sampled", tolerance=0.01, how=FRESH, absolute="shares")
def sampled_turns() -> float:
    """By drawn actions it does so too: the share of episodes in which it does not."""
    return float((~remembered(1).episodes.right).mean())


@claim("walker-cue-readout", tolerance=0.5, how=f"{FRESH}; wrong steps, 0 if all right")
def cue_at_every_step() -> float:
    """One line, fitted on other episodes, reads the cue from the state at every step."""
    memory = remembered(1)
    return float((np.sign(read(memory)) != memory.cue[:, None])[memory.episodes.live].sum())


@claim("walker-cue-unit", tolerance=0.5, how=f"{FRESH}; wrong steps, 0 if all right")
def one_unit_is_enough() -> float:
    """The sign of one unit alone is the cue, at every step."""
    memory = remembered(1)
    signs = np.sign(memory.h) != memory.cue[:, None, None]
    wrong = signs[memory.episodes.live].sum(axis=0)
    return float(np.minimum(wrong, memory.episodes.live.sum() - wrong).min())


def share_right(length: int) -> float:
    return float(remembered(2, length).episodes.right.mean())


NUMBERS = {
    "walker-units: Units of the stored walker.": Row(lambda: RUN.units, 8),
    "walker-updates: Updates of its training.": Row(lambda: recorded().summary["steps"], 600),
    "walker-steps: Steps in the maze that it was trained for, in millions.": Row(
        lambda: recorded().summary["environment_steps"] / 1e6, 1.37
    ),
    "walker-return: The mean return after training, of at most 0.90.": Row(
        lambda: recorded().summary["return"], 0.884
    ),
}
claim_rows(NUMBERS, how="the record of its training")


@claim("walker-longer", tolerance=0.05, how=f"{FRESH} of a corridor of {LONG}", absolute="shares")
def a_longer_corridor() -> float:
    """In a corridor ten times as long as the one it learned it still turns to the cue's side: the
    share of episodes in which it does not."""
    return 1.0 - share_right(LONG)


@claim(
    "walker-reads-far", tolerance=0.05, how=f"{FRESH} of a corridor of {LONG}", absolute="shares"
)
def the_line_far_out() -> float:
    """The line still reads the cue in a corridor of 100: the share of steps where it does not."""
    memory = remembered(2, LONG)
    return float((np.sign(read(memory)) != memory.cue[:, None])[memory.episodes.live].mean())
