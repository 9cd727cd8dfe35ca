"""Verdicts: a diagnosis holds in every case, zero is compared absolutely, words are plain."""

import numpy as np
import pytest
from solutions import function_of, solutions

from rnncourse.exercises import EXERCISES, grade
from rnncourse.exercises.comparing import relative_error
from rnncourse.exercises.patterns import patterns
from rnncourse.exercises.registry import Case, Exercise
from rnncourse.exercises.rows import Pair, row_name
from rnncourse.exercises.simpler import families

LSTM_STEP, COUNT = EXERCISES["lstm-step"], EXERCISES["lstm-count"]


def said(verdict) -> str:
    return " ".join(str(verdict).split())


def mended(name: str, *changes: tuple[str, str]):
    """The lesson's solution with these texts replaced."""
    source = solutions()[name]
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return function_of(name, source)


def told(pairs) -> list[str]:
    """The patterns of got and expected, of an exercise without names for its rows."""
    return list(patterns(EXERCISES["dL-dp"], [Pair(*map(np.array, p), {}) for p in pairs]))


# Right answers by other routes


def test_a_slope_by_automatic_differentiation_is_right():
    torch = pytest.importorskip("torch")

    def answer(p, T):
        T = torch.tensor(float(T), dtype=torch.float64, requires_grad=True)
        q = torch.softmax(torch.tensor(p, dtype=torch.float64) / T, 0)
        (-(q * q.log()).sum()).backward()
        return T.grad

    assert grade("sample-slope", answer).right


def test_a_bias_by_bisection_is_right():
    def answer(L):
        low, high = -50.0, 50.0
        for _ in range(200):
            b = (low + high) / 2.0
            low, high = (b, high) if 1.0 + np.exp(b) < L else (low, b)
        return b

    assert grade("memory-bias", answer).right


def test_numbers_of_float32_inside_are_right_or_told_so():
    def answer(params, x, h, c):
        small = {name: value.astype(np.float32) for name, value in params.items()}
        return np.array(function_of("lstm-step")(small, *map(np.float32, (x, h, c))), float)

    verdict = grade("lstm-step", answer)
    assert verdict.right or "as in float32" in said(verdict)
    rough = grade("lstm-step", lambda *given: np.array(LSTM_STEP.truth(*given)).round(5))
    assert "Every case agrees to" in said(rough) and "keep all digits" in said(rough)


def test_the_solution_of_an_exercise_serves_in_the_next():
    error = function_of("relative-error")

    def verdicts(analytical, numerical, tolerance):
        return {name: error(a, numerical[name]) <= tolerance for name, a in analytical.items()}

    assert grade("gradient-verdict", verdicts).right


def test_zero_is_compared_with_the_scale_of_the_exercise():
    zero, one = np.zeros(2), np.ones(2)
    assert relative_error(1e-14 * one, zero) == np.inf
    assert relative_error(1e-14 * one, zero, scale=1.0) < 1e-13
    assert relative_error(zero, 1e-17 * one, scale=1.0) < 1e-16
    assert relative_error(1e-3 * one, zero, scale=1.0) > 1e-4


def test_large_numbers_are_compared_without_overflow():
    big = np.array([1e200, -3e300])
    assert relative_error(big, big) == 0.0
    assert relative_error(2.0 * big, big) == pytest.approx(1.0)


# No diagnosis that a case contradicts


def test_a_factor_near_1_is_none():
    assert told([([1 + 5e-7, 2 + 1e-6], [1.0, 2.0])]) == []
    assert told([([2.0, 4.0], [1.0, 2.0])]) == ["the right answer is multiplied by 2"]
    assert told([([-1.0, -2.0], [1.0, 2.0])]) == ["the sign is the wrong one"]


def test_a_large_case_does_not_decide_for_the_others():
    large, small = ([2e6, 4e6, 6e6], [1e6, 2e6, 3e6]), ([1.3, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert told([large, small]) == []
    assert told([large, ([0.0, 0.0, 1e-3], [0.0, 0.0, 0.0])]) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nothing_rests_on_what_is_no_number(bad):
    assert told([([2.0, bad], [1.0, 2.0])]) == []


def test_a_factor_of_numbers_past_the_root_of_the_largest_is_found():
    assert told([([2e200, 4e200], [1e200, 2e200])]) == ["the right answer is multiplied by 2"]


PATTERNS = {
    "the rows stand in reverse order": lambda e: e[::-1],
    "the right answer is squared": np.square,
    "the rows come one late, and the last one first": lambda e: np.roll(e, 1, axis=0),
    "the rows come one late: each, from the second on, is the right one before it": lambda e: (
        np.concatenate([0 * e[:1], e[:-1]])
    ),
    "the rows come one early: each, up to the last but one, is the right one after it": lambda e: (
        np.concatenate([e[1:], 0 * e[:1]])
    ),
    "every row is the last row of the right answer": lambda e: np.repeat(e[-1:], len(e), axis=0),
    "each row is the sum of the right rows up to it": lambda e: np.cumsum(e, axis=0),
    "the first row of the right answer is missing, the others are right": lambda e: e[1:],
    "only the last row of the right answer is returned": lambda e: e[-1],
    "the sign is lost: these are the sizes of the right values": np.abs,
    "1 is added": lambda e: e + 1.0,
    "the right answer is multiplied by 1 / log(2)": lambda e: e / np.log(2.0),
}


@pytest.mark.parametrize("sentence", PATTERNS)
def test_what_is_wrong_in_all_cases_alike_is_said_and_in_one_case_is_not(sentence):
    rng = np.random.default_rng(0)
    cases = [rng.standard_normal((T, 3)) for T in (3, 5, 4)]
    pairs = [(PATTERNS[sentence](e), e) for e in cases]
    assert told(pairs) == [sentence]
    assert told([*pairs[:2], (cases[2] + 0.1 * rng.random((4, 3)), cases[2])]) == []


def test_a_factor_or_a_term_of_what_was_given_is_named():
    over = grade("lm-bits", lambda y: np.array(EXERCISES["lm-bits"].truth(y)) * len(y))
    assert "In every case the right answer is multiplied by len(yhat)." in said(over)
    short = grade(
        "relatives-count",
        lambda d, n, K: np.array(EXERCISES["relatives-count"].truth(d, n, K)) - [0, 2 * n, 0, 0],
    )
    assert "is all right" not in said(short) and "2 n is missing" in said(short)


def test_another_maximum_is_not_told_to_be_none():
    def answer(p, T):
        e = np.exp(p / T - p.max())
        return e / e.sum()

    assert grade("sample-temperature", answer).mistake.id == "divided-first"


def test_a_window_off_by_one_is_no_mirror():
    late = grade("palindrome-window", lambda length, window: float(window >= length - 2) or 0.1)
    assert late.mistake.id == "one-early"


# Where it is still right


@pytest.mark.parametrize(
    "name, changes, sentence",
    [
        ("bptt-dL-dWhx", [("@ da", "@ da * 0.5")], "Right for T = 1, wrong from T = 2 on: look at"),
        ("lstm-step", [("c * f", "c + f")], "Wrong already for n = 1 and d = 1: "),
        ("lstm-step", [("c * f", "c * i")], "Known mistake W35"),
        ("gru-step", [("r * h))", "h))")], "Known mistake no-reset"),
        (
            "sample-continue",
            [('W["W_hh"] @ h', 'W["W_hh"].T @ h')],
            "right answer where W_hh is transposed",
        ),
        (
            "gated-update",
            [("R * H", "R * H + R * R")],
            "Right without recurrence (every W from h is 0)",
        ),
        ("lstm-gate-gradients", [("1 - i)", "2 - i)")], "da_g, da_f and da_o. Not right: da_i."),
        ("bptt-dL-dWhh", [('params["W_ph"].T', 'params["W_ph"]')], "Often: the inner sizes"),
    ],
)
def test_a_wrong_answer_is_told_where_it_is_right(name, changes, sentence):
    verdict = grade(name, mended(name, *changes))
    assert not verdict.right
    assert sentence in said(verdict), said(verdict)


def test_a_family_in_which_all_is_zero_is_no_evidence():
    verdict = grade("lstm-step", lambda params, x, h, c: 0.0 * np.array([h, c]))
    assert "Right " not in said(verdict)


def made_up(truth, *cases, **more):
    """An exercise that no chapter has; ``cases`` are tuples of arguments."""
    rows = tuple(Case(f"case {n}", lambda c=c: c) for n, c in enumerate(cases, start=1))
    fields = {"quantity": "y", "statement": truth.__doc__ or "Given: x. Return: y."} | more
    return Exercise("made-up", "lstm", truth=truth, cases=rows, **fields)


@pytest.fixture
def graded(monkeypatch):
    """The verdict on an answer to an exercise that no chapter has."""

    def verdict(exercise, answer):
        monkeypatch.setitem(EXERCISES, "made-up", exercise)
        return said(grade("made-up", answer))

    return verdict


def test_a_step_hands_to_the_next_where_no_gradient_is_asked_for():
    changes = [("m, path = np.zeros(len(w)), []", "m, path = np.zeros(len(grads)), []")]
    verdict = said(grade("adagrad-path", mended("adagrad-path", *changes)))
    assert "look at what one step hands to the next" in verdict
    assert "Known mistake" not in verdict  # a later case raises; the first has another shape


def test_a_plain_number_T_hands_nothing_on():
    families_of_T = [f for f in families(EXERCISES["char-units"]) if f.words == "for T = 1"]
    assert [f.advice for f in families_of_T] == ["look at how T enters"]


def length(x, T):
    """The end of a sum.

    Given: x, shape (n,); T, a number.
    Return: a number.
    """
    return float(np.sum(x)) * T


def test_from_T_on_is_said_only_where_all_longer_ones_are_wrong(graded):
    exercise = made_up(length, (np.array([1.0, 2.0]), 5), (np.array([2.0, 5.0]), 6))
    some = graded(exercise, lambda x, T: length(x, T) if T in (1, 3) else 0.1 * x[0])
    assert "Right for T = 1 and 3, wrong otherwise" in some and " on" not in some.split("Right")[1]
    short = graded(exercise, lambda x, T: length(x, T) if T < 3 else 0.1 * x[0] + T)
    assert "Right for T = 1 and 2, wrong from T = 3 on: look at how T enters" in short
    one = graded(exercise, lambda x, T: length(x, T) if T == 3 else 0.1 * x[0])
    assert "Right for T = 3, wrong otherwise" in one


def slopes_with_the_factor_outside(params, x, y, h0):
    h = EXERCISES["rnn-forward"].truth(params, x, h0)
    p = np.exp(params["W_ph"] @ h[-1] + params["b_p"])
    p /= p.sum()
    p[y[-1]] -= 1.0
    path = [params["W_ph"].T @ p]
    for t in reversed(range(1, len(x))):
        path.append((1.0 - h[t] ** 2) * (params["W_hh"].T @ path[-1]))
    return np.array(path[::-1])


def test_a_second_family_is_named_the_more_telling_first():
    verdict = said(grade("bptt-dL-dh", slopes_with_the_factor_outside))
    assert "Right for n = 1, and also for T = 1, wrong otherwise: look at transposes" in verdict

    def with_a_term(w, a, T):
        return (a / (1.0 - w) if w != 1.0 else a * T) + w * (1.0 - w)

    verdict = said(grade("linear-constant-input", with_a_term))
    assert "Right where w = 1, and also where w = 0, wrong otherwise: look at how w" in verdict


def product(x, u, v):
    """A product.

    Given: x, shape (n,); u; v, numbers.
    Return: a number.
    """
    return float(np.sum(x)) + u * v


def test_wrong_otherwise_is_said_only_where_no_case_of_a_family_is_right(graded):
    exercise = made_up(product, (np.array([1.0, 2.0]), 5.0, 3.0), (np.array([2.0, 5.0]), 6.0, 2.0))
    both = graded(exercise, lambda x, u, v: product(x, u, v) + u * (1.0 - v))
    assert "Right where u = 0, and also where v = 1, wrong otherwise" in both
    some = graded(exercise, lambda x, u, v: product(x, u, v) + (0.1 if u and (v or u < 6) else 0.0))
    assert "Right where u = 0, not always otherwise" in some


def test_a_family_that_lies_in_another_is_not_named(graded):
    exercise = made_up(product, (np.array([1.0, 2.0]), 5.0, 3.0), (np.array([2.0, 5.0]), 6.0, 2.0))
    equal = graded(exercise, lambda x, u, v: product(x, u, v) + np.ptp(x))
    assert "Right where all entries of x are equal, wrong otherwise: look at how x" in equal


@pytest.mark.parametrize(
    "name, words",
    [
        ("sample-copied", "for n = 1"),
        ("gradient-verdict", "without recurrence (every W from h is 0)"),
        ("gradient-verdict", "with all biases 0"),
        ("chrono-biases", "for T = 1"),
    ],
)
def test_a_letter_that_means_something_else_makes_no_family(name, words):
    assert words not in [family.words for family in families(EXERCISES[name])]


def test_transposes_are_looked_for_in_matrices_alone():
    advice = {f.words: f.advice for f in families(EXERCISES["chrono-biases"])}
    assert advice["for n = 1"] == "look at sums and shapes"


def test_one_number_and_named_entries_have_no_rows_to_be_summed():
    loop = EXERCISES["sample-loop"]
    pairs = [Pair(np.array([b + p, p]), np.array([b, p]), {}) for b, p in ((2.0, 3.0), (1.0, 4.0))]
    assert not [words for words in patterns(loop, pairs) if "rows" in words]
    named = [pair._replace(names=("a", "b")) for pair in pairs]
    assert not [words for words in patterns(EXERCISES["dL-dp"], named) if "rows" in words]
    assert "right rows from it on" in next(patterns(EXERCISES["dL-dp"], pairs))


def test_a_family_may_shorten_a_list(graded):
    shorter = {"with one weight": lambda given: {"weights": given["weights"][:1]}}
    cases = [([np.ones(2), np.arange(2.0)],), ([np.ones(3), np.arange(3.0)],)]

    def total(weights):
        return float(sum(np.sum(w) for w in weights))

    exercise = made_up(total, *cases, simpler=shorter)
    wrong = graded(exercise, lambda weights: total(weights) ** len(weights) + len(weights) - 1.0)
    assert "Right with one weight, wrong otherwise" in wrong


def test_one_case_is_not_one_to_begin_with():
    wrong = said(grade("linear-fates", lambda: [3, 3, 3, 4, 4, 5, 6, 7]))
    assert "Begin with" not in wrong and "None of the 8 numbers is right" in wrong


def test_two_rows_that_are_exchanged_are_told_alone():
    rng = np.random.default_rng(0)
    cases = [rng.standard_normal((5, 2)) for _ in range(2)]
    assert told([(e[[0, 1, 3, 2, 4]], e) for e in cases]) == ["dL/dp[2] and dL/dp[3] are exchanged"]
    turned = told([(e[[0, 2, 3, 1, 4]], e) for e in cases])
    assert turned[0].endswith("dL/dp[1], dL/dp[2], dL/dp[3] hold dL/dp[2], dL/dp[3], dL/dp[1]")


def test_labels_that_agree_by_chance_are_not_exchanged():
    e = np.array([0.0, 0.0, 1.0, 1.0, 2.0])
    assert not any("exchanged" in each for each in told([([0.0, 1.0, 0.0, 1.0, 2.0], e)]))


def test_truth_values_read_as_such():
    verdict = said(grade("gradient-verdict", lambda *given: 1 / 0))
    assert "True, True, True, True, True are expected" in verdict


def test_a_missing_row_is_seen_where_it_is_the_only_one():
    e = np.arange(1.0, 7.0).reshape(3, 2)
    assert told([(e[:-1], e), (np.array([]), e[:1])]) == [
        "the last row of the right answer is missing, the others are right"
    ]


def test_a_constant_is_told_to_be_one():
    assert told([(1.0, 0.75), (1.0, 1.2)]) == ["the answer is the same, 1"]
    assert told([([2.0, 2.0], [0.3, 1.7])]) == ["every number of the answer is the same, 2"]
    assert told([(1.0, 1.0), (2.0, 0.75)]) == []


def test_a_single_number_has_no_rows():
    assert not any("row" in each for each in told([(1.0, 0.75), (1.0, 1.2), (1.0, 3.0)]))
    rows = [
        (np.array([[1.0, e], [7.0, 7.0]]), np.array([[2.0, e], [7.0, 7.0]])) for e in (3.0, 4.0)
    ]
    assert not any("each row" in each for each in told(rows))


def test_a_row_of_steps_is_called_as_in_the_verdict():
    assert row_name(EXERCISES["adam-path"], 0) == "w^(1)"


def test_of_statements_nothing_tells_how_many_are_wrong():
    for exercise in [each for each in EXERCISES.values() if each.facts]:
        truths = [fact.truth for fact in exercise.facts]
        one = grade(exercise.name, lambda t=truths: [not t[0], *t[1:]])
        all_wrong = grade(exercise.name, lambda t=truths: [not truth for truth in t])
        assert str(one) == str(all_wrong) and one[:7:6] == all_wrong[:7:6]
        assert (one.error, one.notes, one.hints) == (all_wrong.error, (), ())


def test_whole_numbers_that_agree_by_chance_are_no_other_answer():
    verdict = grade("char-draw", mended("char-draw", ("np.exp(", "np.exp2(")))
    assert "this is the right answer" not in said(verdict)


def test_whole_numbers_of_another_shape_are_told_so():
    truth = EXERCISES["baum-sweet"].truth
    verdict = said(grade("baum-sweet", lambda integers: [0, *truth(integers)]))
    assert "expected shape (12,), got shape (13,)" in verdict


def test_a_missing_row_with_a_name_is_told_by_it():
    truth = EXERCISES["lstm-gate-gradients"].truth
    verdict = grade("lstm-gate-gradients", lambda *given: np.delete(truth(*given), 1, axis=0))
    assert "In every case da_i is missing, the others are right." in said(verdict)


def test_the_case_that_is_shown_is_not_shown_twice():
    verdict = said(grade("phased-share", mended("phased-share", ("np.log(f)", "f"))))
    assert verdict.count("r_on: expected") == 1 and "Begin with this case" in verdict


def test_several_sizes_are_listed_with_one_and():
    verdict = said(grade("rnn-forward", mended("rnn-forward", ("h = np.tanh(a)", "pass"))))
    assert "Wrong already for n = 1, d = 1 and T = 1: " in verdict


# Words


def test_counts_are_printed_whole():
    verdict = grade("lstm-count", lambda d, n, K: COUNT.truth(d, n, K) + 3)
    assert "count: expected 72458, got 72461;" in said(verdict)
    assert "In every case 3 is added." in said(verdict)


def test_every_line_fits_a_lesson():
    for name, exercise in EXERCISES.items():
        for mistake in exercise.mistakes:
            text = str(grade(name, mistake.answer))
            assert max(map(len, text.splitlines())) <= 76, text
            assert "this is what you get when" not in text


def test_a_dict_without_a_name_to_take_is_told_what_to_return():
    verdict = grade("rnn-forward", lambda params, x, h0: {"h": h0})
    assert "a dict that holds h; return an array of shape (3, 4) itself" in said(verdict)


def test_notes_of_other_cases_are_not_shown():
    truth = EXERCISES["rnn-forward"].truth

    def answer(params, x, h0):
        states = truth(params, x, h0)
        return states.T if len(x) == 6 else states + 1.0  # transposed in the second case alone

    assert "Note: your array was transposed" not in said(grade("rnn-forward", answer))


def test_an_error_is_explained():
    verdict = grade("lstm-step", mended("lstm-step", ("h @ W_h.T", "x @ W_h.T")))
    assert "it raised ValueError" in said(verdict)
    assert "Often: the inner sizes of a product differ" in said(verdict)
