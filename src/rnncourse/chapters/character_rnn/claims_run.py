"""Claims of chapter 05 on the smooth loss, and on the recorded run of the assignment."""

import numpy as np

from rnncourse.byhand.char_rnn import KEPT
from rnncourse.chapters.character_rnn.cases import sentence_ids, untrained
from rnncourse.claims.registry import claim
from rnncourse.experiments import results

RECORDED = "recorded run"


def recorded():
    """The one run of the experiment ``character-rnn``."""
    [run] = results("character-rnn")
    return run


@claim("char-run-updates", states=200_000, tolerance=0.5, how=RECORDED, source="KTH-2")
def updates() -> float:
    """Updates of the recorded run."""
    return recorded().summary["steps"]


@claim("char-run-epochs", states=9.6, tolerance=0.05, how=RECORDED, source="KTH-2")
def epochs() -> float:
    """Epochs of the recorded run."""
    told = recorded().summary
    return told["steps"] / ((told["characters"] - 1) // 25)


@claim("char-run-early", states=0.871, tolerance=0.0005, how=RECORDED, source="KTH-2")
def early() -> float:
    """The share of the fall from T ln K to the best smooth loss that 10,000 updates bring."""
    run = recorded()
    start = 25 * np.log(run.summary["vocabulary_size"])
    smooth = dict(zip(run.curve["step"], run.curve["smooth_loss"], strict=True))
    return (start - smooth[10_000]) / (start - run.summary["best_smooth_loss"])


@claim("char-run-best", states=40.4, tolerance=0.005, how=RECORDED, source="KTH-2")
def best() -> float:
    """The lowest smooth loss of the recorded run."""
    return recorded().summary["best_smooth_loss"]


def by_epoch() -> list[np.ndarray]:
    """The points of the smooth loss of each whole epoch."""
    run = recorded()
    windows = (run.summary["characters"] - 1) // 25
    steps, smooth = (np.array(run.curve[name]) for name in ("step", "smooth_loss"))
    whole = range(run.summary["steps"] // windows)
    return [smooth[(steps > k * windows) & (steps <= (k + 1) * windows)] for k in whole]


@claim("char-run-wave", states=2.12, tolerance=0.005, how=RECORDED, source="KTH-2")
def wave() -> float:
    """How far the smooth loss moves up and down within the last whole epoch, in nats."""
    return float(np.ptp(by_epoch()[-1]))


@claim("char-run-gain", states=0.278, tolerance=0.0005, how=RECORDED, source="KTH-2")
def gain() -> float:
    """How much lower the mean of the last whole epoch is than that of the one before, in nats."""
    before, last = by_epoch()[-2:]
    return float(before.mean() - last.mean())


# The smooth loss


def smooth(losses) -> np.ndarray:
    """s_1 = L_1, s = 0.999 s + 0.001 L, as CharRNN does."""
    told = [losses[0]]
    for loss in losses[1:]:
        told.append(KEPT * told[-1] + (1 - KEPT) * loss)
    return np.array(told)


@claim("char-smooth", shows=("eq-char-smooth", "eq-char-smooth-sum"), tolerance=1e-12, how="a run")
def smooth_loss_as_a_sum() -> float:
    """The smooth loss of a run is the weighted sum of its losses, the first with what is left."""
    curve = untrained(seed=1).train(sentence_ids(), 60).curve
    losses, errors = np.array(curve["loss"]), []
    for t in range(1, 61):
        weights = 0.001 * 0.999 ** np.arange(t - 1, -1, -1.0)
        weights[0] = 0.999 ** (t - 1)
        errors.append(abs(weights.sum() - 1))
        errors.append(abs(weights @ losses[:t] / curve["smooth_loss"][t - 1] - 1))
    return max(errors)


@claim("char-half-life", states=693, tolerance=0.5, how="a loss that drops from 1 to 0")
def half_life_of_the_smooth_loss() -> float:
    """Updates until a drop of the loss has shown by half in the smooth loss."""
    told = smooth(np.array([1.0] + 1000 * [0.0]))
    return float(np.argmax(told <= 0.5))


@claim("char-start-forgotten", states=4.5e-5, tolerance=5e-7, how="a loss that drops from 1 to 0")
def start_after_10000() -> float:
    """The weight of the first loss in the smooth loss of update 10,000."""
    return float(smooth(np.array([1.0] + 9999 * [0.0]))[-1])
