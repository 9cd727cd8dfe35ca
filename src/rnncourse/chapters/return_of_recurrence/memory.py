"""What a state can hold: best accuracies with so many bits, by formula and by trying everything.

k keys get values that are drawn evenly and independently from V. Whoever answers later knows the
keys and the question, and of the values only a state: one of 2^S states, S bits.

Source: Fano's inequality, in Cover and Thomas (2006), sections 2.10 and 10.3.
"""

from itertools import product
from math import log2

import numpy as np

from rnncourse.validate import require_count, require_positive


def bits_needed(pairs: int, values: int) -> float:
    """k log₂ V: bits that tell V^k lists of values apart."""
    return pairs * log2(values)


def bits_for(accuracy: float, values: int) -> float:
    """Bits a pair that an accuracy p ≥ 1/V costs at least.

    R(p) = log₂ V − H(p) − (1 − p) log₂(V − 1),   H(p) = −p log₂ p − (1 − p) log₂(1 − p)

    >>> bits_for(1.0, 8), bits_for(1 / 8, 8)
    (3.0, 0.0)
    """
    p, q = accuracy, 1.0 - accuracy
    H = -sum(share * log2(share) for share in (p, q) if share > 0)
    return log2(values) - H - q * log2(values - 1)


def best_accuracy(bits: float, pairs: int, values: int) -> float:
    """No mean accuracy over the k questions lies above: R(p) = S / k solved for p.

    Raises: ValueError unless bits > 0, pairs ≥ 1 and values ≥ 2.
    """
    require_positive("bits", bits)
    require_count("pairs", pairs)
    require_count("values", values, minimum=2)
    low, high = 1.0 / values, 1.0  # R grows between the two
    if bits_for(high, values) <= bits / pairs:
        return high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if bits_for(middle, values) <= bits / pairs else (low, middle)
    return low


def tables(pairs: int, values: int) -> np.ndarray:
    """Every table of values, (V^k, k)."""
    return np.array(list(product(range(values), repeat=pairs)))


def by_enumeration(pairs: int, values: int, states: int) -> tuple[float, float]:
    """Best mean accuracy, and best probability that all is right, of every way to keep a state.

    Each of the states^(V^k) ways to send the tables to states is tried, each with the best
    answers: of every state and key the value that is most frequent.
    """
    every = tables(pairs, values)
    one_hot = np.eye(values)[every]  # (V^k, k, V)
    accuracy = whole = 0.0
    for way in product(range(states), repeat=len(every)):
        member = np.eye(states)[list(way)]  # (V^k, states)
        frequent = np.einsum("ts,tkv->skv", member, one_hot).max(axis=2)
        accuracy = max(accuracy, frequent.sum() / every.size)
        whole = max(whole, member.max(axis=0).sum() / len(every))  # one table of each state
    return float(accuracy), float(whole)


def cache_bytes(layers: int, width: int, steps: int, size: int = 4) -> int:
    """Bytes of the keys and values that attention keeps: 2 · layers · width · steps numbers."""
    return 2 * layers * width * steps * size


def state_bytes(layers: int, units: int, numbers: int = 1, size: int = 4) -> int:
    """Bytes of a recurrent state: ``numbers`` a unit (two in an LSTM), whatever was read."""
    return layers * units * numbers * size
