"""Tables of bad input: what a test is given, and the words with which it must be refused."""

import functools
import inspect
import re

import pytest


def bad_input(*rows, error=ValueError):
    """The test ends with an error that says the last of each row; the others are its arguments."""

    def decorate(test):
        signature = inspect.signature(test)
        given = [*signature.parameters.values()]
        message = inspect.Parameter("message", inspect.Parameter.KEYWORD_ONLY)

        @functools.wraps(test)
        def must_be_refused(*, message, **arguments):
            with pytest.raises(error, match=re.escape(message)):
                test(**arguments)

        must_be_refused.__signature__ = signature.replace(parameters=[*given, message])
        names = [parameter.name for parameter in given[: len(rows[0]) - 1]]
        return pytest.mark.parametrize((*names, "message"), rows)(must_be_refused)

    return decorate
