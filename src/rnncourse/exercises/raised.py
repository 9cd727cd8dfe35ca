"""What an error of Python or NumPy usually means for the reader's formula."""

import re

# The first pattern that is found in "TypeError: its message" tells the mistake.
MEANT = {
    r"matmul|not aligned|mismatch in its core": (
        "shapes",
        "the inner sizes of a product differ: a transpose is missing or one too many, or the "
        "factors stand in the wrong order",
    ),
    r"could not be broadcast|shape mismatch|non-broadcastable": (
        "shapes",
        "two arrays of different shapes are combined entry by entry: is an axis, an outer "
        "product or a matrix product meant?",
    ),
    r"(IndexError|AxisError).*out of (bounds|range)|list index out of range": (
        "index",
        "an index, or an axis, lies outside the array: the first place is 0, the last is its "
        "length minus 1",
    ),
    r"too many indices": ("index", "an array is given more indices than it has axes"),
    r"NameError|UnboundLocalError": (
        "no-value",
        "a name is used that has no value yet: a line is missing, or the name is misspelled",
    ),
    r"KeyError": ("key", "the dict has no entry of this name"),
    r"ZeroDivisionError": ("zero", "something is divided by 0"),
    r"not subscriptable|not iterable|has no len|has no attribute|invalid index to scalar": (
        "number-for-array",
        "a number, or nothing, stands where an array or a list is needed",
    ),
    r"TypeError.*(unsupported operand|can't multiply|must be str|not supported between)": (
        "kinds",
        "two things that Python cannot combine are combined, such as a list and a number",
    ),
    r"only (length-1|0-dimensional|integer scalar) arrays": (
        "array-for-number",
        "an array stands where one number is needed",
    ),
    r"truth value of an array": (
        "array-for-number",
        "an array stands in a condition that needs one True or False",
    ),
    r"RecursionError": ("endless", "the function calls itself without end"),
    r"expected a sequence|must be a sequence|zero-size array|empty": (
        "nothing-left",
        "an array or a list has nothing in it: are too many entries left out?",
    ),
}


def meaning(problem: str) -> tuple[str, str] | None:
    """An id and a sentence for "it raised …"; None for an error that says enough itself."""
    for pattern, (id, sentence) in MEANT.items():
        if problem.startswith("it raised") and re.search(pattern, problem):
            return id, sentence
    return None
