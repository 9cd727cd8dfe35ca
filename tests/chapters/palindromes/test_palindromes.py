"""What the chapter draws and says of its recorded runs; the counting that its claims rest on."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.chapters.palindromes import cases, figures
from rnncourse.chapters.palindromes import records as outcomes
from rnncourse.chapters.palindromes.exercises import best_batch
from rnncourse.records import Record
from rnncourse.tasks import baum_sweet_labels


def recorded(setting, length, seed, accuracy, steps, cell="rnn"):
    solved = accuracy == 1.0
    return Record(
        name=f"{setting}-{cell}-{length}-{seed}",
        config={"setting": setting, "cell": cell, "length": length},
        seed=seed,
        curve={"step": [50, steps], "loss": [2.0, 1.0], "accuracy": [0.2, accuracy]},
        summary={"accuracy": accuracy, "solved": solved, "steps": steps}
        | {"steps_to_solve": steps if solved else None},
    )


@pytest.fixture
def records():
    """Good ones solve 5 and all but one of 45; the course's fail at 45."""
    good = [recorded("good", n, seed, 1.0, 100 + seed) for n in (5, 45) for seed in range(5)]
    good[-1] = recorded("good", 45, 4, 0.2, 10_000)
    course = [recorded("course", 45, seed, 0.1 * seed, 10_000) for seed in range(5)]
    return [*good, *course, recorded("good", 20, 0, 0.5, 10_000, cell="lstm")]


def test_every_palindrome_is_there_once():
    x, y = cases.every_palindrome(4)
    whole = [(*digits, answer) for digits, answer in zip(x.tolist(), y.tolist(), strict=True)]
    every = [d for d in itertools.product(range(10), repeat=4) if d == d[::-1]]
    assert sorted(whole) == every


def test_information_of_a_copy_a_bit_and_of_nothing():
    digits = np.arange(10)[:, None]
    assert cases.information(cases.joint_counts(digits, digits[:, 0])) == pytest.approx(np.log2(10))
    assert cases.information(cases.joint_counts(digits, digits[:, 0] % 2)) == pytest.approx(1.0)
    assert cases.information(np.ones((3, 4))) == pytest.approx(0.0, abs=1e-12)


def test_one_bit_of_the_digit_is_worth_two_right_answers_in_ten():
    group = np.arange(10)[:, None] % 2
    assert cases.best_guess(cases.joint_counts(group, np.arange(10))) == pytest.approx(0.2)
    assert cases.needed_bits(0.2) < 1.0


def test_a_guess_needs_no_bits_and_certainty_needs_them_all():
    assert cases.needed_bits(0.1) == pytest.approx(0.0, abs=1e-12)
    assert cases.needed_bits(1.0) == pytest.approx(np.log2(10))


def test_codes_differ_and_the_latch_holds_each():
    C = cases.digit_codes()
    assert len(np.unique(C, axis=1).T) == 10
    x = np.eye(10)[np.arange(10)[:, None]]  # one step
    assert np.array_equal(np.sign(cases.states(cases.latch(), x)[-1]).T, C)


def test_the_best_of_one_batch_is_the_mean_and_of_two_coins_three_quarters():
    assert best_batch(0.3, 20, 1) == pytest.approx(0.3)
    assert best_batch(0.5, 1, 2) == pytest.approx(0.75)
    drawn = np.random.default_rng(0).binomial(30, 0.2, size=(20_000, 7)).max(axis=1) / 30
    assert best_batch(0.2, 30, 7) == pytest.approx(drawn.mean(), abs=5 * drawn.std() / 141)


def test_baum_sweet_share_by_words_is_that_by_labels():
    labels = baum_sweet_labels(np.arange(10, 10**4 + 1))
    ones, zeros = labels.sum(), (labels == 0).sum()
    assert cases.baum_sweet_share(4) == pytest.approx(ones / (ones + 0.016724 * zeros), abs=1e-12)


def test_a_spike_is_remembered_as_long_as_its_share_of_v_is_large():
    # v = 1 + 0.01 (1000² − 1) 0.99^t, and a step is half the usual one where v = 4
    expected = np.log(3.0 / (0.01 * (1000.0**2 - 1.0))) / np.log(0.99)
    assert cases.short_steps_after_a_spike(1000.0, None) == pytest.approx(expected, abs=1.0)


def test_a_linear_probe_reads_what_is_there_and_nothing_else():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 10, 2000)
    assert cases.linear_probe(np.eye(10)[y] @ rng.standard_normal((10, 20)), y) == 1.0
    assert cases.linear_probe(rng.standard_normal((2000, 20)), y) == pytest.approx(0.1, abs=0.04)


def test_the_figure_draws_every_run_the_medians_and_chance(records):
    ax = figures.length_accuracy([r for r in records if r.config["cell"] == "rnn"])
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["RNN, good"].get_xdata().tolist() == [5, 45]
    assert lines["RNN, good"].get_ydata().tolist() == [1.0, 1.0]
    assert lines["RNN, course"].get_ydata().tolist() == [pytest.approx(0.2)]
    marks = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert sorted(len(line.get_xdata()) for line in marks) == [5, 10]
    assert any(np.allclose(line.get_ydata(), 0.1) for line in ax.lines)
    plt.close("all")


def test_both_cells_of_one_setting_have_their_own_colors(records):
    ax = figures.length_accuracy(records)
    looks = {line.get_label(): line.get_color() for line in ax.lines}
    assert looks["RNN, good"] == figures.CELL_STYLE["rnn"]["color"]
    assert looks["LSTM, good"] == figures.CELL_STYLE["lstm"]["color"]
    plt.close("all")


def test_the_table_tells_solved_and_not_solved(records):
    table = outcomes.length_table([r for r in records if r.config["cell"] == "rnn"]).splitlines()
    assert table[2] == "| 5 | 5 of 5; in 102 updates | – | – |"
    assert "4 of 5; in 101 updates; else 0.20" in table[3]
    assert "0 of 5; else 0.00, 0.10, 0.20, 0.30, 0.40" in table[3]
    assert outcomes.outcome([]) == "–"


def test_the_longest_length_is_one_that_every_run_solved(records):
    assert outcomes.longest_solved(records, "good") == 5
    assert outcomes.longest_solved(records, "course") == 0


def test_what_is_stuck_is_told_with_its_range(records):
    told = outcomes.stuck(records, "good", 45)
    assert told.startswith("Of 5 networks of length 45, 1 was not solved: the accuracy stays ")
    assert "between 0.20 and 0.20 at all 2 evaluations, from update 50 to 10,000" in told
    assert outcomes.stuck(records, "good", 5) == ""


def test_a_network_that_lost_what_it_had_is_told_by_its_best_and_its_last():
    run = recorded("course", 30, 0, 0.3, 10_000)
    run.curve["accuracy"][0] = 0.8
    other = recorded("course", 30, 1, 0.9, 10_000)
    assert outcomes.best_and_last([other, run], "course", 30) == (
        "One of the 2 networks of length 30 was right 0.80 of the time after 50 updates and 0.30 "
        "after 10,000."
    )
    assert outcomes.best_and_last([], "course", 30) == ""


def test_where_the_failed_runs_ended_is_counted(records):
    rnn = [r for r in records if r.config["cell"] == "rnn"]
    assert outcomes.ended_near(rnn, 0.2) == (
        "Of the 6 runs that were not solved, 2 ended within 0.04 of 0.2."
    )


def test_a_latch_keeps_the_difference_that_an_untrained_network_loses():
    kept = cases.difference(cases.latch(), 30)
    lost = cases.difference(cases.untrained("torch", 0), 30)
    assert kept[0] == lost[0] == 1.0
    assert kept.min() > 0.9
    assert lost[-1] < 1e-4
    drawn = figures.forgetting({"kept": kept, "lost": lost, "also": lost})
    assert [line.get_label() for line in drawn.lines] == ["kept", "lost", "also"]
    np.testing.assert_allclose(drawn.lines[0].get_ydata(), kept)
    plt.close("all")


def test_one_update_from_bare_parameters_clips_before_rmsprop_looks():
    import torch

    own = {
        name: torch.tensor(w, requires_grad=True)
        for name, w in cases.untrained("torch", 1, n=6).items()
    }
    memory = [torch.zeros_like(w) for w in own.values()]
    x = torch.from_numpy(cases.random_digits(5, 8))
    _, norm = cases.clipped_rmsprop(own, memory, x, x[:, 0], clip=1e-3)
    assert norm > 1e-3
    seen = sum(float(v.sum()) for v in memory)
    assert seen == pytest.approx(0.01 * 1e-6, rel=0.01)
