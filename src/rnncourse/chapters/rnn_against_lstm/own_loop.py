"""The training loop that a student writes in the lesson, beside the package's."""

from collections.abc import Callable

import torch

from rnncourse.chapters.palindromes.experiments import good
from rnncourse.experiments import Run
from rnncourse.training import TrainConfig, train

LENGTH, BATCH = 10, 32


def small_run(cell: str, seed: int) -> Run:
    """The good recipe of the recorded runs on a small network: 32 units, palindromes of 10."""
    return Run(**good(cell, LENGTH) | {"units": 32, "batch_size": BATCH}, seed=seed)


def small_network(cell: str, seed: int):
    """Its untrained model in float64: an orthogonal start, and forget bias 3 for an LSTM."""
    return small_run(cell, seed).model().double()


def package_learn(model, rate: float, updates: int, seed: int) -> float:
    """Train on palindromes of length 10 with Adam; the share right on 500 fresh ones at the end."""
    config = TrainConfig(updates, BATCH, learning_rate=rate, seed=seed, stop_when_solved=False)
    record = train(model, small_run("rnn", seed).batches(), config, record_name="lesson")
    return record.summary["accuracy"]


def loop_verdict(learn: Callable) -> str:
    """One line on a loop ``learn(model, rate, updates, seed)``: right, or where to look.

    Its weights and its answer are compared with those of ``package_learn``: after 1 and 4 updates,
    and after 2 from a start whose gradients are long enough to be clipped.
    """
    for start, updates, where in STAGES:
        found, expected = start(), start()
        share = learn(found, 0.01, updates, 7)
        right = package_learn(expected, 0.01, updates, 7)
        if share is None:
            return "Not yet: it returned None, expected the share right; is a return missing?"
        if not _equal(found, expected):
            return f"Wrong: after {updates} update(s) the weights differ; look at {where}."
        if abs(float(share) - right) > 1e-9:
            return "Wrong: the weights are right and the share is not; look at its 500 palindromes."
    return "Right: the same weights and the same share as the package's loop."


def quiet_network():
    return small_network("rnn", 0)


def loud_network():
    """The same with large output weights, so that its gradients are longer than 10."""
    model = quiet_network()
    with torch.no_grad():
        model.W_ph.mul_(100.0)
    return model


STAGES = (
    (quiet_network, 1, "the data, the loss and the rate"),
    (quiet_network, 4, "the loss and zero_grad"),
    (loud_network, 2, "the clipping"),
)


def _equal(found, expected) -> bool:
    pairs = zip(found.parameters(), expected.parameters(), strict=True)
    return all(torch.allclose(f, e, rtol=0.0, atol=1e-9) for f, e in pairs)
