"""Claims: what the recorded runs of the LSTM's relatives and forget biases say."""

from collections.abc import Callable
from functools import partial

from rnncourse.chapters.gru_and_relatives.records import BIAS, found, rows
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.experiments import EXPERIMENTS

RECORDED = "the recorded runs"
BINARY = "binary-palindromes"


def unsolved(task: str, lengths: tuple[int, ...]) -> float:
    """Runs of these lengths that the experiment defines and whose record does not solve it."""
    planned = [
        run for run in EXPERIMENTS["family"].runs if run.task == task and run.length in lengths
    ]
    rows = [row for key, row in found().items() if key[0] == task and key[1] in lengths]
    return float(len(planned) - sum(row.solved for row in rows))


PERFECT = {
    "family-baum-sweet: LSTM and GRU solve Baum-Sweet at lengths 4, 5 and 6 with every seed: how "
    "many do not.": Row(lambda: unsolved("baum-sweet", (4, 5, 6))),
    "family-combinations: One LSTM and both ways solve all random combinations, 5 to 15: how many "
    "do not.": Row(lambda: unsolved("random-combinations", (5, 6, 10, 15))),
    "family-binary: LSTM and peephole LSTM solve binary palindromes of 6, 10 and 20: how many runs "
    "do not.": Row(lambda: unsolved(BINARY, (6, 10, 20))),
}
claim_rows(PERFECT, tolerance=0.5, how=RECORDED, source="U20-1.4")


@claim("family-gru-updates", tolerance=0.5, how=RECORDED, source="D-1.4")
def gru_needs_fewer_updates() -> float:
    """At each of the three lengths the slowest GRU needs fewer updates than the fastest LSTM: how
    often not."""
    updates = {key[1:]: row.updates for key, row in found().items() if key[0] == "baum-sweet"}
    pairs = [(updates[length, "gru"], updates[length, "lstm"]) for length in (4, 5, 6)]
    return float(sum(largest_of(gru) >= min(lstm) for gru, lstm in pairs))


def most_updates(cell: str) -> float:
    """Of the runs of this cell on binary palindromes of 20 digits."""
    return float(largest_of(found()[BINARY, 20, cell].updates))


def biased(biases: tuple[int, ...], lengths: tuple[int, ...]) -> list:
    """The recorded rows with these forget biases and lengths; ValueError unless all are there."""
    settings = {f"forget bias {bias}" for bias in biases}
    chosen = [row for row in rows(BIAS) if row.setting in settings and row.length in lengths]
    if sum(row.seeds for row in chosen) != 5 * len(biases) * len(lengths):
        raise ValueError(f"records of {BIAS} are missing: {sorted(settings)}, lengths {lengths}")
    return chosen


def worst(rows: list) -> float:
    """The lowest accuracy of these runs."""
    return min(row.worst for row in rows)


def best(rows: list) -> float:
    """The highest accuracy of these runs."""
    return largest_of(row.best for row in rows)


def learned(rows: list) -> float:
    """How many of these runs end above 99 %."""
    return float(sum(each > 0.99 for row in rows for each in row.accuracies))


def too_late(rows: list) -> float:
    """How many of these runs end above 99 % and are not solved by the rule."""
    return learned(rows) - sum(row.solved for row in rows)


def updates_row(id: str, cell: str, words: str, states: int) -> dict[str, Row]:
    return {f"{id}: The most updates that {words} takes.": Row(partial(most_updates, cell), states)}


def of(told: Callable, biases: tuple[int, ...], lengths: tuple[int, ...]) -> Callable:
    """What ``told(rows)`` gives of the runs with these forget biases and lengths."""
    return lambda: told(biased(biases, lengths))


claim_rows(
    updates_row("family-lstm-20", "lstm", "an LSTM", 650),
    updates_row("family-peephole-20", "peephole", "a peephole LSTM", 550),
    tolerance=1e-6,
    how=RECORDED,
    source="U20-1.4",
)
BIASES = {
    "bias-0-short: $b_f = 0$, 10 digits: the lowest accuracy.": Row(of(worst, (0,), (10,)), 1.0),
    "bias-0-long: $b_f = 0$, 20 and 30 digits: the highest accuracy.": Row(
        of(best, (0,), (20, 30)), 0.208
    ),
    "bias-1-20: $b_f = 1$, 20 digits: the lowest.": Row(of(worst, (1,), (20,)), 1.0),
    "bias-1-30: $b_f = 1$, 30 digits: the lowest.": Row(of(worst, (1,), (30,)), 0.484),
    "bias-1-learned: $b_f = 1$, 30 digits: seeds of five that end above 99 %.": Row(
        of(learned, (1,), (30,)), 4
    ),
    "bias-large: $b_f = 3$ and 5, all lengths: the lowest accuracy.": Row(
        of(worst, (3, 5), (10, 20, 30)), 0.992
    ),
    "bias-late: $b_f = 1$, 3 and 5, 30 digits: runs of 15 above 99 % and not solved.": Row(
        of(too_late, (1, 3, 5), (30,)), 10
    ),
}
claim_rows(BIASES, tolerance=1e-6, how=RECORDED)
