"""The recorded runs of the five optimizers, on records made up for the purpose."""

from rnncourse.chapters.optimizers.records import best_rates, best_table, rates
from rnncourse.records import Record


def run(optimizer: str, rate: float, seed: int, accuracy: float, steps: int = 1000) -> Record:
    config = {"optimizer": optimizer, "learning_rate": rate, "initialization": "orthogonal"}
    summary = {"accuracy": accuracy, "solved": accuracy == 1.0, "steps": steps}
    return Record("optimizers", config, seed, summary=summary)


def five(optimizer: str, rate: float, accuracies: tuple, steps: tuple) -> list[Record]:
    pairs = zip(accuracies, steps, strict=True)
    return [run(optimizer, rate, seed, a, s) for seed, (a, s) in enumerate(pairs)]


def test_a_setting_is_told_by_its_medians():
    [rate] = rates(five("sgd", 0.1, (0.2, 1.0, 0.4, 1.0, 0.9), (1000, 300, 1000, 500, 1000)))
    assert rate == ("orthogonal", "sgd", 0.1, 5, 2, 0.9, 1000)


def test_the_best_rate_solves_more_seeds_then_is_more_accurate_then_quicker():
    slow = five("adam", 0.001, (1.0,) * 5, (600,) * 5)
    quick = five("adam", 0.003, (1.0,) * 5, (200,) * 5)
    lucky = five("adam", 0.01, (1.0, 1.0, 1.0, 0.1, 0.1), (100, 100, 100, 1000, 1000))
    unsolved = [five("sgd", 0.1, (0.5,) * 5, (1000,) * 5), five("sgd", 1, (0.6,) * 5, (1000,) * 5)]
    best = best_rates([*lucky, *slow, *quick, *unsolved[0], *unsolved[1]])
    assert best["orthogonal", "adam"].learning_rate == 0.003
    assert best["orthogonal", "sgd"].learning_rate == 1


def test_the_table_has_a_row_for_each_optimizer():
    records = five("adam", 0.003, (1.0,) * 5, (200,) * 5) + five("sgd", 0.1, (0.5,) * 5, (9,) * 5)
    assert best_table(records).splitlines()[2:] == [
        "| orthogonal | adam | 0.003 | 5 of 5 | 1.00 | 200 |",
        "| orthogonal | sgd | 0.1 | 0 of 5 | 0.50 | 9 |",
    ]
