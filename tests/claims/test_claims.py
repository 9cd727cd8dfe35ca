"""The ledger: every claim holds, and a wrong one would not."""

import ast
import math
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import rnncourse_claims_measure as measurements

from rnncourse import chapters, claims
from rnncourse.claims import registry
from rnncourse.exercises import EXERCISES
from rnncourse.exercises.registry import wrong_answer
from rnncourse.rooms import topics


@pytest.fixture
def registered(monkeypatch):
    """An empty registry in which a test may claim what it likes of a number."""
    monkeypatch.setattr(registry, "REGISTRY", {})
    return partial(registry.claim, how="a number", statement="A number.")


def last_digit(number: float) -> float:
    """Half a unit of the last digit that a number is written with."""
    return 0.5 * 10.0 ** Decimal(repr(number)).normalize().as_tuple().exponent


def test_half_a_unit_of_the_last_digit():
    halves = [last_digit(number) for number in (0.258, -18.9, 44400, 2.25e-05)]
    assert halves == pytest.approx([5e-4, 0.05, 50, 5e-8])


@pytest.fixture(scope="module")
def measured() -> dict[str, claims.ClaimResult]:
    """What the book measured, where nothing has changed since: code, records, versions, processor.

    Without a book it is nothing, and the test measures.
    """
    entries = measurements.load(Path(__file__).parents[2] / "_build")
    valid = {room: entries[room] for room in entries.keys() - measurements.stale(entries)}
    return {
        id: claims.ClaimResult(**{name: result[name] for name in claims.ClaimResult._fields})
        for id, result in measurements.results(valid).items()
    }


@pytest.mark.parametrize("id", claims.REGISTRY)
def test_every_claim_of_the_book_holds(id, measured):
    """And not by luck: within half its tolerance, or off by the rounding of a printed number."""
    result = measured[id] if id in measured else claims.verify(id)[0]
    assert result.passed, f"{id}: error {result.error} > {result.tolerance}. {result.message}"
    rounding = last_digit(result.states) if result.states is not None else 0.0
    assert result.error <= max(0.5 * result.tolerance, rounding), f"{id} is near its tolerance"


def test_every_claim_says_what_how_and_where():
    for entry in claims.REGISTRY.values():
        assert entry.statement.endswith("."), entry.id
        assert entry.how, entry.id
        assert entry.chapter in topics(), entry.id


def test_the_largest_of_numbers_is_no_number_where_one_is_none():
    assert registry.largest_of(0.0, 2.0, 1.0) == registry.largest_of([0.0, 2.0]) == 2.0
    assert registry.largest_of([], default=0) == 0
    for numbers in ((0.0, math.nan), (math.nan, 0.0), ([0.0, math.nan, 1.0],)):
        assert math.isnan(registry.largest_of(*numbers))
    with pytest.raises(ValueError):
        registry.largest_of([])


@pytest.mark.parametrize("topic", topics())
def test_no_claim_measures_with_a_maximum_that_drops_nan(topic):
    """``max(0.0, nan)`` is 0.0, and the claim would pass; ``largest_of`` says nan."""
    for path in sorted((Path(chapters.__file__).parent / topic).glob("claims*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_max(node)]
        assert not calls, f"{path.name}, line {calls[0].lineno}: largest_of in place of max"


def is_max(node: ast.AST) -> bool:
    """A call of ``max`` that compares the numbers themselves."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "max"
        and not any(keyword.arg == "key" for keyword in node.keywords)
    )


def runs(*calls) -> set:
    """The functions of the chapters that run while these are called."""
    seen = set()

    def note(frame, event, _):
        if event == "call" and frame.f_globals["__name__"].startswith("rnncourse.chapters."):
            seen.add(frame.f_code)

    sys.setprofile(note)
    try:
        for call in calls:
            call()
    finally:
        sys.setprofile(None)
    return seen


@pytest.mark.parametrize("id", [id for id, entry in claims.REGISTRY.items() if entry.mistake])
def test_a_claim_about_a_mistake_measures_the_wrong_way_that_the_exercise_knows(id):
    entry = claims.REGISTRY[id]
    exercise, wrong = EXERCISES[entry.mistake[0]], wrong_answer(*entry.mistake)
    of_the_mistake, of_the_truth = (
        runs(*(partial(answer, *case.make()) for case in exercise.cases))
        for answer in (wrong, exercise.truth)
    )
    assert (of_the_mistake - of_the_truth) & runs(entry.measure), entry.mistake


def test_a_claim_passes_up_to_its_tolerance_and_not_beyond(registered):
    registered("near", tolerance=1e-3)(lambda: 1e-3)
    registered("far", tolerance=1e-3)(lambda: -1.1e-3)
    near, far = claims.verify()
    assert near.passed
    assert not far.passed
    assert far.error == 1.1e-3


def test_a_stated_value_is_compared_with_the_measured_one(registered):
    registered("stated", tolerance=1e-2, states=1.265)(lambda: 1.2653)
    [result] = claims.verify()
    assert result.passed
    assert result.error == pytest.approx(3e-4)


def test_a_printed_number_may_be_off_by_half_a_unit_of_its_last_digit(registered):
    for number in (1.25, -18.9, 200, 3.0, 2.25e-05, 0.0):
        registered(str(number), states=number)(lambda: 1.254)
    tolerances = [entry.tolerance for entry in registry.REGISTRY.values()]
    assert tolerances == pytest.approx([0.005, 0.05, 0.5, 0.05, 5e-8, 0.05], rel=1e-12)
    assert [result.id for result in claims.verify() if result.passed] == ["1.25"]


def test_a_claim_says_what_its_error_is_in_where_it_is_not_relative(registered):
    registered("in-bits", tolerance=1e-3, absolute="bits")(lambda: 1e-4)
    registered("relative", tolerance=1e-3)(lambda: 1e-4)
    claims.claim_rows(
        {"row: A row.": claims.Row(lambda: 1e-4, absolute="shares")}, tolerance=1e-3, how="counted"
    )
    assert [result.absolute for result in claims.verify()] == ["bits", "", "shares"]
    with pytest.raises(ValueError, match="claim 'both' states a number: its error is absolute"):
        registered("both", states=1.5, absolute="bits")


@pytest.mark.parametrize("value", [math.nan, math.inf, "text", None])
def test_what_is_no_number_fails_and_does_not_raise(registered, value):
    registered("odd", tolerance=1.0)(lambda: value)
    [result] = claims.verify()
    assert not result.passed
    assert result.error == math.inf


def test_a_claim_that_raises_fails_with_its_message(registered):
    registered("raises", tolerance=1.0)(lambda: {}["a key"])
    [result] = claims.verify(["raises"])
    assert result.error == math.inf
    assert result.message == "raised KeyError: 'a key'"


def test_rows_have_what_they_share_unless_they_say_otherwise(registered):
    claims.claim_rows(
        {"two: One and one is two.": claims.Row(partial(sum, (1, 1)), states=2)},
        {"three: Two is three.": claims.Row(lambda: 2, states=3, how="a slip", shows="eq-3")},
        tolerance=0.5,
        how="a sum",
        source="a book",
        shows=("eq-1", "eq-2"),
    )
    two, three = registry.REGISTRY.values()
    assert (two.statement, two.how, two.source) == ("One and one is two.", "a sum", "a book")
    assert (two.shows, three.shows, three.how) == (("eq-1", "eq-2"), ("eq-3",), "a slip")
    assert [result.passed for result in claims.verify(["two", "three"])] == [True, False]


def test_a_row_lies_in_the_room_of_the_function_that_a_partial_calls(registered):
    def one() -> float:
        return 1.0

    one.__module__ = "rnncourse.chapters.bptt.claims"
    claims.claim_rows({"one: One.": claims.Row(partial(one))}, tolerance=1.0, how="counted")
    assert registry.REGISTRY["one"].chapter == "bptt"


def test_an_unknown_id_fails_by_name():
    [result] = claims.verify(["no-such-claim"])
    assert not result.passed
    assert "unknown claim 'no-such-claim'" in result.message


def test_an_id_is_registered_once_and_has_a_statement(registered):
    registered("once", tolerance=1.0)(lambda: 0.0)
    with pytest.raises(ValueError, match="claim 'once' is registered twice"):
        registered("once", tolerance=1.0)(lambda: 0.0)
    with pytest.raises(ValueError, match="claim 'mute' needs a docstring"):
        registered("mute", tolerance=1.0, statement="")(lambda: 0.0)
    with pytest.raises(ValueError, match="tolerance must be a number, got NoneType"):
        registered("open")
