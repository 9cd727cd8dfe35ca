"""Claims on the recorded runs: recall, the tales by four architectures, and what a layer costs."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import torch

from rnncourse.chapters.return_of_recurrence.experiments import BEST, RATES, RECALL
from rnncourse.chapters.return_of_recurrence.memory import best_accuracy
from rnncourse.chapters.return_of_recurrence.timing import stored
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.experiments import results
from rnncourse.records import Record
from rnncourse.sequence import linear_scan
from rnncourse.text import tales_entropy

RECORDED = "recorded runs, five seeds, judged on fresh sequences"
NAMES = {"lstm": "LSTM", "mingru": "minGRU", "lru": "LRU", "transformer": "transformer"}


@cache
def runs(experiment: str) -> tuple[Record, ...]:
    return tuple(results(experiment))


def values(key: str, experiment: str, **choices) -> list[float]:
    """What the runs of these choices gave; there are some."""
    found = [
        run.summary[key]
        for run in runs(experiment)
        if all(run.config[name] == value for name, value in choices.items())
    ]
    assert found, f"{experiment} has no run with {choices}"
    return found


def middle(key: str, experiment: str, **choices) -> float:
    return float(np.median(values(key, experiment, **choices)))


# Recall

RIGHT = {
    ("attention", 32): (1.0, 1.0, 1.0),
    ("gru", 128): (0.965, 0.566, 0.363),
    ("mingru", 128): (0.575, 0.277, 0.194),
    ("gru", 32): (0.412, 0.262, 0.213),
}
claim_rows(
    {
        f"recall-{model}-{units}-{pairs}: Right answers with {pairs} pairs, the median of the "
        f"seeds: {model}, {units} units.": Row(
            partial(middle, f"right_{pairs}", "associative-recall", model=model, units=units),
            states,
        )
        for (model, units), shares in RIGHT.items()
        for pairs, states in zip((4, 16, 32), shares, strict=True)
    },
    tolerance=5e-4,
    how=RECORDED,
)


COARSE = {("gru", 128, 1): 0.448, ("gru", 128, 2): 0.541, ("gru", 32, 1): 0.185}
claim_rows(
    {
        f"recall-coarse-{model}-{units}-{bits}: Right answers with 16 pairs if the state keeps "
        f"{bits} bits a unit, the median of the seeds: {model}, {units} units.": Row(
            partial(
                middle,
                f"right_16_bits_{bits}",
                "associative-recall",
                model=model,
                units=units,
            ),
            states,
        )
        for (model, units, bits), states in COARSE.items()
    },
    tolerance=5e-4,
    how=RECORDED,
)


@claim(
    "recall-coarse",
    tolerance=0.01,
    how=f"{RECORDED}; 1 to 6 bits a unit, 2 to 32 pairs",
    absolute="shares",
)
def coarse_states_stay_below() -> float:
    """No recorded network with a coarse state beats the bound: the largest excess."""
    excess = [
        right - best_accuracy(units * bits, pairs, 8)
        for model, units in RECALL
        if model != "attention"
        for pairs in (2, 4, 8, 16, 32)
        for bits in (1, 2, 3, 4, 6)
        for right in values(
            f"right_{pairs}_bits_{bits}", "associative-recall", model=model, units=units
        )
    ]
    return largest_of(0.0, *excess)


# The tales

TALES = "tales-architectures"


@claim("tales-equal", states=0.019, how="the parameters of the recorded models")
def equal_numbers_of_weights() -> float:
    """The share by which the numbers of weights differ from the LSTM's at most."""
    counts = {run.config["model"]: run.summary["parameters"] for run in runs(TALES)}
    return largest_of(abs(each / counts["lstm"] - 1.0) for each in counts.values())


@claim("tales-rates-inside", tolerance=0.5, how="recorded runs of a sixth seed")
def best_rates_lie_inside() -> float:
    """The best rate of each model is neither the smallest nor the largest of its grid: how many
    are."""
    edges = 0
    for model, rates in RATES.items():
        best = min(rates, key=lambda rate, m=model: rate_tried(m, rate))
        assert best == BEST[model]
        edges += best in (rates[0], rates[-1])
    return float(edges)


def rate_tried(model: str, rate: float) -> float:
    """Bits above the entropy of the seed that was tried."""
    return middle("above", "tales-rates", model=model, learning_rate=rate)


ABOVE = {"lstm": 0.08, "mingru": 0.103, "lru": 0.105, "transformer": 0.23}
HERO = {"lstm": 3.02, "mingru": 3.06, "lru": 3.04, "transformer": 3.23}
claim_rows(
    {
        f"tales-above-{model}: Bits above the entropy, the median of the seeds: {NAMES[model]}.": (
            Row(partial(middle, "above", TALES, model=model), states)
        )
        for model, states in ABOVE.items()
    },
    {
        f"tales-hero-{model}: Bits above the exact loss at a hero's first letter, the median of "
        f"the seeds: {NAMES[model]}.": Row(
            partial(middle, "above_name", TALES, model=model), states
        )
        for model, states in HERO.items()
    },
    how="recorded runs, five seeds, 16,384 fresh characters",
)


def behind(first: str, *others: str) -> float:
    """By how much the worst seed of a model is behind the best seed of the others, in bits."""
    worst = largest_of(values("above", TALES, model=first))
    return largest_of(0.0, worst - min(min(values("above", TALES, model=each)) for each in others))


ORDERS = {
    "tales-lstm-first: Every LSTM ends nearer to the entropy than every other model.": Row(
        partial(behind, "lstm", "mingru", "lru", "transformer"), absolute="bits"
    ),
    "tales-transformer-last: Every recurrent model ends nearer to it than every transformer.": Row(
        lambda: largest_of(behind(model, "transformer") for model in ("lstm", "mingru", "lru")),
        absolute="bits",
    ),
}
claim_rows(ORDERS, tolerance=1e-9, how="recorded runs: by how much the worst is behind the best")


LAST = {
    "lstm": (0.077, 0.079),
    "mingru": (0.099, 0.101),
    "lru": (0.103, 0.098),
    "transformer": (1.33, 6.098),
}
claim_rows(
    {
        f"reading-{model}-{length}: Bits above the entropy in the second half of {length} "
        f"characters, the median of the seeds: {NAMES[model]}.": Row(
            partial(middle, f"last_{length}", TALES, model=model), states
        )
        for model, pair in LAST.items()
        for length, states in zip((256, 2048), pair, strict=True)
    },
    how="recorded runs, five seeds; pieces that begin from nothing",
)


@claim(
    "reading-recurrent",
    tolerance=0.01,
    how="recorded runs of LSTM, minGRU and LRU",
    absolute="bits",
)
def recurrent_models_read_on() -> float:
    """From pieces of 256 to pieces of 2,048 no recurrent model gets worse by a hundredth of a
    bit: the largest rise."""
    rises = [
        late - early
        for model in ("lstm", "mingru", "lru")
        for early, late in zip(
            values("last_256", TALES, model=model),
            values("last_2048", TALES, model=model),
            strict=True,
        )
    ]
    return largest_of(0.0, *rises)


@claim("reading-even-guess", states=5.31, how="log₂ of 46 characters less the entropy")
def even_guess() -> float:
    """Bits above the entropy of who guesses all characters evenly."""
    return float(np.log2(46) - tales_entropy())


# What a layer costs


def cost(way: str, T: int, what: str = "train", threads: int = 1) -> float:
    """Milliseconds, as recorded."""
    return stored().summary[f"{way}, {T}, {threads}, {what}"]


def slower(first: str, second: str, lengths: tuple, what: str) -> Callable[[], float]:
    """By what share the first is slower than the second, at the worst of these lengths."""
    return lambda: largest_of(
        0.0, *(cost(first, T, what) / cost(second, T, what) - 1 for T in lengths)
    )


FASTER = {
    "timing-scan-forward: From 256 steps on the scan is at least as fast as the loop, forward.": (
        Row(slower("mingru-scan", "mingru-loop", (256, 1024, 4096, 16384), "forward"))
    ),
    "timing-scan-train: The same for a training step.": Row(
        slower("mingru-scan", "mingru-loop", (256, 1024, 4096, 16384), "train")
    ),
    "timing-fast-train: The GRU's fast path is at least as fast as its loop in training.": Row(
        slower("gru-fast", "gru-loop", (64, 256, 1024, 4096, 16384), "train")
    ),
}
claim_rows(FASTER, tolerance=1e-9, how="recorded on one machine, one thread: by what share slower")


@claim(
    "timing-memory",
    tolerance=2000.0,
    how="recorded: the growth of a fresh process, in MB",
    absolute="megabytes",
)
def training_memory() -> float:
    """A training step over 16,384 steps takes less than 2 GB with every layer: the most."""
    grown = stored().summary
    return largest_of(value for key, value in grown.items() if key.endswith("16384, memory"))


def kept_bytes(T: int) -> int:
    """What a scan over T steps of 4 units keeps for its way back, each storage counted once."""
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    a, b = (torch.full((1, T, 4), 0.5, requires_grad=True) for _ in range(2))
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        linear_scan(a, b)
    return sum(kept.values())


@claim("timing-memory-linear", tolerance=1e-12, how="what automatic differentiation keeps, counted")
def memory_is_linear() -> float:
    """What the scan keeps for its way back grows as the number of steps does: sixteen times the
    steps, sixteen times the bytes."""
    return abs(kept_bytes(16384) / kept_bytes(1024) / 16 - 1.0)
