"""Claims of chapter 09: RNN against LSTM."""

from functools import partial

import numpy as np

from rnncourse.analysis import count_parameters
from rnncourse.byhand.examples import one_unit, small_lstm
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.lstm import forward
from rnncourse.chapters.lstm.cases import tensors
from rnncourse.chapters.rnn_against_lstm import cases, records
from rnncourse.claims.registry import claim

DIFFERENCES = "central differences"
RECORDED = "the recorded runs of palindrome-length; a missing one counts as not solved"
NETS = "100 random networks"


@claim("recorded-good-30", tolerance=0.5, how=RECORDED, source="U18-1.6")
def good_recipes_solve() -> float:
    """With the good recipes every seed of both cells solves every length up to 30."""
    return float(
        sum(
            records.unsolved(records.LENGTH, setting="good", length=length)
            for length in records.lengths()
            if length <= 30
        )
    )


@claim("recorded-course-10", tolerance=0.5, how=RECORDED, source="U18-1.6")
def course_recipe_solves_ten() -> float:
    """With the course's recipe every seed of the RNN solves lengths 5 and 10."""
    return float(
        sum(
            records.unsolved(records.LENGTH, setting="course", cell="rnn", length=length)
            for length in (5, 10)
        )
    )


@claim("recorded-course-20", tolerance=0.5, states=1.0, how=RECORDED, source="U18-1.6")
def course_recipe_at_twenty() -> float:
    """With the course's recipe this many of five seeds of the RNN solve length 20."""
    return float(
        records.solved(records.runs(records.LENGTH, setting="course", cell="rnn", length=20))
    )


@claim("recorded-course-15-lstm", tolerance=0.5, how=RECORDED, source="U18-1.6")
def course_recipe_lstm_at_fifteen() -> float:
    """With the course's recipe every seed of the LSTM solves length 15."""
    return float(records.unsolved(records.LENGTH, setting="course", cell="lstm", length=15))


@claim("recorded-course-15-rnn", tolerance=0.5, states=3.0, how=RECORDED, source="U18-1.6")
def course_recipe_rnn_at_fifteen() -> float:
    """With the course's recipe this many of five seeds of the RNN solve length 15."""
    return float(
        records.solved(records.runs(records.LENGTH, setting="course", cell="rnn", length=15))
    )


@claim("recorded-course-10-speed", tolerance=0.5, how=RECORDED, source="R1-20")
def course_recipe_speed_at_ten() -> float:
    """With the course's recipe every seed of the RNN solves length 10 before any of the LSTM."""
    runs = {"setting": "course", "length": 10}
    rnn, lstm = (
        records.planned_updates(records.LENGTH, cell=cell, **runs) for cell in ("rnn", "lstm")
    )
    return float(sum(not r < lstm.min() < np.inf for r in rnn))


@claim("recorded-speed", tolerance=0.5, how=RECORDED, source="R1-20")
def rnn_needs_fewer_updates() -> float:
    """With the good recipes the RNN's median of updates is never above the LSTM's up to 30."""
    slower = 0
    for length in filter(lambda length: length <= 30, records.lengths()):
        rnn, lstm = (
            np.median(
                records.planned_updates(records.LENGTH, setting="good", cell=cell, length=length)
            )
            for cell in ("rnn", "lstm")
        )
        slower += not rnn <= lstm < np.inf
    return float(slower)


@claim("ablation-rnn", tolerance=0.5, how="the recorded runs of palindrome-ablation")
def either_choice_helps_the_rnn() -> float:
    """Of the RNN's start and optimizer each one alone makes more seeds solve, both make all."""
    count = {
        setting: records.solved(records.runs(records.ABLATION, setting=setting, cell="rnn"))
        for setting in ("course", "good, torch start", "good, rmsprop", "good")
    }
    alone = (count["good, torch start"], count["good, rmsprop"])
    return float((min(alone) <= count["course"]) + (max(alone) >= 5) + (count["good"] < 5))


@claim("ablation-rnn-fast", tolerance=0.5, how="the recorded runs of palindrome-ablation")
def orthogonal_start_is_fast() -> float:
    """Every orthogonal start that solves is faster than every torch start: how many are not."""
    orthogonal, torch = (
        np.concatenate(
            [
                records.updates(records.runs(records.ABLATION, setting=setting, cell="rnn"))
                for setting in settings
            ]
        )
        for settings in (("good", "good, rmsprop"), ("course", "good, torch start"))
    )
    return float((orthogonal >= torch.min()).sum() + (len(orthogonal) == 0))


@claim("ablation-rnn-digit", tolerance=0.5, how="the recorded runs of palindrome-ablation")
def one_number_costs_updates() -> float:
    """Read as one number a digit costs the good RNN no seed, and more updates in the median."""
    digit, one_hot = (
        records.runs(records.ABLATION, setting=setting, cell="rnn")
        for setting in ("good, digit", "good")
    )
    slower = np.median(records.updates(digit)) > np.median(records.updates(one_hot))
    return float(5 - records.solved(digit) + (not slower))


@claim("pair-jacobian", shows="eq-pair-jacobian", tolerance=1e-9, how=DIFFERENCES)
def one_step_of_the_pair() -> float:
    """Memory and state together pass a nudge on by four blocks."""
    params, x, _, h0, c0 = small_lstm(T=1)
    return relative_error(
        cases.pair_product(params, x, h0, c0), cases.pair_nudged(params, x, h0, c0)
    )


@claim("pair-journey", shows="eq-pair-journey", tolerance=1e-9, how=DIFFERENCES)
def many_steps_of_the_pair() -> float:
    """The matrices of the pair multiply to the derivative over four steps."""
    params, x, _, h0, c0 = small_lstm(T=4)
    return relative_error(
        cases.pair_product(params, x, h0, c0), cases.pair_nudged(params, x, h0, c0)
    )


@claim("memories-alone", tolerance=1e-4, states=0.1529, how=DIFFERENCES, source="W32")
def memories_do_not_multiply() -> float:
    r"""The matrices $\partial c^{(t)}/\partial c^{(t-1)}$ alone do not multiply: relative error."""
    return cases.memories_alone()


@claim("orthogonal-bounds", shows="eq-orthogonal-bounds", tolerance=1e-12, how=NETS)
def orthogonal_journey() -> float:
    r"""With orthogonal $W_{hh}$ a nudge keeps between $\prod\alpha_t$ and $\prod\beta_t$."""
    return cases.outside_the_bounds()


@claim("orthogonal-equal", tolerance=1e-12, how="states of one size, 20 steps")
def bounds_are_met() -> float:
    """Where all states have one size, both bounds are met: they cannot be improved."""
    return cases.equal_states()


@claim("half-of-30", shows="eq-largest-sum", tolerance=1e-9, how="bisection on the product")
def how_small_the_sums_are() -> float:
    r"""$|a| = \mathrm{artanh}\sqrt{1-\kappa^{1/T}}$ keeps the share $\kappa$ over $T$ steps."""
    return cases.largest_sum(0.5, 30) - np.arctanh(np.sqrt(1.0 - 0.5 ** (1 / 30)))


@claim("sum-for-half-of-30", tolerance=1e-4, states=0.1523, how="bisection on the product")
def largest_sum_for_half() -> float:
    r"""The size $|a|$ with which an orthogonal RNN keeps half of a nudge over 30 steps."""
    return cases.largest_sum(0.5, 30)


@claim("saturated-30", tolerance=1e-15, states=4.974e-12, how="the product of 30 Jacobians")
def saturated_journey() -> float:
    """What 30 steps leave of a nudge where every sum is 1 or -1."""
    params, h = cases.orthogonal_rnn(0, T=30)
    return float(cases.journey(params, np.tanh(1.0) * np.sign(h)).max())


@claim("torch-start", shows="eq-torch-start", tolerance=0.01, how="10 matrices of 128 units")
def torch_start_shrinks() -> float:
    r"""torch's $W_{hh}$ leaves $1/3$ of the squared length of a vector, on average."""
    squares = [np.sum(W**2) / len(W) for W in cases.start_matrices("torch")]
    return 3.0 * float(np.mean(squares)) - 1.0


@claim(
    "torch-start-norm", tolerance=1e-3, states=1.133, how="10 matrices of 128 units", source="W12"
)
def torch_start_norm() -> float:
    r"""The norm of torch's $W_{hh}$ is above 1 nevertheless: the median."""
    return float(np.median([np.linalg.norm(W, 2) for W in cases.start_matrices("torch")]))


@claim("forget-floor", shows="eq-forget-floor", tolerance=1e-12, how=f"{NETS}, 20 steps")
def direct_path_floor() -> float:
    r"""The direct path keeps at least $\sigma(b)^T$, and this is at least $e^{-Te^{-b}}$."""
    return cases.below_the_floor()


@claim("memory-length", shows="eq-memory-length", tolerance=1e-9, how="the sum over 800 steps")
def lengths_of_memories() -> float:
    r"""The shares of all steps sum to $1 + e^{b}$."""
    return max(
        abs(cases.memory_length(b) / (1.0 + np.exp(b)) - 1.0) for b in (-1.0, 0.0, 1.0, 2.0, 3.0)
    )


@claim("chrono-uniform", shows="eq-chrono", tolerance=0.02, how="10 000 draws, longest 30")
def chrono_spreads_lengths() -> float:
    r"""Drawn so, the memory lengths $1 + e^{b_f}$ are uniform between 2 and $T$."""
    b_f, _ = cases.chrono_biases(longest=30)
    lengths = np.sort(1.0 + np.exp(b_f))
    return float(np.abs(lengths - np.linspace(2.0, 30.0, len(lengths))).max() / 28.0)


@claim("chrono-average", shows="eq-chrono-average", tolerance=1e-12, how="the cell, 50 steps")
def chrono_averages() -> float:
    r"""With $b_i = -b_f$ the memory is a weighted mean of the candidates, here of random ones."""
    rng, b = np.random.default_rng(0), 2.0
    x, f = rng.standard_normal((50, 1)), 1.0 / (1.0 + np.exp(-b))
    memory = forward(one_unit(W_gx=1.0, b_f=b, b_i=-b), x)[1].c[-1, 0]
    weights = (1.0 - f) * f ** np.arange(50)[::-1]
    return float(memory - weights @ np.tanh(x[:, 0]))


@claim("equal-parameters", shows="eq-equal-units", tolerance=1e-12, how="tensors in four sizes")
def equal_parameters() -> float:
    r"""With the root in the place of $n$ the LSTM's formula counts the tensors of the RNN."""
    errors = []
    for d, m in ((10, 128), (1, 128), (5, 40), (3, 17)):
        n = cases.equal_units(d, m)
        errors.append(abs(4.0 * n * (d + n + 1) / tensors("rnn", d, m) - 1.0))
    return max(errors)


@claim("equal-units-128", tolerance=0.01, states=61.42, how="the root of the polynomial by numpy")
def units_like_128() -> float:
    """An LSTM has as many parameters as an RNN of 128 units with this many units."""
    d, m = 10, 128
    return float(np.roots([4.0, 4.0 * (d + 1), -count_parameters("rnn", d, m)]).max())


@claim("best-of-guesses", tolerance=2e-4, states=0.1385, how="binomial distribution", source="W29")
def best_evaluation_of_a_guesser() -> float:
    """The best of 200 evaluations on 500 samples, for who guesses among ten digits."""
    return cases.best_of_guesses(500, 200)


@claim("best-batch-of-guesses", tolerance=2e-3, states=0.215, how="300 guessers", source="W29")
def best_batch_of_a_guesser() -> float:
    """The best of 10 000 batches of 128, for who guesses among ten digits."""
    right = np.random.default_rng(0).binomial(128, 0.1, (300, 10_000))
    return float(right.max(axis=1).mean() / 128.0)


def register(id: str, measure, statement: str, **about) -> None:
    """The same claim again with other numbers: one for each row of a table."""
    measure.__doc__, measure.__module__ = statement, __name__
    claim(id, **about)(measure)


for _id, _start, _states in (
    ("start-rnn-torch", "rnn, torch", 2.353e-7),
    ("start-rnn-xavier", "rnn, xavier", 0.07991),
    ("start-rnn-orthogonal", "rnn, orthogonal", 0.2246),
    ("start-lstm-torch", "lstm, torch", 1.290e-6),
    ("start-lstm-bias-1", "lstm, orthogonal, forget bias 1", 0.1596),
    ("start-lstm-bias-3", "lstm, orthogonal, forget bias 3", 9.145),
    ("start-lstm-chrono", "lstm, chrono", 0.1189),
):
    register(
        _id,
        partial(lambda start: float(np.median(cases.start_reaches(start)[:, 0])), _start),
        f"What reaches the first of 29 inputs, relative to the last, from this start: {_start}.",
        states=_states,
        tolerance=1e-3 * _states,
        how="5 untrained models of 64 units, automatic differentiation: the median",
        source="U18-1.6",
    )
for _bias, _states in ((0, 2.0), (1, 3.718), (3, 21.09)):
    register(
        f"memory-of-bias-{_bias}",
        partial(cases.memory_length, float(_bias)),
        f"The memory length of a unit with forget bias {_bias}, in steps.",
        states=_states,
        tolerance=5e-3,
        how="the sum over 800 steps",
        source="R1-21",
    )
