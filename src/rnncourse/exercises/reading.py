"""Turn what somebody else's function returned into an array.

A right answer may come as a list, as a tensor (anything with ``detach`` or ``__array__``), as a
column, flattened, or transposed where the shape alone tells so.
"""

from typing import Any, NamedTuple

import numpy as np

from rnncourse.validate import spell

NOTHING = "it returned None"  # an unfilled hole


class Reading(NamedTuple):
    """``array`` is None if nothing numerical came; ``problem`` says what is wrong with the form."""

    array: np.ndarray | None
    problem: str = ""
    notes: tuple[str, ...] = ()


def read(result: Any, expected: np.ndarray, key: str = "", names: tuple[str, ...] = ()) -> Reading:
    """``key`` picks the entry of a dict of gradients; ``names`` orders a dict of verdicts."""
    notes: tuple[str, ...] = ()
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict):
        result = result[1]  # (loss, grads)
    if isinstance(result, dict):
        missing = [name for name in names or (key,) if name not in result]
        if missing:
            found = ", ".join(map(str, result)) or "nothing"
            wanted = repr(missing[0]) if missing[0] else f"of shape {spell(expected.shape)}"
            return Reading(None, f"it returned a dict that holds {found}, expected {wanted}")
        if names:
            result = [result[name] for name in names]
        else:
            result, notes = result[key], (f"the entry {key!r} of the returned dict was taken",)
    array, problem = _numbers(result, expected)
    if problem:
        return Reading(None, problem)
    array, note = _laid_out(array, expected.shape)
    if note is None:
        want, got = spell(expected.shape), spell(array.shape)
        return Reading(array, f"expected shape {want}, got shape {got}", notes)
    return Reading(array, _not_finite(array), notes + ((note,) if note else ()))


def _numbers(result: Any, expected: np.ndarray) -> tuple[np.ndarray | None, str]:
    """A fresh array of numbers (or of truth values, where they are asked for)."""
    wanted = f"expected {kind_of(expected)}"
    if result is None:
        return None, f"{NOTHING}, {wanted}; is a return missing?"
    try:
        array = np.array(_plain(result))
    except (TypeError, ValueError, RuntimeError):
        return None, f"it returned {_describe(result)} that is no array, {wanted}"
    whole = array.dtype.kind in "biu" and np.isin(array, (0, 1)).all()
    if expected.dtype == bool:
        if not whole:
            return None, f"it returned {_describe(result)}, expected True or False for each"
        return array.astype(bool), ""
    if array.dtype.kind not in "iuf":
        return None, f"it returned {_describe(result)}, {wanted}"
    return array, ""


def _plain(value: Any) -> Any:
    """Tensors anywhere in nested lists become arrays; torch itself is never imported."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "detach"):
        value = value.detach()
        value = value.cpu() if hasattr(value, "cpu") else value
    return np.asarray(value)


def _laid_out(array: np.ndarray, shape: tuple) -> tuple[np.ndarray, str | None]:
    """The array in the expected shape and a note on how; the note is None if it does not fit."""
    if array.shape == shape:
        return array, ""
    if array.ndim == 2 and array.shape[::-1] == shape:
        return array.T, "your array was transposed: its shape alone tells how it is meant"
    if np.squeeze(array).shape == tuple(size for size in shape if size != 1):
        return array.reshape(shape), "axes of length 1 were added or dropped"
    if array.ndim == 1 and array.size == np.prod(shape):
        return array.reshape(shape), "your flat array was read row by row"
    return array, None


def _not_finite(array: np.ndarray) -> str:
    bad = np.argwhere(~np.isfinite(array))
    if not len(bad):
        return ""
    place = tuple(int(i) for i in bad[0])
    value = "NaN" if np.isnan(array[place]) else str(array[place])
    return f"it returned {value}" + (f" at {list(place)}" if place else "")


def kind_of(expected: np.ndarray) -> str:
    if expected.dtype == bool:
        return "True or False for each"
    return f"an array of shape {spell(expected.shape)}" if expected.ndim else "a number"


def _describe(result: Any) -> str:
    if isinstance(result, str | bytes):
        return "a string"
    dtype = getattr(result, "dtype", None)
    return f"{type(result).__name__}" + (f" of {dtype}" if dtype is not None else "")
