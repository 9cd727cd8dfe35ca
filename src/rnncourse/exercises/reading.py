"""Turn what somebody else's function returned into an array.

A right answer may come as a list, as a tensor (anything with ``detach`` or ``__array__``), as a
column, flattened, or transposed where the shape alone tells so.
"""

import re
from collections.abc import ValuesView
from numbers import Number
from typing import Any, NamedTuple

import numpy as np

from rnncourse.exercises.plain import Named
from rnncourse.validate import spell

NOTHING = "it returned None"  # an unfilled hole
ITERATORS = {"generator", "map", "filter", "zip", "reversed", "enumerate", "accumulate", "chain"}
ITERATORS |= {"islice", "starmap", "takewhile", "dropwhile", "pairwise", "batched"}
ROUNDING = 1e-12  # of the largest number: an imaginary part below it is none


class Reading(NamedTuple):
    """``array`` is None if nothing numerical came; ``problem`` says what is wrong with the form."""

    array: np.ndarray | None
    problem: str = ""
    notes: tuple[str, ...] = ()


def read(
    result: Any,
    expected: np.ndarray,
    key: str = "",
    names: tuple[str, ...] = (),
    rows: tuple[str, ...] = (),
) -> Reading:
    """What came, in the shape of what is expected.

    key    picks the entry of a dict of gradients
    names  of the entries where a dict is asked for: "b_h", or "W_hh[0, 1]" inside an array
    rows   of the first axis: a dict or a named tuple may hold them by these names
    """
    notes: tuple[str, ...] = ()
    asked = tuple(dict.fromkeys(name.partition("[")[0] for name in names)) or rows or (key,)
    if isinstance(result, Named) and not set(asked) <= set(result):
        result = tuple(result.values())  # of other names: what stands in it, in its order
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict):
        result = result[1]  # (loss, grads)
    if isinstance(result, dict):
        missing = [name for name in asked if name not in result]
        if missing:
            return Reading(
                None, _not_in_dict(result, missing[0], "" if names else kind_of(expected))
            )
        if asked == (key,):
            notes = (f"the entry {key!r} of the returned dict was taken",)
        result = result[key] if asked == (key,) else [result[name] for name in asked]
    if names:
        result = _in_a_row(result)
    array, problem = _numbers(result, kind_of(expected, names), expected.dtype == bool)
    if problem:
        return Reading(None, problem + _joined(result, expected.shape))
    array, note = _laid_out(array, expected.shape)
    if note is None:
        want, got = spell(expected.shape), spell(array.shape)
        return Reading(array, f"expected shape {want}, got shape {got}", notes)
    return Reading(array, _not_finite(array), notes + ((note,) if note else ()))


def _not_in_dict(result: dict, missing: str, instead: str) -> str:
    """``instead`` is what may be returned without a dict."""
    found = ", ".join(map(str, result)) or "nothing"
    if not missing:
        return f"it returned a dict that holds {found}; return {instead} itself, without a dict"
    other = f", or {instead} without a dict" if instead else ""
    return f"it returned a dict that holds {found}, expected {missing!r} in it{other}"


def _in_a_row(result: Any) -> Any:
    """The numbers of several arrays one after the other; anything else as it is."""
    if not isinstance(result, list | tuple):
        return result
    try:
        return np.concatenate([np.ravel(_plain(part)) for part in result])
    except (TypeError, ValueError, RuntimeError):
        return result


def _numbers(result: Any, kind: str, truths: bool) -> tuple[np.ndarray | None, str]:
    """A fresh array of real numbers (or of truth values, where they are asked for)."""
    wanted = f"expected {kind}"
    if result is None:
        return None, f"{NOTHING}, {wanted}; is a return missing?"
    if kind := _iterator(result):
        return None, f"it returned {kind}, an iterator, {wanted}: put list(…) around it"
    for part in result if isinstance(result, list | tuple) else ():
        if kind := _iterator(part):
            return None, f"a part of what it returned is {kind}, an iterator: put list(…) around it"
    try:
        array = _real(np.array(_plain(result)))
    except (TypeError, ValueError, RuntimeError):
        return None, f"it returned {_describe(result)} that is no array{_parts(result)}, {wanted}"
    if truths:
        if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
            return None, f"it returned {_describe(result)}, expected True or False for each"
        return array.astype(bool), ""
    if array.dtype.kind == "c":
        return None, f"it returned complex numbers, {wanted} of real ones"
    if array.dtype.kind not in "biuf":
        return None, f"it returned {_describe(result)}, {wanted}"
    return array.astype(float) if array.dtype == bool else array, ""


def _iterator(result: Any) -> str:
    """The name of its type, of what holds numbers only when it is run through; or nothing."""
    name = type(result).__name__
    return _with_article(name) if name in ITERATORS or name.endswith("iterator") else ""


def _parts(result: Any) -> str:
    """The shapes of what was returned together, where they differ."""
    try:
        shapes = [spell(np.shape(_plain(part))) for part in result][:4]
    except (TypeError, ValueError, RuntimeError):
        return ""
    return f" (its parts have the shapes {', '.join(shapes)})" if len(set(shapes)) > 1 else ""


def _joined(result: Any, shape: tuple) -> str:
    """What to do with parts that make up one flat array."""
    if not isinstance(result, list | tuple) or len(shape) != 1:
        return ""
    try:
        parts = [np.asarray(_plain(part), dtype=float) for part in result]
    except (TypeError, ValueError, RuntimeError):
        return ""
    if sum(part.size for part in parts) != shape[0]:
        return ""
    how = "np.concatenate([np.ravel(part) for part in parts])"
    return f": join the parts into one array, for instance {how}"


def _real(array: np.ndarray) -> np.ndarray:
    """Complex numbers without an imaginary part, whole numbers of any size, and fractions."""
    if array.dtype.kind == "c":
        size = np.abs(array).max(initial=0.0)
        return array.real.copy() if np.all(np.abs(array.imag) <= ROUNDING * size) else array
    if array.dtype == object and all(isinstance(v, Number) for v in array.flat):
        return array.astype(float)
    return array


def _plain(value: Any) -> Any:
    """Tensors anywhere in nested lists become arrays; torch itself is never imported."""
    if isinstance(value, list | tuple | ValuesView | range):
        return [_plain(item) for item in value]
    if hasattr(value, "detach"):
        value = value.detach()
        value = value.cpu() if hasattr(value, "cpu") else value
        if "bfloat16" in str(getattr(value, "dtype", "")):
            value = value.float()
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


def kind_of(expected: np.ndarray, names: tuple[str, ...] = ()) -> str:
    if expected.dtype == bool:
        return "True or False for each"
    if names:
        keys = dict.fromkeys(name.partition("[")[0] for name in names)
        return f"a dict that holds {', '.join(keys)}"
    return f"an array of shape {spell(expected.shape)}" if expected.ndim else "a number"


def _describe(result: Any) -> str:
    if isinstance(result, str | bytes):
        return "a string"
    dtype = getattr(result, "dtype", None)
    return _with_article(type(result).__name__) + (f" of {dtype}" if dtype is not None else "")


def _with_article(name: str) -> str:
    return f"{'an' if re.match('[aeio]|ndarray', name.lower()) else 'a'} {name}"
