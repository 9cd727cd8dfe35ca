"""Tasks: what a batch promises, by a second and naive definition."""

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.tasks import palindromes


@pytest.mark.parametrize("length", [2, 3, 5, 10, 45])
def test_every_sequence_with_its_answer_is_a_palindrome(length):
    x, y = palindromes(np.random.default_rng(0), 200, length)
    assert x.shape == (200, length - 1)
    for digits, answer in zip(x.tolist(), y.tolist(), strict=True):
        whole = [*digits, answer]
        assert whole == whole[::-1]
        assert answer == digits[0]


def test_digits_are_uniform():
    _, y = palindromes(np.random.default_rng(0), 20_000, 5)
    shares = np.bincount(y, minlength=10) / len(y)
    assert np.abs(shares - 0.1).max() < 0.01  # about five standard errors


def test_the_generator_alone_decides():
    first, again = (palindromes(np.random.default_rng(7), 4, 9) for _ in range(2))
    other = palindromes(np.random.default_rng(8), 4, 9)
    assert np.array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)


@bad_input(
    ((np.random.default_rng(0), 4, 1), "length must be at least 2, got 1"),
    ((np.random.default_rng(0), 0, 5), "batch_size must be at least 1, got 0"),
    ((np.random.default_rng(0), 4, 5.0), "length must be a whole number, got 5.0"),
    ((0, 4, 5), "rng must be a numpy.random.Generator, got int; make one with"),
)
def test_bad_input_is_named(arguments):
    palindromes(*arguments)
