"""Every mechanical mistake in an official solution is refused, and told something that is true."""

import numpy as np
import pytest
from solutions import function_of

from rnncourse.exercises import EXERCISES
from rnncourse.exercises.comparing import relative_error
from rnncourse.exercises.reading import read
from rnncourse.exercises.trying import expected_of, scale
from rnncourse.exercises.where import simple_cases, simplest_case
from tests.exercises.mutants import UNCHANGED, all_mutants, fault, run, sample

NUMBERS = [name for name, exercise in EXERCISES.items() if not exercise.facts]


def test_a_sample_of_mutants_is_refused_with_a_reason():
    """All of them: python -m tests.exercises.mutants."""
    outcomes = [run(*each) for each in sample(300, seed=0)]
    assert not [problem for problem in map(fault, outcomes) if problem]
    named = [outcome for outcome in outcomes if outcome.kind == "named"]
    assert len(named) > 0.35 * len(outcomes)


def test_what_is_listed_as_unchanged_is_a_mutant():
    for name, mutants in UNCHANGED.items():
        labels = {mutant.label for _, mutant in all_mutants([name])}
        assert labels >= mutants.keys(), name
        assert all(mutants.values()), name


@pytest.mark.parametrize("name", NUMBERS)
def test_the_solution_is_right_on_every_simpler_case(name):
    """So no family leaves what the exercise is about."""
    exercise, answer = EXERCISES[name], function_of(name)
    simplest = [simplest_case(exercise)] if simplest_case(exercise) else []
    for case in [case for each in simple_cases(exercise) for case in each.cases] + simplest:
        expected, names = expected_of(exercise, case)
        with np.errstate(all="ignore"):
            got = read(answer(*case.make()), expected, exercise.key, names, exercise.rows)
        assert not got.problem, f"{case.label}: {got.problem}"
        assert relative_error(got.array, expected, scale(exercise)) < 1e-6, case.label
