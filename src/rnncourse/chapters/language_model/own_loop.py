"""The training loop on text that a student writes in the lesson, beside the package's."""

from collections.abc import Callable

import numpy as np
import torch

from rnncourse.text import Streams
from rnncourse.training import TextConfig, text_model
from rnncourse.training.text import TextRun

K, RATE = 5, 0.01
PLAIN = {"optimizer": "adam", "schedule": "constant", "warmup": 0.0, "clip_norm": 1.0}
NO_CUT = ("a second time", "inplace operation")  # what torch says of a gradient without an end


def package_learn(model, streams: Streams, updates: int, rate: float) -> list[float]:
    """Train on the streams with Adam and a clip at the norm 1; the loss of each update, nats."""
    config = TextConfig(steps=updates, learning_rate=rate, **PLAIN)
    run = TextRun("lesson", model, streams, streams.ids[:2], config, seed=0)
    return [run.update() for _ in range(updates)]


def loop_verdict(learn: Callable) -> str:
    """One line on a loop ``learn(model, streams, updates, rate)``: right, or where to look.

    Its weights and losses are compared with those of ``package_learn``: after one update, after
    three, past the end of the streams, and from a start whose gradients are long.
    """
    for start, updates, where in STAGES:
        found, expected = start(), start()
        right = package_learn(expected, small_streams(), updates, RATE)
        try:
            losses = learn(found, small_streams(), updates, RATE)
        except RuntimeError as error:
            if any(words in str(error) for words in NO_CUT):
                return "Wrong: the gradient runs back into the window before; look at detach."
            raise
        if losses is None:
            return "Not yet: it returned None, expected a list of losses; is a return missing?"
        if not _equal(found, expected):
            return f"Wrong: after {updates} update(s) the weights differ; look at {where}."
        if not _close(losses, right):
            return "Wrong: the weights are right, the losses are not: one number for each update."
    return "Right: the same weights and losses as the package's loop."


def small_streams() -> Streams:
    """Two streams with five windows of six characters each."""
    return Streams(np.random.default_rng(0).integers(0, K, 61), 2, 6)


def quiet_model():
    """One layer of 8 units in float64, with short gradients."""
    return text_model("lstm", K, hidden=8, layers=1).double()


def loud_model():
    """The same with large output weights, so that its gradients are longer than 1."""
    model = quiet_model()
    with torch.no_grad():
        model.W_ph.mul_(100.0)
    return model


STAGES = (
    (quiet_model, 1, "the loss and the rate"),
    (quiet_model, 3, "zero_grad, and the state that goes on from window to window"),
    (quiet_model, 7, "the restart: there the state begins with zeros"),
    (loud_model, 2, "the clipping"),
)


def _close(losses, right: list[float]) -> bool:
    """Are these the losses, as numbers? A tensor that remembers its gradient is none."""
    every = losses if isinstance(losses, list | tuple) else [losses]
    if any(getattr(loss, "requires_grad", False) for loss in every):
        return False
    return np.shape(losses) == np.shape(right) and np.allclose(losses, right, rtol=0.0, atol=1e-9)


def _equal(found, expected) -> bool:
    pairs = zip(found.parameters(), expected.parameters(), strict=True)
    return all(torch.allclose(f, e, rtol=0.0, atol=1e-9) for f, e in pairs)
