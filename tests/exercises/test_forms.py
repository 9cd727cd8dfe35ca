"""A right answer in any form is right, or is told exactly what to change."""

from collections import namedtuple

import numpy as np
import pytest
from solutions import function_of

from rnncourse.exercises import EXERCISES, grade
from rnncourse.exercises.comparing import as_array

NUMBERS = [
    name
    for name, exercise in EXERCISES.items()
    if as_array(exercise.truth(*exercise.cases[0].make()))[0].dtype != bool
]
WHOLE = [  # exercises that ask for counts, labels or places
    name
    for name in NUMBERS
    if all(
        np.array_equal(np.rint(a := as_array(case_truth)[0]), a)
        for case_truth in [EXERCISES[name].truth(*c.make()) for c in EXERCISES[name].cases]
    )
]
each_number = pytest.mark.parametrize("name", NUMBERS)


def solved(name, change):
    """The lesson's solution, every array of its result changed."""
    answer = function_of(name)

    def changed(*arguments):
        result = answer(*arguments)
        if isinstance(result, dict):
            return {key: change(np.asarray(value)) for key, value in result.items()}
        if isinstance(result, list | tuple):
            try:
                result = np.array(result)
            except ValueError:
                return [change(np.asarray(each)) for each in result]
        return change(np.asarray(result))

    return changed


def as_list(a):
    return a.tolist()


def as_tuple(a):
    return tuple(a) if a.ndim else a[()]


def noisy(a):
    rng = np.random.default_rng(0)
    a = a.astype(float)
    return a * (1.0 + 1e-14 * rng.standard_normal(a.shape)) + 1e-14 * (a == 0.0)


FORMS = {
    "float32": np.float32,
    "float64": np.float64,
    "longdouble": np.longdouble,
    "list": as_list,
    "tuple": as_tuple,
    "Fortran": np.asfortranarray,
    "view": lambda a: np.repeat(a[..., None], 2, axis=-1)[..., 0],
    "complex": lambda a: a + 0.0j,
    "complex with rounding": lambda a: a + 1e-17j * a,
    "noise": noisy,
    "negative zero": lambda a: np.where(a == 0, -0.0, a),
    "axis of length 1": lambda a: a[..., None],
    "flat": np.ravel,
    "read-only": lambda a: np.broadcast_to(a, a.shape),
    "objects": lambda a: a.astype(object),
}


@pytest.mark.parametrize("form", FORMS)
@each_number
def test_the_solution_in_another_form_is_right(name, form):
    verdict = grade(name, solved(name, FORMS[form]))
    assert verdict.right, str(verdict)


@pytest.mark.parametrize("gradient", [False, True])
@each_number
def test_the_solution_as_a_tensor_is_right(name, gradient):
    torch = pytest.importorskip("torch")

    def tensor(a):
        return torch.tensor(a.astype(float), requires_grad=gradient)

    assert grade(name, solved(name, tensor)).right
    assert grade(name, solved(name, lambda a: [tensor(row) for row in np.atleast_1d(a)])).right


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_may_be_integers_or_truth_values(name):
    assert grade(name, solved(name, lambda a: np.rint(a).astype(int))).right
    assert grade(name, solved(name, lambda a: np.rint(a).astype(int).tolist())).right
    if all(np.isin(EXERCISES[name].truth(*c.make()), (0, 1)).all() for c in EXERCISES[name].cases):
        assert grade(name, solved(name, lambda a: a.astype(bool))).right


@pytest.mark.parametrize("name", [name for name in NUMBERS if EXERCISES[name].rows])
def test_named_rows_may_come_by_their_names(name):
    rows = EXERCISES[name].rows
    Rows = namedtuple("Rows", rows[::-1])

    def by_name(make):
        return solved(name, lambda a: make(dict(zip(rows, a, strict=True))))

    assert grade(name, by_name(dict)).right
    assert grade(name, by_name(lambda d: dict(reversed(d.items())))).right
    assert grade(name, by_name(lambda d: Rows(**d))).right
    missing = by_name(lambda d: {rows[0]: d[rows[0]]})
    assert f"expected '{rows[1]}' in it" in " ".join(str(grade(name, missing)).split())


@pytest.mark.parametrize(
    "change, told",
    [
        (
            lambda a: (v for v in a),
            "it returned a generator, an iterator, expected an array of shape (3,): put",
        ),
        (
            lambda a: map(float, a),
            "it returned a map, an iterator, expected an array of shape (3,): put list(",
        ),
        (
            lambda a: {"t": a},
            "holds t, expected 'nats' in it, or an array of shape (3,) without a dict",
        ),
        (lambda a: a + 0.5j, "it returned complex numbers, expected an array of shape (3,) of"),
        (lambda a: a.astype(str), "expected an array of shape (3,)"),
        (lambda a: set(a), "it returned a set"),
        (np.float16, "your numbers are float16, which keeps three digits: compute in float64"),
    ],
)
def test_a_form_that_is_not_read_is_told_what_to_change(change, told):
    truth = EXERCISES["char-units"].truth
    verdict = grade("char-units", lambda *given: change(np.array(truth(*given))))
    assert not verdict.right
    assert told in " ".join(str(verdict).split())


def test_a_named_tuple_of_other_names_is_read_in_its_order():
    Pair = namedtuple("Pair", "first second")
    Both = namedtuple("Both", "loss grads")
    assert grade("compose-steps", solved("compose-steps", lambda a: Pair(*a))).right
    truth = EXERCISES["bptt-dL-dWhh"].truth
    assert grade("bptt-dL-dWhh", lambda *given: Both(0.5, {"W_hh": truth(*given)})).right


def test_values_of_a_dict_are_read_in_its_order():
    def answer(*given):
        return dict(enumerate(EXERCISES["char-units"].truth(*given))).values()

    assert grade("char-units", answer).right


def test_an_iterator_inside_is_told_to_be_one():
    def answer(*given):
        return [(v for v in np.ravel(each)) for each in EXERCISES["lstm-step"].truth(*given)]

    told = " ".join(str(grade("lstm-step", answer)).split())
    assert "a part of what it returned is a generator, an iterator: put list(…) around it" in told


def test_a_coroutine_is_no_answer():
    async def answer(*given):
        return EXERCISES["lstm-step"].truth(*given)

    told = " ".join(str(grade("lstm-step", answer)).split())
    assert "it returned a coroutine; async def is not needed: write def" in told


def test_parts_of_a_flat_array_are_to_be_joined():
    def answer():
        return [np.ones((2, 1)), np.ones(6)]

    told = " ".join(str(grade("linear-fates", answer)).split())
    assert "it returned a list that is no array (its parts have the shapes (2, 1), (6,))" in told
    assert "for instance np.concatenate([np.ravel(part) for part in parts])" in told
    short = " ".join(str(grade("linear-fates", lambda: [np.ones((2, 1)), np.ones(5)])).split())
    assert "np.concatenate" not in short
