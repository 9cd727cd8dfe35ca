"""Claims on the recorded runs of parity."""

from functools import partial

import numpy as np

from rnncourse.chapters.return_of_recurrence.figures_scan import LOOKS, at_best_rate
from rnncourse.chapters.return_of_recurrence.gates import LENGTHS
from rnncourse.claims.registry import Row, claim_rows, largest_of
from rnncourse.experiments import results

KEPT = 0.99  # share of right answers from which a seed has kept parity
CLOSED = ("minGRU", "minGRU of 64 units", "minGRU of two layers")
RECORDED = "recorded runs, five seeds at the best of five rates"


def runs() -> list:
    return results("gate-without-state")


def keeping(setting: str, length: int) -> int:
    """Seeds at the model's best rate that keep parity over so many bits."""
    seeds = at_best_rate(runs())[setting]
    return sum(r.summary[f"right_{length}"] >= KEPT for r in seeds)


def largest_share(setting: str) -> float:
    """The largest share of right answers at any length, over all rates and seeds."""
    mine = [r for r in runs() if r.config["setting"] == setting]
    return largest_of(r.summary[f"right_{length}"] for r in mine for length in LENGTHS)


def slug(setting: str) -> str:
    return setting.lower().replace(" ", "-")


claim_rows(
    {
        f"parity-{slug(setting)}-{length}: {setting}: seeds that keep parity over {length} bits.": (
            Row(partial(keeping, setting, length), 5)
        )
        for setting in LOOKS
        if setting not in CLOSED
        for length in LENGTHS
    },
    tolerance=0.5,
    how=RECORDED,
)
claim_rows(
    {
        f"parity-{slug(setting)}: {setting}: the largest share of right answers of all runs.": Row(
            partial(largest_share, setting), states
        )
        for setting, states in zip(CLOSED, (0.5225, 0.5285, 0.543), strict=True)
    },
    how="recorded runs, five seeds at each of five rates, 20, 40 and 80 bits",
    tolerance=5e-4,
)


def at_slow_rate(length: int) -> float:
    """The median share of right answers of the signed minGRU at the rate 0.03."""
    name = f"right_{length}"
    mine = [r for r in runs() if r.config["setting"] == "signed minGRU"]
    return float(np.median([r.summary[name] for r in mine if r.config["learning_rate"] == 3e-2]))


def solving_at_slow_rate() -> int:
    """Seeds of the signed minGRU that keep parity over 20 bits at the rate 0.03."""
    mine = [r for r in runs() if r.config["setting"] == "signed minGRU"]
    shares = [r.summary["right_20"] for r in mine if r.config["learning_rate"] == 3e-2]
    return sum(share >= KEPT for share in shares)


claim_rows(
    {
        "parity-signed-slow-20: The signed minGRU at the rate 0.03: seeds that keep 20 bits.": Row(
            solving_at_slow_rate, 5
        )
    },
    how="recorded runs, five seeds",
    tolerance=0.5,
)
claim_rows(
    {
        "parity-signed-slow: The signed minGRU at the rate 0.03: median share after 80 bits.": Row(
            partial(at_slow_rate, 80), 0.8405
        )
    },
    how="recorded runs, five seeds",
    tolerance=5e-4,
)
