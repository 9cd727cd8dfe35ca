"""The claim ledger: small functions that measure whether a displayed statement is true.

A claim returns its measured error in float64 and passes when that is at most its tolerance. The
error is relative, or a number of exceptions, or the claim says what it is in (``absolute``).
A claim that a form is *wrong* states how wrong (``states``) and returns what it measures; its
error is then the difference between the two.
"""

import math
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from rnncourse.records import MissingRecords
from rnncourse.rooms import load, topic_of
from rnncourse.validate import require_positive


class Claim(NamedTuple):
    """A registered statement and the function that measures it."""

    id: str
    statement: str
    measure: Callable[[], float]
    tolerance: float
    how: str
    source: str
    chapter: str
    shows: tuple[str, ...]
    states: float | None
    mistake: tuple[str, str] | None  # the exercise and the known mistake that it measures
    absolute: str


class ClaimResult(NamedTuple):
    """What a claim's measurement gave."""

    id: str
    error: float  # inf where the claim raised
    tolerance: float
    seconds: float
    passed: bool
    measured: bool  # False where it rests on records that this installation lacks
    statement: str
    how: str
    source: str
    chapter: str
    shows: tuple[str, ...]
    states: float | None
    mistake: tuple[str, str] | None
    absolute: str
    message: str  # empty where the claim passed


REGISTRY: dict[str, Claim] = {}


def all_claims() -> dict[str, Claim]:
    """The claims of every chapter by id, in the order of the book."""
    load("claims")
    return REGISTRY


class Row(NamedTuple):
    """A claim that is one row of a table: what differs from the other rows."""

    measure: Callable[[], float]
    states: float | None = None
    tolerance: float | None = None
    how: str | None = None
    source: str | None = None
    shows: str | tuple[str, ...] | None = None
    mistake: tuple[str, str] | None = None
    absolute: str | None = None


def claim(
    id: str,
    *,
    how: str,
    tolerance: float | None = None,
    source: str = "",
    shows: str | Iterable[str] = (),
    states: float | None = None,
    mistake: tuple[str, str] | None = None,
    absolute: str = "",
    statement: str = "",
):
    """Register the decorated function; its docstring is the statement, its room the chapter.

    states     the number that a wrong form measures, as the page prints it
    tolerance  may be left out beside ``states``: then half a unit of its last printed digit
    mistake    the exercise and the id of the known mistake whose size this is
    absolute   what the error is in, such as "bits", where it is not relative
    statement  in place of the docstring
    """
    if tolerance is None and states is not None:
        tolerance = half_last_digit(states)
    require_positive("tolerance", tolerance)
    if absolute and states is not None:
        raise ValueError(f"claim {id!r} states a number: its error is absolute, say no more")

    def register(measure: Callable[[], float]) -> Callable[[], float]:
        if id in REGISTRY:
            raise ValueError(f"claim {id!r} is registered twice")
        words = " ".join((statement or measure.__doc__ or "").split())
        if not words:
            raise ValueError(f"claim {id!r} needs a docstring: its statement")
        labels = (shows,) if isinstance(shows, str) else tuple(shows)
        chapter = topic_of(getattr(measure, "func", measure).__module__)  # of a partial too
        REGISTRY[id] = Claim(
            id, words, measure, tolerance, how, source, chapter, labels, states, mistake, absolute
        )
        return measure

    return register


def largest_of(*numbers, default: float | None = None) -> float:
    """As ``max``, of numbers or of one iterable of them; NaN where one of them is NaN.

    ``max(0.0, nan)`` is 0.0: with it a claim would pass whose measurement is no number.

    >>> largest_of(0.0, math.nan)
    nan
    >>> largest_of([1.0, 3.0, 2.0])
    3.0
    """
    found = list(numbers[0] if len(numbers) == 1 else numbers)
    if not found and default is not None:
        return default
    return math.nan if any(number != number for number in found) else max(found)


def half_last_digit(number: float) -> float:
    """The largest error of a number that is rounded as Python prints it: 0.005 for 1.25."""
    return 0.5 * 10.0 ** Decimal(str(number)).as_tuple().exponent


def claim_rows(*tables: dict[str, Row], **common) -> None:
    """Register tables of "id: statement"; ``common`` holds for rows that do not say otherwise.

    >>> GATES = {
    ...     "gates-rnn: An RNN has one gate.": Row(partial(gates, "rnn"), 1),
    ...     "gates-lstm: An LSTM has four.": Row(partial(gates, "lstm"), 4),
    ... }
    >>> claim_rows(GATES, tolerance=0.5, how="counted")
    """
    for name, row in (item for table in tables for item in table.items()):
        id, statement = name.split(": ", 1)
        own = {field: value for field, value in row._asdict().items() if value is not None}
        measure = own.pop("measure")
        claim(id, statement=statement, **(common | own))(measure)


def verify(ids: str | Iterable[str] | None = None) -> list[ClaimResult]:
    """Measure the claims with these ids, or all; never raises for a claim that fails or breaks."""
    wanted = all_claims() if ids is None else [ids] if isinstance(ids, str) else list(ids)
    return [_measured(id) for id in wanted]


def _measured(id: str) -> ClaimResult:
    entry = all_claims().get(id)
    if entry is None:
        known = ", ".join(sorted(REGISTRY))
        entry = Claim(id, "", lambda: math.inf, 0.0, "", "", "", (), None, None, "")
        return _result(entry, math.inf, 0.0, f"unknown claim {id!r}; known: {known}")
    start = time.perf_counter()
    try:
        value = float(entry.measure())
        error = abs(value - entry.states) if entry.states is not None else abs(value)
        message = "" if error <= entry.tolerance else f"measured {value:.6g}"
    except MissingRecords as problem:
        return _result(entry, math.inf, 0.0, f"not measured: {problem}", measured=False)
    except Exception as problem:
        error, message = math.inf, f"raised {type(problem).__name__}: {problem}"
    error = math.inf if math.isnan(error) else error
    return _result(entry, error, time.perf_counter() - start, message)


def _result(
    entry: Claim, error: float, seconds: float, message: str, measured: bool = True
) -> ClaimResult:
    return ClaimResult(
        id=entry.id,
        error=error,
        tolerance=entry.tolerance,
        seconds=seconds,
        passed=error <= entry.tolerance,
        measured=measured,
        statement=entry.statement,
        how=entry.how,
        source=entry.source,
        chapter=entry.chapter,
        shows=entry.shows,
        states=entry.states,
        mistake=entry.mistake,
        absolute=entry.absolute,
        message=message,
    )
