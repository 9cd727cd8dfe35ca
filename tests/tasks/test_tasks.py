"""The tasks of 2020 and adding: answers by a second, naive definition; baselines by counting."""

import itertools
import re

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.tasks import (
    adding,
    baum_sweet,
    baum_sweet_labels,
    binary_palindromes,
    random_combinations,
)

TASKS = [adding, baum_sweet, binary_palindromes, random_combinations]


def rng(seed=0):
    return np.random.default_rng(seed)


def text(symbols):
    """Symbols 0, 1, 2 as '', '0', '1'."""
    return "".join({0: "", 1: "0", 2: "1"}[symbol] for symbol in symbols)


def padded_in_front(symbols):
    return re.fullmatch("0*[12]*", "".join(map(str, symbols))) is not None


def no_odd_block(bits):
    return all(len(block) % 2 == 0 for block in bits.split("1"))


@pytest.mark.parametrize("length", [2, 4, 6, 18])
def test_baum_sweet_label_says_whether_every_block_of_zeros_is_even(length):
    x, y = baum_sweet(rng(), 200, length)
    assert x.shape == (200, 4 * length) and y.shape == (200,)
    assert x.dtype == y.dtype == np.int64
    for symbols, answer in zip(x.tolist(), y.tolist(), strict=True):
        bits = text(symbols)
        assert padded_in_front(symbols) and bits[0] == "1"
        assert 10 <= int(bits, 2) <= 10**length
        assert answer == no_odd_block(bits)


def test_baum_sweet_labels_of_the_first_integers():
    expected = [no_odd_block(f"{k:b}") for k in range(1, 5000)]
    assert np.array_equal(baum_sweet_labels(np.arange(1, 5000)), expected)
    assert baum_sweet_labels(np.array([1, 2, 3, 4, 5, 8, 9])).tolist() == [1, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    "length, ones, share", [(4, 719, 0.8226), (5, 3298, 0.6710), (6, 16718, 0.5041)]
)
def test_baum_sweet_label_1_has_the_share_that_counting_gives(length, ones, share):
    integers = range(10, 10**length + 1)
    good = re.compile("1(?:1|00)*")  # a one, then ones and pairs of zeros
    counted = sum(good.fullmatch(f"{k:b}") is not None for k in integers)
    assert counted == ones
    kept = ones + 0.016724 * (len(integers) - ones)
    assert ones / kept == pytest.approx(share, abs=5e-5)
    _, y = baum_sweet(rng(1), 20_000, length)
    assert y.mean() == pytest.approx(ones / kept, abs=4 * np.sqrt(0.25 / 20_000))


@pytest.mark.parametrize("length", [1, 2, 3, 6, 10, 20])
def test_binary_palindromes_with_their_answers_are_palindromes(length):
    x, y = binary_palindromes(rng(), 200, length)
    assert x.shape == (200, 4 * length + (1 if length % 2 == 0 else 5)) and y.shape == (200,)
    assert x.dtype == y.dtype == np.int64
    for symbols, answer in zip(x.tolist(), y.tolist(), strict=True):
        bits = text(symbols) + str(answer)
        assert padded_in_front(symbols) and bits == bits[::-1]
        assert 2 <= len(bits) <= 8 * ((length + 1) // 2)


def test_two_thirds_of_the_binary_palindromes_end_in_1():
    halves = [
        "".join(map("{:b}".format, digits)) for digits in itertools.product(range(9), repeat=3)
    ]
    ends = [int(end) for bits in halves for end in (bits[0], bits[-1])]
    assert np.mean(ends) == pytest.approx(2 / 3, abs=1e-12)
    _, y = binary_palindromes(rng(1), 20_000, 6)
    assert y.mean() == pytest.approx(2 / 3, abs=4 * np.sqrt(2 / 9 / 20_000))


@pytest.mark.parametrize("length", [2, 5, 15])
def test_random_combinations_answer_is_the_missing_number(length):
    x, y = random_combinations(rng(), 300, length)
    assert x.shape == (300, length - 1) and y.shape == (300,)
    assert x.dtype == y.dtype == np.int64
    for numbers, answer in zip(x.tolist(), y.tolist(), strict=True):
        assert set(range(length)) - set(numbers) == {answer}


def test_random_combinations_come_in_every_order_equally_often():
    x, y = random_combinations(rng(1), 24_000, 4)
    orders, counts = np.unique(np.column_stack([x, y]), axis=0, return_counts=True)
    assert len(orders) == 24
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)


@pytest.mark.parametrize("length", [2, 3, 50])
def test_adding_answer_is_the_sum_of_the_two_marked_numbers(length):
    x, y = adding(rng(), 200, length)
    assert x.shape == (200, length, 2) and y.shape == (200,)
    assert x.dtype == y.dtype == np.float32
    assert x[..., 0].min() >= 0 and x[..., 0].max() < 1
    for rows, answer in zip(x, y, strict=True):
        marked = [t for t, mark in enumerate(rows[:, 1]) if mark == 1]
        assert len(marked) == 2 and np.count_nonzero(rows[:, 1]) == 2
        assert marked[0] < length // 2 <= marked[1]
        assert answer == rows[marked[0], 0] + rows[marked[1], 0]


def test_adding_by_always_saying_1_has_squared_error_one_sixth():
    _, y = adding(rng(1), 100_000, 10)
    y = y.astype(np.float64)
    assert np.mean((y - 1.0) ** 2) == pytest.approx(1 / 6, abs=4 * np.sqrt(0.04 / 100_000))


@pytest.mark.parametrize("task", TASKS)
def test_the_generator_alone_decides(task):
    first, again, other = (task(rng(seed), 40, 6) for seed in (7, 7, 8))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize("task", TASKS)
@bad_input(
    ((rng(), 0, 6), "batch_size must be at least 1, got 0"),
    ((rng(), 4, 6.0), "length must be a whole number, got 6.0"),
    ((0, 4, 6), "rng must be a numpy.random.Generator, got int; make one with"),
)
def test_bad_input_is_named(arguments, task):
    task(*arguments)


@bad_input(
    (adding, 1, "length must be at least 2, got 1"),
    (baum_sweet, 1, "length must be at least 2, got 1"),
    (baum_sweet, 19, "length must be at most 18, got 19"),
    (binary_palindromes, 0, "length must be at least 1, got 0"),
    (random_combinations, 1, "length must be at least 2, got 1"),
)
def test_lengths_out_of_range_are_named(task, length):
    task(rng(), 4, length)


def test_baum_sweet_labels_of_no_positive_integer_are_refused():
    with pytest.raises(ValueError, match="integers must be at least 1, got -4"):
        baum_sweet_labels(np.array([3, -4]))
