"""Claims of chapter 06: palindromes, and what a recurrent network remembers."""

from math import cosh, sinh, tanh

import numpy as np

from rnncourse.chapters.palindromes.cases import (
    ONE_HOT,
    accuracy,
    carried,
    combination_window,
    even_mistakes,
    every_palindrome,
    information,
    joint_counts,
    latch,
    needed_bits,
    random_digits,
    raw_digit_latch,
    states,
    weakest,
    window_accuracy,
)
from rnncourse.chapters.palindromes.cases_numbers import NUMBERS
from rnncourse.claims.registry import claim
from rnncourse.experiments import results

COUNTED = "every palindrome of length 3 to 6, counted"
ALPHAS = (0.3, 0.5, 1.0, 2.0)


@claim("palindrome-middle", shows="eq-middle", tolerance=1e-12, how=COUNTED, source="U18-1.3")
def middle_tells_nothing() -> float:
    """The digits after the first share no information with the answer."""
    counts = (joint_counts(x[:, 1:], y) for x, y in map(every_palindrome, range(3, 7)))
    return max(abs(information(table)) for table in counts)


@claim("palindrome-window", shows="eq-window", tolerance=1e-12, how=COUNTED, source="U18-1.3")
def short_window_is_chance() -> float:
    """No rule that sees the last inputs, without the first, is right more often than 1 in 10."""
    shares = [window_accuracy(length, k) for length in range(3, 7) for k in range(1, length - 1)]
    return max(abs(share - 0.1) for share in shares)


@claim("palindrome-whole", tolerance=1e-12, how=COUNTED)
def whole_input_is_enough() -> float:
    """A rule that sees every input can always be right."""
    return max(abs(window_accuracy(length, length - 1) - 1.0) for length in range(3, 7))


@claim("palindrome-bits", tolerance=1e-4, states=3.3219, how="palindromes of length 5, counted")
def bits_to_keep() -> float:
    """The first digit and the answer share this many bits: the logarithm of 10 to base 2."""
    x, y = every_palindrome(5)
    return information(joint_counts(x[:, :1], y))


@claim("fano", shows="eq-fano", tolerance=1e-12, how="1000 random tables of digit and answer")
def fano_holds() -> float:
    """An answer that is right this often shares at least this many bits with the digit."""
    rng, worst = np.random.default_rng(0), 0.0
    for _ in range(1000):
        given = rng.dirichlet(np.full(10, 10.0 ** rng.uniform(-2, 1)), size=10)
        joint = (given + rng.uniform(0, 2) * np.eye(10)) / 10.0
        joint /= joint.sum(axis=1, keepdims=True) * 10.0  # each digit one time in ten
        worst = max(worst, needed_bits(float(np.trace(joint))) - information(joint))
    return worst


@claim("fano-tight", tolerance=1e-12, how="accuracies from 0.1 to 1")
def fano_is_reached() -> float:
    """If all wrong answers are equally frequent, the bound is an equality."""
    shares = np.linspace(0.1, 1.0, 19)
    return max(abs(information(even_mistakes(a)) - needed_bits(a)) for a in shares)


@claim(
    "latch-right", shows="eq-latch", tolerance=1e-12, how="all 1000 palindromes of length 5 or 6"
)
def latch_is_right() -> float:
    """The four units say the last digit of every palindrome: the share of wrong answers."""
    cases = map(every_palindrome, (5, 6))
    return max(1.0 - accuracy(latch(a), ONE_HOT[x], y) for x, y in cases for a in ALPHAS)


@claim("latch-right-100", tolerance=1e-12, how="200 random digit sequences and their first digits")
def latch_is_right_at_length_100() -> float:
    """The same four units, length 100: the share of wrong answers."""
    x = random_digits(99)
    return max(1.0 - accuracy(latch(a), ONE_HOT[x], x[:, 0]) for a in (1.0, 2.0))


@claim("latch-holds", shows="eq-latch-condition", tolerance=1e-9, how="random and worst inputs")
def latch_holds() -> float:
    """With a self-loop just above the bound no state falls below tanh of the first push."""
    x, worst = ONE_HOT[random_digits(50)], 0.0
    for alpha in ALPHAS:
        w = 1.001 * 2.0 * alpha / tanh(alpha)
        low = min(np.abs(states(latch(alpha, w), x)).min(), weakest(alpha, w))
        worst = max(worst, tanh(alpha) - float(low))
    return worst


@claim("latch-too-weak", tolerance=1e-3, states=-0.989, how="one unit, pushed back for 49 steps")
def latch_too_weak() -> float:
    r"""With $\alpha = \frac12$ and 2 % less than the bound a unit that was on ends as off."""
    return weakest(0.5, 0.98 * 2.0 * 0.5 / tanh(0.5))


@claim("latch-raw-digit", tolerance=1e-12, how="all 1000 palindromes of length 5 or 6")
def latch_reads_raw_digits() -> float:
    """Nine units that read the digit as one number: the share of wrong answers."""
    cases = map(every_palindrome, (5, 6))
    return max(1.0 - accuracy(raw_digit_latch(), 1.0 * x[..., None], y) for x, y in cases)


def worst_carried(alpha: float, T: int) -> float:
    """What one unit of the latch carries that is pushed back at every step after the first."""
    unit = {"W_hx": np.eye(1), "b_h": np.zeros(1), "W_ph": np.eye(1), "b_p": np.zeros(1)}
    push = np.full((T, 1), -alpha)
    push[0] = alpha
    return carried(unit | {"W_hh": np.array([[2.0 * alpha / tanh(alpha)]])}, push)


@claim("latch-jacobian", shows="eq-latch-jacobian", tolerance=1e-9, how="random and worst inputs")
def latch_gradient_is_bounded() -> float:
    r"""What $\partial h^{(T)}/\partial h^{(1)}$ exceeds of its bound, over the bound, T to 29."""
    worst = 0.0
    for alpha, T in ((0.5, 5), (1.0, 10), (2.0, 20), (1.5, 29)):
        bound = (2.0 * alpha / tanh(alpha) / cosh(alpha) ** 2) ** (T - 1)
        inputs = (ONE_HOT[digits[:T]] for digits in random_digits(29, count=20))
        sizes = [carried(latch(alpha), x) for x in inputs]
        worst = max(worst, *(size / bound - 1.0 for size in (*sizes, worst_carried(alpha, T))))
    return worst


@claim("latch-jacobian-tight", tolerance=1e-9, how="a unit that is pushed back at every step")
def latch_bound_is_reached() -> float:
    r"""Under the worst input the bound is an equality; here $\alpha = 2$ and $T = 10$."""
    return abs(worst_carried(2.0, 10) / (8.0 / sinh(4.0)) ** 9 - 1.0)


# Training and measuring


@claim("palindrome-rmsprop", shows="eq-rmsprop-update", tolerance=1e-12, how="the sum, 50 steps")
def rmsprop_is_a_weighted_mean() -> float:
    r"""The recursion for $v$ gives the mean of squared gradients, weighted by powers of 0.99."""
    g, v, worst = np.random.default_rng(0).standard_normal((50, 5)), np.zeros(5), 0.0
    for t in range(50):
        v = 0.99 * v + 0.01 * g[t] ** 2
        weights = 0.01 * 0.99 ** np.arange(t, -1, -1)
        worst = max(worst, float(np.abs(v - weights @ g[: t + 1] ** 2).max()))
    return worst


# The other tasks


@claim(
    "combination-window", shows="eq-combination", tolerance=1e-12, how="all 720 orders of length 6"
)
def combination_from_a_window() -> float:
    r"""Whoever sees $k$ of the numbers is right one time in $m-k$ at best."""
    return max(abs(combination_window(6, k) - 1.0 / (6 - k)) for k in range(1, 6))


@claim(
    "adding-baseline", tolerance=1e-12, states=1 / 6, how="Gaussian quadrature", source="U20-1.3"
)
def adding_baseline() -> float:
    """The mean squared error of always saying 1."""
    nodes, weights = np.polynomial.legendre.leggauss(3)
    u, w = 0.5 * (nodes + 1.0), 0.5 * weights
    return float((np.outer(w, w) * (u[:, None] + u - 1.0) ** 2).sum())


def register(id: str, states: float, tolerance: float, source: str, how: str, statement, measure):
    """A claim of one number: one row of a table."""
    measure.__doc__, measure.__module__ = statement, __name__
    claim(id, states=states, tolerance=tolerance, source=source, how=how)(measure)


for _row in NUMBERS:
    register(*_row)


def course_runs() -> list:
    """The recorded runs of the RNN with the course's settings."""
    records = results("palindrome-length")
    return [r for r in records if (r.config["cell"], r.config["setting"]) == ("rnn", "course")]


@claim("failed-were-better", states=10.0, tolerance=0.5, how="recorded runs, counted")
def failed_runs_that_had_been_better() -> float:
    """Failed runs with the course's settings that ended 0.15 or more below their best, of 16."""
    failed = [run for run in course_runs() if not run.summary["solved"]]
    falls = [max(run.curve["accuracy"]) - run.summary["accuracy"] for run in failed]
    return float(sum(fall >= 0.15 for fall in falls)) if len(falls) == 16 else float("nan")


@claim("left-the-line", states=1600.0, tolerance=0.5, how="the recorded curve")
def updates_near_two_tenths() -> float:
    """First evaluation above 0.3 of the run of length 20 that was solved."""
    [run] = [r for r in course_runs() if r.config["length"] == 20 and r.summary["solved"]]
    curve = zip(run.curve["step"], run.curve["accuracy"], strict=True)
    return float(next(step for step, accuracy in curve if accuracy > 0.3))
