"""How the learning rate changes over a run, as a factor of its value."""

import math


def constant(step: int, config) -> float:
    """The same rate at every update."""
    return 1.0


def exponential(step: int, config) -> float:
    """One more factor ``decay`` after every ``decay_every`` updates."""
    return config.decay ** (step // config.decay_every)


def cosine(step: int, config) -> float:
    """Half a cosine from 1 at the first update to 0 after the last."""
    return (1.0 + math.cos(math.pi * step / config.steps)) / 2.0


SCHEDULES = {"constant": constant, "exponential": exponential, "cosine": cosine}


def learning_rate(step: int, config) -> float:
    """The rate of update ``step`` (from 0): the schedule's, times a linear rise at the start."""
    rise = min(1.0, (step + 1) / config.warmup_steps) if config.warmup_steps else 1.0
    return config.learning_rate * rise * SCHEDULES[config.schedule](step, config)
