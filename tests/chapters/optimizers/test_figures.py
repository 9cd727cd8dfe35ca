"""The figures of the chapter, on paths and records made up for the purpose."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.chapters.optimizers import figures
from rnncourse.records import Record


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def record(optimizer: str, rate: float, seed: int, accuracy: float, initialization: str) -> Record:
    config = {"optimizer": optimizer, "learning_rate": rate, "initialization": initialization}
    config |= {"cell": "rnn", "length": 10}
    summary = {"accuracy": accuracy, "solved": accuracy == 1.0, "steps_to_solve": None}
    return Record("optimizers", config, seed, summary=summary)


def made_up() -> list[Record]:
    """Accuracies that depend on the seed, in an order that is not sorted."""
    return [
        record(optimizer, rate, seed, 0.1 * (seed + 1) + bonus, initialization)
        for initialization, bonus in (("orthogonal", 0.2), ("library", 0.0))
        for optimizer in ("adam", "sgd")
        for rate in (0.1, 0.01)
        for seed in (2, 0, 1, 4, 3)
    ]


def test_a_sweep_draws_each_run_and_the_median_of_the_seeds():
    axes = figures.sweep(made_up(), chance=0.1)
    assert [ax.get_title() for ax in axes] == ["orthogonal, length 10", "library, length 10"]
    for ax, median in zip(axes, (0.5, 0.3), strict=True):
        lines = {line.get_label(): line for line in ax.get_lines()}
        for name in ("sgd", "adam"):
            assert list(lines[name].get_xdata()) == [0.01, 0.1]
            np.testing.assert_allclose(lines[name].get_ydata(), [median, median])
        dots = [line for line in ax.get_lines() if line.get_marker() == "."]
        assert sum(len(line.get_xdata()) for line in dots) == 20


def test_a_sweep_leaves_out_the_optimizers_without_a_run():
    [ax] = figures.sweep(made_up()[:3], chance=0.1)
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["adam"]


def test_a_sweep_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="records must hold at least one record, got none"):
        figures.sweep([], chance=0.1)


def test_the_ravine_shows_each_path():
    paths = {"sgd": np.array([[1.0, 0.2], [0.8, -0.1]]), "momentum": np.array([[1.0, 0.2]])}
    ax = figures.ravine(paths, b=25.0)
    lines = {line.get_label(): line.get_xydata() for line in ax.get_lines()}
    np.testing.assert_array_equal(lines["sgd"], paths["sgd"])


def test_a_look_belongs_to_the_optimizer_that_a_label_names():
    steps = {"adagrad": np.ones(5), "rmsprop, alpha 0.9": np.ones(5)}
    ax = figures.step_lengths(steps, before=2)
    assert ax.get_lines()[1].get_color() == figures.OPTIMIZER_STYLE["rmsprop"]["color"]


def test_schedules_are_in_units_of_their_largest_rate():
    ax = figures.schedules({"constant": np.full(4, 0.3), "falling": np.array([0.2, 0.1])})
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), 1.0)
    np.testing.assert_allclose(ax.get_lines()[1].get_ydata(), [1.0, 0.5])


def test_a_path_through_the_well_begins_at_one():
    ax = figures.well_paths({"adam, 0.01": np.array([1.5, 1.4])}, {"local": 0.96})
    [path] = [line for line in ax.get_lines() if line.get_label() == "adam, 0.01"]
    np.testing.assert_array_equal(path.get_xdata(), [1, 2])
