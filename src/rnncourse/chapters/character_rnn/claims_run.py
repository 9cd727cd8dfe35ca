"""Claims on what character RNNs write, on what their losses mean, and on the recorded run."""

import numpy as np

from rnncourse.byhand.gradcheck import relative_error as off
from rnncourse.byhand.softmax import draw, softmax
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import (
    T,
    best_matches,
    guessed,
    right_by_place,
    sentence_ids,
    untrained,
)
from rnncourse.chapters.character_rnn.exercises import smooth
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.experiments import results

READER = f"stored weights: {reader.RUN}"
RECORDED = "recorded run"
REPORTED = 38.2217  # the smooth loss of the report on the assignment
REPORT = "A smooth loss of 38.2217 over 25 characters"
EPOCH = (1_107_542 - 1) // T  # windows of the assignment's book


# Writing


@claim("char-draw", shows="eq-char-draw", tolerance=1e-12, how="bisection for the ends")
def lengths_of_the_draw() -> float:
    """The numbers u that draw a character fill an interval as long as its probability, its lower
    end included."""
    p = np.random.default_rng(0).standard_normal(9)
    ends = [0.0]
    for k in range(8):
        low, high = ends[-1], 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if draw(p, middle) <= k else (low, middle)
        ends.append(low)
    e = np.exp(p)
    at_the_edge = draw(np.zeros(4), 0.5)  # two running sums are at most 1/2: the third
    return largest_of(off(np.diff([*ends, 1.0]), e / e.sum()), float(at_the_edge != 2))


@claim("char-greedy", tolerance=0.5, how="wrong draws; 0 if right")
def temperature_zero() -> float:
    """Temperature 0 draws the largest score whatever u is, and small ones nearly do."""
    rng, wrong = np.random.default_rng(0), 0
    for _ in range(50):
        p, u = rng.permutation(np.arange(10.0)), rng.random()
        wrong += (draw(p, u, 0) != p.argmax()) + (draw(p, u, 0.02) != p.argmax())
    return wrong


@claim("char-guess-first", states=0.25, how=READER, source="W28")
def first_letters() -> float:
    """The share of first letters of words that a guess one step ahead has right."""
    guesses, _, text = guessed()
    return right_by_place(guesses, text)["first"]


@claim("char-guess-later", states=0.42, how=READER, source="W28")
def later_letters() -> float:
    """The share of all other letters of words that a guess one step ahead has right."""
    guesses, _, text = guessed()
    return right_by_place(guesses, text)["later"]


@claim("char-guess-place", tolerance=0.5, how="pieces at another place; 0 if right", source="W28")
def guesses_lie_on_the_text() -> float:
    """20 guessed pieces of 100 characters match the text best where they were guessed, each of
    them; of 9 written pieces none matches as many characters as the worst guessed one."""
    guesses, written, text = guessed()
    pieces = best_matches(guesses[:4000], text, every=200)
    away = pieces[:, 0] != 200 * np.arange(20) + 1
    free = best_matches(written[:900], text)
    return float(away.sum() + (free[:, 1] >= pieces[:, 1].min()).sum())


# What the numbers mean


@claim("char-perplexity", shows="eq-char-units", tolerance=1e-12, how="a uniform choice")
def perplexity() -> float:
    """A uniform guess among K characters has ln K nats, log2 K bits and perplexity K."""
    errors = []
    for classes in (2, 80, 83):
        nats = -np.log(softmax(np.zeros(classes))).mean()
        errors += [abs(np.exp(nats) / classes - 1), abs(nats / np.log(2) / np.log2(classes) - 1)]
    return largest_of(errors)


def number(value: float, states: float, **own) -> Row:
    return Row(lambda: value, states, **own)


NUMBERS = {
    "char-weights: Weights and biases of the assignment's network, for 80 characters.": Row(
        lambda: sum(value.size for value in untrained().params.values()), 26_180, how="counted"
    ),
    "char-start-80: 25 ln 80, in nats.": number(T * np.log(80), 109.551),
    "char-start-83: 25 ln 83, in nats: the same book read byte by byte.": number(
        T * np.log(83), 110.47
    ),
    "char-epoch-kth: Windows of 25 in a book of 1,107,542 characters.": number(EPOCH, 44_301),
    "char-epochs-kth: 660,000 updates on that book, in epochs.": number(
        660_000 / EPOCH, 14.9, tolerance=0.005
    ),
}
claim_rows(NUMBERS, how="arithmetic", source="KTH-2")
REPORTS = {
    f"char-report-nats: {REPORT}, in nats a character.": number(REPORTED / T, 1.5289),
    f"char-report-bits: {REPORT}, in bits a character.": number(REPORTED / T / np.log(2), 2.2057),
    f"char-report-perplexity: {REPORT}, as perplexity.": number(np.exp(REPORTED / T), 4.613),
}
claim_rows(REPORTS, how="arithmetic on the report's number", source="KTH-2")


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
    return largest_of(errors)


@claim("char-half-life", states=693, how="a loss that drops from 1 to 0")
def half_life_of_the_smooth_loss() -> float:
    """Updates until a drop of the loss has shown by half in the smooth loss."""
    shown = smooth(np.array([1.0] + 1000 * [0.0]))
    return float(np.argmax(shown <= 0.5))


@claim("char-start-forgotten", states=4.5e-5, how="a loss that drops from 1 to 0")
def start_after_10000() -> float:
    """The weight of the first loss in the smooth loss of update 10,000."""
    return float(smooth(np.array([1.0] + 9999 * [0.0]))[-1])


# Recorded runs


@claim("char-reader-seeds", states=0.032, how="recorded runs")
def readers_of_other_seeds() -> float:
    """The range of the last losses, in nats a character, of the readers of five seeds."""
    told = reader.recorded().summary
    return float(np.ptp([value for name, value in told.items() if name.startswith("loss")]))


def recorded():
    """The one run of the experiment ``character-rnn``."""
    [run] = results("character-rnn")
    return run


def recorded_epoch() -> int:
    """Updates of the recorded run for one pass over its text."""
    return (recorded().summary["characters"] - 1) // T


RUN = {
    "char-run-updates: Updates of the recorded run.": Row(
        lambda: recorded().summary["steps"], 200_000
    ),
    "char-run-epochs: Epochs of the recorded run.": Row(
        lambda: recorded().summary["steps"] / recorded_epoch(), 9.6
    ),
    "char-run-best: The lowest smooth loss of the recorded run.": Row(
        lambda: recorded().summary["best_smooth_loss"], 40.4, 0.005
    ),
}
claim_rows(RUN, how=RECORDED, source="KTH-2")


@claim("char-run-early", states=0.871, how=RECORDED, source="KTH-2")
def early() -> float:
    """The share of the fall from T ln K to the best smooth loss that 10,000 updates bring."""
    run = recorded()
    start = T * np.log(run.summary["vocabulary_size"])
    losses = dict(zip(run.curve["step"], run.curve["smooth_loss"], strict=True))
    return (start - losses[10_000]) / (start - run.summary["best_smooth_loss"])


def by_epoch() -> list[np.ndarray]:
    """The points of the smooth loss of each whole epoch."""
    run, windows = recorded(), recorded_epoch()
    steps, losses = (np.array(run.curve[name]) for name in ("step", "smooth_loss"))
    whole = range(run.summary["steps"] // windows)
    return [losses[(steps > k * windows) & (steps <= (k + 1) * windows)] for k in whole]


@claim("char-run-wave", states=2.12, how=RECORDED, source="KTH-2")
def wave() -> float:
    """How far the smooth loss moves up and down within the last whole epoch, in nats."""
    return float(np.ptp(by_epoch()[-1]))


@claim("char-run-gain", states=0.278, how=RECORDED, source="KTH-2")
def gain() -> float:
    """How much lower the mean of the last whole epoch is than that of the one before, in nats."""
    before, last = by_epoch()[-2:]
    return float(before.mean() - last.mean())
