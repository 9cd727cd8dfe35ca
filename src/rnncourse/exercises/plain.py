"""What a stranger's function returned, as plain data, and that data as text.

Plain data is None, numbers, strings, arrays, and lists, tuples and dicts of such. It has no code
of its own that could run later, and is read from text without running any.
"""

import base64
import json
from collections import deque
from collections.abc import ValuesView
from inspect import iscoroutine
from numbers import Number
from typing import Any

import numpy as np

NUMERIC = "biufcSUmM"  # the kinds of arrays that are bytes alone


class Named(dict):
    """A named tuple: its values in order, by its fields."""


class Foreign:
    """Stands for an object that holds no numbers: its type's name and its dtype, if any."""


def printable(text: str) -> str:
    """The text without what moves a terminal or cannot be encoded."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def foreign(kind: str, dtype: str | None = None) -> Foreign:
    value = type(printable(kind), (Foreign,), {})()
    if dtype is not None:
        value.dtype = dtype
    return value


def plain(value: Any) -> Any:
    """``value`` as plain data. It may run the value's own code, which may raise anything."""
    if value is None or type(value) in (bool, int, float, complex, str):
        return value
    if isinstance(value, bytes | bytearray):
        return value.decode("latin-1")
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # a named tuple
        items = zip(value._fields, value, strict=False)
        return Named((name, plain(item)) for name, item in items)
    if isinstance(value, ValuesView | deque):
        value = list(value)
    if isinstance(value, list | tuple):
        return (list if isinstance(value, list) else tuple)(plain(item) for item in value)
    if isinstance(value, dict):
        return {_key(name): plain(item) for name, item in value.items()}
    return _array(value)


def _key(name: Any) -> Any:
    if isinstance(name, str):
        return printable(name)
    return name if name is None or type(name) in (bool, int, float) else str(plain(name))


def _array(value: Any) -> Any:
    """A tensor, or what else NumPy makes an array of; torch itself is never imported."""
    dtype = getattr(value, "dtype", None)
    stranger = foreign(type(value).__name__, None if dtype is None else str(dtype))
    if iscoroutine(value):
        value.close()  # Python warns of one that is dropped
    if isinstance(value, type):
        return stranger
    try:
        if hasattr(value, "detach"):
            value = value.detach()
            value = value.cpu() if hasattr(value, "cpu") else value
        array = np.array(np.asarray(value))  # a copy
        if array.dtype == object and all(isinstance(item, Number) for item in array.flat):
            array = array.astype(float)  # whole numbers of any size, and fractions
    except (TypeError, ValueError, RuntimeError):
        return stranger
    if array.dtype.kind not in NUMERIC:
        return stranger
    return array[()] if isinstance(value, np.generic) else array


def dumps(value: Any) -> str:
    """Plain data as JSON."""
    return json.dumps(_tagged(value))


def _tagged(value: Any) -> Any:
    match value:
        case None | bool() | float() | str() if not isinstance(value, np.generic):
            return value
        case int() if not isinstance(value, np.generic):
            return value if abs(value) < 2**63 else ["foreign", "int", None]
        case complex() if not isinstance(value, np.generic):
            return ["complex", value.real, value.imag]
        case list() | tuple():
            return [type(value).__name__, *map(_tagged, value)]
        case dict():
            kind = "named" if isinstance(value, Named) else "dict"
            return [kind, *([_tagged(name), _tagged(item)] for name, item in value.items())]
        case np.ndarray() | np.generic():
            kind = "array" if isinstance(value, np.ndarray) else "scalar"
            content = base64.b64encode(value.tobytes()).decode()
            return [kind, value.dtype.str, list(value.shape), content]
    return ["foreign", type(value).__name__, getattr(value, "dtype", None)]


def loads(text: str | bytes) -> Any:
    """Plain data from JSON. Raises: ValueError if it is no such text."""
    try:
        return _untagged(json.loads(text))
    except (TypeError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"no plain data: {error}") from None


def _untagged(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, *rest = value
    match kind:
        case "list":
            return [_untagged(item) for item in rest]
        case "tuple":
            return tuple(_untagged(item) for item in rest)
        case "dict" | "named":
            make = Named if kind == "named" else dict
            return make((_untagged(name), _untagged(item)) for name, item in rest)
        case "complex":
            return complex(*rest)
        case "foreign":
            return foreign(*rest)
        case "array" | "scalar":
            dtype, shape, content = rest
            if np.dtype(dtype).kind not in NUMERIC:
                raise ValueError(f"an array of {dtype}")
            array = np.frombuffer(base64.b64decode(content), dtype).reshape(shape).copy()
            return array if kind == "array" else array[()]
    raise ValueError(f"the kind {kind!r}")
