"""Exercises: the truth passes in any form, every known mistake is named, nothing else runs."""

import itertools
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from bad_input import bad_input
from cases import CASES

import rnncourse
from rnncourse import byhand
from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.exercises import EXERCISES, calling, grade, grade_file, registry
from rnncourse.exercises.comparing import as_array, relative_error, same
from rnncourse.exercises.registry import all_exercises, false, true
from rnncourse.rooms import numbers

RNN_LAST = CASES["rnn"][0]
CHAPTERS = {path.stem[3:] for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}
MISTAKES = [(name, m) for name, exercise in EXERCISES.items() for m in exercise.mistakes]
GRADIENTS = [name for name, exercise in EXERCISES.items() if name.startswith(("bptt", "dL"))]
VERDICTS = [  # True or False
    name
    for name, exercise in EXERCISES.items()
    if as_array(exercise.truth(*exercise.cases[0].make()))[0].dtype == bool
]
NUMBERS = [name for name in EXERCISES if name not in VERDICTS]
PROMISED = {  # what the pages say that an exercise will name
    "bptt-dL-dWhh": {"W1", "W2", "W1 and W2", "W3", "W4", "W5", "W41", "W42"},
    "bptt-dL-dWph": {"W5", "W6"},
    "dL-dp": {"W5"},
    "relative-error": {"W27"},
    "gradient-verdict": {"W27"},
    "linear-fates": {"W12", "W13", "W12 and W13"},
    "linear-radius": {"W12"},
    "linear-peak": {"W12"},
    "linear-constant-input": {"W13"},
    "linear-closed-form": {"dropped-state"},
    "gradient-facts": {"W10", "W11", "W12", "W20", "W33"},
    "guaranteed-steps": {"W10", "W12"},
    "jacobian-bounds": {"W10", "W12"},
    "time-to-vanish": {"W12"},
    "clip-by-norm": {"W38"},
    "truncated-gradient": {"W1", "W3", "W33"},
    "lstm-count": {"W7", "W8", "W9"},
    "lstm-facts": {"W18", "W19", "W20", "W32"},
    "lstm-step": {"W19", "W35", "W36"},
    "lstm-gate-gradients": {"W37"},
    "lstm-dL-dc": {"W37"},
    "lstm-bias-gradients": {"W35"},
    "phased-gate": {"W23", "W24"},
    "phased-dk-dtau": {"W25"},
    "phased-facts": {"W26", "W40", "W43"},
    "phased-openness": {"W40", "W43"},
    "phased-step": {"W43"},
}
each_exercise = pytest.mark.parametrize("name", EXERCISES)
each_gradient = pytest.mark.parametrize("name", GRADIENTS)
each_number = pytest.mark.parametrize("name", NUMBERS)


def answers(name, change):
    """The truth of an exercise, its result changed."""

    def answer(*arguments):
        result = EXERCISES[name].truth(*arguments)
        if isinstance(result, dict):
            return {key: change(value) for key, value in result.items()}
        return change(result)

    return answer


def said(verdict) -> str:
    """What is printed, in one line."""
    return " ".join(str(verdict).split())


def rnn_last() -> tuple:
    inputs = RNN_LAST["inputs"]
    params = {name: np.array(value) for name, value in inputs["params"].items()}
    return params, np.array(inputs["x"]), np.array(inputs["y"]), np.array(inputs["h0"])


# The truth


@each_exercise
def test_the_truth_is_right(name):
    verdict = grade(name, EXERCISES[name].truth)
    assert verdict.right
    facts, cases = EXERCISES[name].facts, EXERCISES[name].cases
    agree = f"all {len(facts)} statements" if facts else f"all {len(cases)} cases agree"
    if not facts and len(cases) == 1:
        agree = "the one case agrees"
    assert str(verdict) == f"Right: {name}, {agree}."


@each_gradient
def test_the_truth_of_a_gradient_agrees_with_finite_differences(name):
    exercise = EXERCISES[name]
    for case in exercise.cases:
        arguments = case.make()
        if name == "dL-dp":
            p, y = arguments
            expected = precise_gradient(lambda p=p, y=y: byhand.cross_entropy(p, np.array(y)), p)
        else:
            expected = by_nudging(exercise.key, *arguments)
        assert relative_error(exercise.truth(*case.make()), expected) < 1e-8


def by_nudging(key, params, x, y, h0) -> np.ndarray:
    def loss(x=x, y=y, h=h0) -> float:
        return byhand.rnn.loss_and_gradients(params, x, y, h0=h)[0]

    if key != "h":
        return precise_gradient(loss, params[key])
    _, cache = byhand.rnn.forward(params, x, h0=h0)
    rows = []
    for t, h in enumerate(cache.h.copy()[:-1], start=1):
        rows.append(precise_gradient(lambda h=h, t=t: loss(x[t:], y[t:], h), h))
    p = cache.h[-1:] @ params["W_ph"].T + params["b_p"]
    return np.array([*rows, (byhand.softmax(p)[0] - np.eye(p.shape[1])[y[-1]]) @ params["W_ph"]])


def test_the_jacobian_product_agrees_with_finite_differences():
    exercise = EXERCISES["jacobian-product"]
    for case in exercise.cases:
        params, h, i = case.make()
        # The inputs that led to h are not given; the pre-activations are, up to W_hh h.
        drive = np.arctanh(h[1:]) - h[:-1] @ params["W_hh"].T
        start = h[i - 1].copy()

        def end(a, start=start, i=i, drive=drive, W=params["W_hh"]):
            state = start
            for row in drive[i - 1 :]:
                state = np.tanh(W @ state + row)
            return state[a]

        rows = [precise_gradient(lambda a=a, end=end: end(a), start) for a in range(len(start))]
        assert relative_error(exercise.truth(*case.make()), np.array(rows)) < 1e-8


def test_every_exercise_says_what_is_given_and_what_to_return():
    for exercise in EXERCISES.values():
        assert "Given: " in exercise.statement
        assert "Return: " in exercise.statement
        assert exercise.chapter in CHAPTERS
        assert all(parameter in exercise.statement for parameter in exercise.parameters)
    assert EXERCISES["bptt-dL-dWhh"].signature == "bptt_dL_dWhh(params, x, y, h0)"


def test_the_cases_of_a_table_are_made_anew_at_every_call():
    [case] = registry.labeled_cases(("one", [1.0, 2.0], {"W": np.ones(2)}, 3))
    x, params, count = case.make()
    assert (case.label, x.tolist(), count) == ("one", [1.0, 2.0], 3)
    x[0] = params["W"][0] = 7.0
    assert case.make()[0].tolist() == [1.0, 2.0]
    assert case.make()[1]["W"].tolist() == [1.0, 1.0]


# Known mistakes


def test_mistakes_are_known_of_exercises_alone():
    assert registry.MISTAKES.keys() <= {exercise.truth for exercise in EXERCISES.values()}


@pytest.mark.parametrize("name, mistake", MISTAKES, ids=lambda v: getattr(v, "id", v))
def test_every_known_mistake_is_rejected_and_named(name, mistake):
    verdict = grade(name, mistake.answer)
    assert not verdict.right
    assert verdict.mistake[:2] == mistake[:2]  # id and sentence
    assert f"Known mistake {mistake.id}: {mistake.sentence}" in said(verdict)
    chapter = f"(in the book: Known mistakes, chapter {int(numbers()[EXERCISES[name].chapter])})"
    assert chapter in said(verdict)


@each_exercise
def test_the_cases_separate_every_pair_of_mistakes(name):
    exercise = EXERCISES[name]
    for a, b in itertools.combinations(exercise.mistakes, 2):
        with np.errstate(all="ignore"):
            pairs = [(a.answer(*c.make()), b.answer(*c.make())) for c in exercise.cases]
        equal = [same(as_array(one)[0], as_array(two)[0]) for one, two in pairs]
        assert not all(equal), f"{a.id}: {a.sentence} / {b.id}: {b.sentence}"


@pytest.mark.parametrize("name, ids", PROMISED.items())
def test_the_mistakes_that_the_chapters_promise_have_names(name, ids):
    assert {mistake.id for mistake in EXERCISES[name].mistakes} >= ids


@pytest.mark.parametrize(
    "stored, id, nth",
    [
        ("last_term_only", "W1", 0),
        ("tanhprime_of_h_last_term", "W1 and W2", 0),
        ("total_derivative_in_every_term", "W3", 0),
        ("index_slip_immediate_T", "W4", 0),
        ("index_slip_total_T", "W4", 1),
        ("sign_y_minus_p", "W5", 0),
    ],
)
def test_the_wrong_functions_give_the_stored_wrong_answers(stored, id, nth):
    mistake = [m for m in EXERCISES["bptt-dL-dWhh"].mistakes if m.id == id][nth]
    got, wrong = mistake.answer(*rnn_last()), RNN_LAST["wrong_answers_dW_hh"][stored]
    np.testing.assert_allclose(got, wrong["value"], rtol=0, atol=1e-12)
    right = np.array(RNN_LAST["expected"]["grad"]["W_hh"])
    assert relative_error(got, right) == pytest.approx(wrong["rel_err"], abs=1e-9)


@pytest.mark.parametrize("id, error", [("W2", 0.177), ("W41", 1.245), ("W42", 1.826)])
def test_the_other_wrong_functions_are_off_by_what_the_course_says(id, error):
    [mistake] = [m for m in EXERCISES["bptt-dL-dWhh"].mistakes if m.id == id]
    right = np.array(RNN_LAST["expected"]["grad"]["W_hh"])
    assert relative_error(mistake.answer(*rnn_last()), right) == pytest.approx(error, abs=5e-4)


def test_one_step_alone_would_make_a_wrong_answer_look_right():
    last_only = EXERCISES["bptt-dL-dWhh"].mistakes[0]
    [case] = [c for c in EXERCISES["bptt-dL-dWhh"].cases if c.label.startswith("T = 1")]
    truth = EXERCISES["bptt-dL-dWhh"].truth
    assert relative_error(last_only.answer(*case.make()), truth(*case.make())) < 1e-12
    assert not grade("bptt-dL-dWhh", last_only.answer)


# What a wrong answer is told


def test_a_wrong_sum_shows_entry_expected_got_and_error():
    def doubled_entry(params, x, y, h0):
        gradient = EXERCISES["bptt-dL-dWhh"].truth(params, x, y, h0)
        gradient[1, 2] += 10.0
        return gradient

    case = EXERCISES["bptt-dL-dWhh"].cases[0]
    expected = EXERCISES["bptt-dL-dWhh"].truth(*case.make())
    line = (
        f"  dL/dW_hh[1, 2]: expected {expected[1, 2]:.4g}, got {expected[1, 2] + 10:.4g}; "
        f"relative error {10 / np.linalg.norm(expected):.4g}"
    )
    lines = str(grade("bptt-dL-dWhh", doubled_entry)).splitlines()
    assert lines[:2] == ["Wrong: bptt-dL-dWhh, case 1 of 4 (T = 3, d = 2, n = 4, K = 5).", line]


@pytest.mark.parametrize(
    "name, wrong_rows, shown", [("rnn-forward", (1, 2), 2), ("bptt-dL-dh", (0, 1), 2)]
)
def test_where_rows_are_steps_the_first_wrong_one_is_shown(name, wrong_rows, shown):
    def answer(*arguments):
        rows = EXERCISES[name].truth(*arguments)
        for worse, row in enumerate(wrong_rows, start=1):
            rows[row % len(rows)] += 0.1 * worse
        return rows

    assert f"{EXERCISES[name].quantity}^({shown})[" in str(grade(name, answer))


@each_number
def test_a_result_scaled_by_1_001_is_rejected(name):
    verdict = grade(name, answers(name, lambda result: 1.001 * result))
    assert not verdict.right
    assert verdict.error == pytest.approx(1e-3, rel=1e-6)
    assert "In every case the right answer is multiplied by 1.001." in said(verdict)


@pytest.mark.parametrize("name", ["bptt-dL-dWhh", "jacobian-product"])
def test_the_transpose_of_a_square_matrix_is_rejected_by_name(name):
    verdict = grade(name, answers(name, np.transpose))
    assert "In every case rows and columns are exchanged." in said(verdict)


def test_a_wrong_shape_is_said():
    verdict = grade("bptt-dL-dWhx", answers("bptt-dL-dWhx", lambda g: g[:, :1]))
    assert "expected shape (4, 2), got shape (4, 1)" in str(verdict)


def raises_on_its_second_line(*arguments):
    half = arguments
    return half["W_hh"]


def endless(p, y):
    while True:
        p = p + 0.0


@pytest.mark.parametrize(
    "answer, message",
    [
        (lambda p, y: None, "it returned None, expected a number; is a return missing?"),
        (lambda p, y: "1.0", "it returned a string, expected a number"),
        (lambda p, y: np.nan, "it returned NaN"),
        (lambda p, y: 1j, "it returned complex numbers, expected a number of real ones"),
        (lambda p, y: p, "expected shape (), got shape (3,)"),
        (lambda p, y: [[1.0], [1.0, 2.0]], "it returned a list that is no array"),
        (lambda p, y: {"q": 1}, "it returned a dict that holds q"),
        (
            lambda p, y: (i for i in p),
            "it returned a generator, an iterator, expected a number: put list(…) around it",
        ),
        (lambda p, y: sys.exit("bye"), "it raised SystemExit: bye"),
        (lambda p: p, "it is called as softmax_cross_entropy(p, y); yours takes (p)"),
        (1.0, "the answer must be a function, softmax_cross_entropy(p, y), without calling it"),
        (raises_on_its_second_line, "it raised TypeError: tuple indices must be integers or slice"),
        (raises_on_its_second_line, ': return half["W_hh"]'),
        (endless, "it ran for more than 1 s and was stopped"),
    ],
)
def test_what_is_no_answer_gets_one_clear_line(answer, message, capsys):
    assert rnncourse.check("softmax-cross-entropy", answer) is None
    printed = capsys.readouterr()
    assert message in " ".join(printed.out.split())
    assert "Traceback" not in printed.out + printed.err
    assert all(len(line) <= 76 for line in printed.out.splitlines())


def test_an_answer_is_not_stopped_by_a_busy_machine(monkeypatch):
    """Half a second of waiting is nothing while the processor is given a tenth."""
    monkeypatch.setattr(calling, "SECONDS", 0.1)
    truth = EXERCISES["softmax-cross-entropy"].truth

    def slow(p, y):
        time.sleep(0.5)
        return truth(p, y)

    assert grade("softmax-cross-entropy", slow).right


def test_an_answer_that_only_waits_is_stopped_at_last(monkeypatch):
    monkeypatch.setattr(calling, "PATIENCE", 0.2)
    verdict = grade("softmax-cross-entropy", lambda p, y: time.sleep(60))
    assert "and was stopped" in str(verdict)


def test_an_exception_is_shown_with_the_readers_line():
    line = raises_on_its_second_line.__code__.co_firstlineno + 2
    assert f"in line {line}: " in str(grade("dL-dp", raises_on_its_second_line))


@pytest.mark.parametrize(
    "name, told",
    [
        ("bptt_dL_dWhh", "did you mean bptt-dL-dWhh"),
        ("BPTT-dl-dwhh", "did you mean bptt-dL-dWhh"),
        ("xyz 123", "the lessons have the names"),
        (7, "the lessons have the names"),
    ],
)
def test_an_unknown_exercise_is_told_with_the_names_like_it(name, told):
    with pytest.raises(ValueError, match=f"there is no exercise {name!r}; {told}"):
        rnncourse.check(name, len)


# Right answers in another form


class Tensor:
    """What a library's tensor shows: no __array__ before ``detach``, as where a gradient hangs."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return np.array(self.array)


@pytest.mark.parametrize("name", GRADIENTS)
def test_what_can_be_detached_is_read(name):
    assert grade(name, answers(name, Tensor)).right


@pytest.mark.parametrize("name", ["rnn-forward", "bptt-dL-dWph", "bptt-dL-dh", "bptt-dL-dWhx"])
def test_a_transposed_layout_is_right_where_the_shape_tells(name):
    verdict = grade(name, answers(name, np.transpose))
    assert verdict.right
    assert "Note: your array was transposed: its shape alone tells how it is meant." in str(verdict)


def test_a_transposed_layout_does_not_hide_a_mistake():
    [mistake] = [m for m in EXERCISES["bptt-dL-dWhx"].mistakes if m.id == "W41"]
    assert grade("bptt-dL-dWhx", lambda *net: mistake.answer(*net).T).mistake == mistake


@pytest.mark.parametrize("name", ["bptt-dL-dWph", "bptt-dL-dWhh", "bptt-dL-dWhx"])
@pytest.mark.parametrize("part", [slice(None), 1])
def test_a_dict_of_gradients_is_right(name, part):
    def answer(params, x, y, h0):
        return byhand.rnn.loss_and_gradients(params, x, y, h0=h0)[part]

    assert grade(name, answer).right


@pytest.mark.parametrize("name", ["bptt-dL-dWhh", "rnn-forward", "jacobian-product"])
def test_float32_is_right_with_a_note_and_wrong_beyond_rounding(name):
    verdict = grade(name, answers(name, np.float32))
    assert verdict.right
    rounded = grade(name, answers(name, lambda r: np.float32(1 + 3e-5) * np.float32(r)))
    assert rounded.right
    assert "Note: float32 was compared to 1e-4" in str(rounded)
    assert not grade(name, answers(name, lambda r: np.float32(1.001 * r)))
    assert not grade(name, answers(name, lambda r: (1 + 3e-5) * r))


@pytest.mark.parametrize("form", [list, tuple, np.array, lambda v: [int(x) for x in v]])
def test_verdicts_may_stand_in_a_list(form):
    truth = EXERCISES["gradient-verdict"].truth
    assert grade("gradient-verdict", lambda *given: form(list(truth(*given).values()))).right


def test_a_wrong_verdict_names_the_parameter():
    verdict = grade("gradient-verdict", lambda a, n, tolerance: {**dict.fromkeys(a, True)})
    assert "(1e-8 added inside the logarithm of the loss)" in said(verdict)
    assert "b_p: expected False, got True" in said(verdict)


# True or false

FACTS = (
    true("Rain is wet.", "dry: water is taken for sand"),
    false("Snow is warm.", "warm: snow is taken for wool"),
    true("Ice is cold.", "melted: ice is taken for water"),
)


@pytest.fixture
def weather(monkeypatch):
    """The exercise that asks these three facts, alone in an empty table."""
    all_exercises()
    monkeypatch.setattr(registry, "EXERCISES", {})

    @registry.true_or_false("weather", *FACTS)
    def weather():
        """Which statements about the weather are true?"""

    return registry.EXERCISES["weather"]


def test_a_list_of_facts_makes_the_question_and_the_answer(weather):
    question, *_, first, second, third = weather.statement.splitlines()
    assert question == "Which statements about the weather are true?"
    assert (first, second, third) == ("1. Rain is wet.", "2. Snow is warm.", "3. Ice is cold.")
    assert "Return: a list of 3 values True or False" in weather.statement
    assert grade("weather", lambda: [True, False, True]).right
    assert weather.signature == "weather()"


@pytest.mark.parametrize("place", range(3))
def test_a_fact_judged_wrongly_is_named_with_its_mistake_and_no_other_is(weather, place):
    judged = [fact.truth != (i == place) for i, fact in enumerate(FACTS)]
    verdict = grade("weather", lambda: judged)
    fact = FACTS[place]
    assert not verdict.right
    assert f"look again at number {place + 1}: {fact.statement}" in said(verdict)
    assert verdict.mistake.id == fact.mistake
    assert f"{fact.sentence}." in said(verdict)
    assert not any(f.statement in str(verdict) for f in FACTS if f is not fact)
    assert not grade("weather", registry.wrong_answer("weather", fact.mistake)).right


def test_of_several_facts_judged_wrongly_the_first_is_told(weather):
    verdict = grade("weather", lambda: [True, True, False])
    assert "look again at number 2: Snow is warm." in str(verdict)
    assert verdict.mistake.id == "warm" and "Ice" not in str(verdict)


@pytest.mark.parametrize("judged", [[], [True], [True] * 4, [[True] * 3] * 2, True, 1, "True"])
def test_too_few_or_too_many_judgments_are_no_known_mistake(weather, judged):
    verdict = grade("weather", lambda: judged)
    assert not verdict.right and verdict.mistake is None
    assert "expected" in str(verdict)


def test_an_exercise_is_registered_once(weather):
    with pytest.raises(ValueError, match="exercise 'weather' is registered twice"):
        registry.true_or_false("weather", *FACTS)


@bad_input(
    (("bptt-dL-dWhh", "W99"), "exercise 'bptt-dL-dWhh' knows no mistake 'W99'"),
    (("bptt-dL-dWh", "W1"), "there is no exercise 'bptt-dL-dWh'; did you mean bptt-dL-dW"),
)
def test_a_wrong_answer_that_nobody_knows_is_an_error(names):
    registry.wrong_answer(*names)


def test_of_mistakes_that_share_an_id_the_first_one_answers():
    first, second = [m for m in EXERCISES["bptt-dL-dWhh"].mistakes if m.id == "W4"]
    assert first.answer is not second.answer
    assert registry.wrong_answer("bptt-dL-dWhh", "W4") is first.answer


# Arguments


@each_exercise
def test_an_answer_may_ruin_its_arguments(name):
    exercise = EXERCISES[name]

    def ruinous(*arguments):
        result = exercise.truth(*arguments)
        result = dict(result) if isinstance(result, dict) else np.array(result)
        for argument in arguments:
            for array in argument.values() if isinstance(argument, dict) else [argument]:
                if isinstance(array, np.ndarray):
                    array[...] = 7.0
        return result

    verdict = grade(name, ruinous)
    assert verdict.right
    arrays = any(isinstance(a, np.ndarray | dict) for case in exercise.cases for a in case.make())
    assert any("changes its argument" in note for note in verdict.notes) == arrays
    assert grade(name, exercise.truth).notes == ()


# Files

ANSWER = """
from __future__ import annotations
import numpy as np
from math import log
EPS, TWO = 1e-300, 2
names = ["W_hh"]

def shout(*words):
    raise SystemExit("called")

class Helper:
    base = TWO - 1
    def times(self, value: np.ndarray):
        return self.base * value

def helper(p, names=names):
    return Helper().times(p - p.max())

print("top level"); shout()
results = shout()
for names in [shout]:
    names()

@shout
def other(): pass

def softmax_cross_entropy(p: np.ndarray, y: int) -> float:
    results = helper(p)
    return np.log(np.exp(results).sum()) - results[y] + 0 * EPS

if __name__ == "__main__":
    shout()
    EPS = 1.0
"""


@pytest.fixture
def write(tmp_path):
    def write(text) -> Path:
        path = tmp_path / "answers.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_of_a_file_nothing_is_called_but_the_readers_function(write, capsys):
    with_loop_used = ANSWER.replace("for names in [shout]:\n    names()", "")
    verdict = grade_file("softmax-cross-entropy", write(with_loop_used))
    assert verdict.right, str(verdict)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text, message",
    [
        (ANSWER, "line 21: names is computed here, and nothing of a file is called"),
        ("T = list('ab')\ndef dL_dp(p, y): return T\n", "line 1: T is computed here"),
        ("def dl_dp(p, y): pass\n", "must define the function dL_dp; its functions: dl_dp"),
        ("", "must define the function dL_dp; its functions: none"),
        ("dL_dp = 3\n", "dL_dp must be a function, got int"),
        ("\n\ndef dL_dp(p, y)\n    pass\n", "answers.py, line 3: expected ':'"),
        (b"# \n# caf\xe9\n", "answers.py, line 2: not UTF-8"),
        (b"x = 1\0\n", "answers.py"),
        ("import no_such_module\ndef dL_dp(p, y): no_such_module\n", "line 1: ModuleNotFoundError"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(write, text, message):
    name = "softmax-cross-entropy" if text is ANSWER else "dL-dp"
    with pytest.raises(ValueError, match=message) as caught:
        grade_file(name, write(text))
    assert "\n" not in str(caught.value)
    assert "answers.py" in str(caught.value)


def test_a_missing_file_or_a_folder_is_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"no-such\.py cannot be read: No such file"):
        grade_file("dL-dp", tmp_path / "no-such.py")
    with pytest.raises(ValueError, match="cannot be read: "):
        grade_file("dL-dp", tmp_path)
    with pytest.raises(ValueError, match="there is no exercise 'no-such'"):
        grade_file("no-such", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "import absent_library\ndef dL_dp(p, y): return yhat(p, y)\n"
        "from math import *\n"
        "import numpy as np\ndef yhat(p, y):\n"
        "    e = np.exp(p - p.max())\n    return e / e.sum() - np.eye(len(p))[y]\n",
        "import numpy as np\np = input()\n"
        "dL_dp = lambda p, y: np.exp(p) / np.exp(p).sum() - np.eye(len(p))[y]\n",
        "try:\n    import absent\nexcept ImportError:\n    import numpy as absent\n"
        "def dL_dp(p, y): return absent.exp(p) / absent.exp(p).sum() - absent.eye(len(p))[y]\n",
    ],
)
def test_a_file_is_executed_only_as_far_as_the_function_uses_it(write, text):
    verdict = grade_file("dL-dp", write(text))
    assert verdict.right, str(verdict)


def test_a_file_shows_the_readers_line(write):
    path = write("import numpy as np\n\ndef dL_dp(p, y):\n    return p[10]\n")
    assert "in line 4: return p[10]" in str(grade_file("dL-dp", path))


def test_torch_is_not_imported_by_a_check():
    code = (
        "import sys, rnncourse\nfrom rnncourse.exercises import EXERCISES\n"
        "for name, exercise in EXERCISES.items(): rnncourse.check(name, exercise.truth)\n"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Right: ") == len(EXERCISES)


def test_a_tensor_of_torch_is_read():
    torch = pytest.importorskip("torch")

    def answer(params, x, y, h0):
        leaves = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
        h = torch.tensor(h0)
        for x_t in torch.tensor(x):
            h = torch.tanh(leaves["W_hx"] @ x_t + leaves["W_hh"] @ h + leaves["b_h"])
        p = leaves["W_ph"] @ h + leaves["b_p"]
        torch.nn.functional.cross_entropy(p, torch.tensor(y)[-1]).backward()
        return {name: leaf.grad for name, leaf in leaves.items()}

    for name in ("bptt-dL-dWph", "bptt-dL-dWhh", "bptt-dL-dWhx"):
        assert grade(name, answer).right
