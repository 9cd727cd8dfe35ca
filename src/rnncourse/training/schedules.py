"""How the learning rate changes over a run, as a factor of its value."""

import math


def constant(step: int, share: float, config) -> float:
    """The same rate at every update."""
    return 1.0


def exponential(step: int, share: float, config) -> float:
    """One more factor ``decay`` after every ``decay_every`` updates."""
    return config.decay ** (step // config.decay_every)


def cosine(step: int, share: float, config) -> float:
    """Half a cosine from 1 at the first update to ``floor`` after the last."""
    return config.floor + (1.0 - config.floor) * (1.0 + math.cos(math.pi * share)) / 2.0


SCHEDULES = {"constant": constant, "exponential": exponential, "cosine": cosine}


def learning_rate(step: int, config, share: float | None = None) -> float:
    """The rate of update ``step`` (from 0): the schedule's, times a linear rise at the start.

    ``share`` of the run is over: of its steps if None, or of the time it was given.
    """
    share = step / config.steps if share is None else min(share, 1.0)
    return (
        config.learning_rate
        * config.rise(step, share)
        * SCHEDULES[config.schedule](step, share, config)
    )
