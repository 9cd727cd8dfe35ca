"""One GRU unit whose numbers a pencil can follow, and one whose two gates have sliders."""

import re

import numpy as np

from rnncourse.byhand import gru
from rnncourse.byhand.steps import OUTPUT
from rnncourse.chapters.gru_and_relatives.networks import LETTERS, gate_rows, inside
from rnncourse.records import markdown_table

# The step on paper: its weights (those not named are zero), what it reads, and its old state.
WEIGHTS = {"W_zx": -2.0, "W_zh": 2.0, "W_rx": 1.0, "W_rh": -2.0, "W_hx": -1.0, "W_hh": 2.0}
PENCIL = {name: np.zeros((1,) * len(shape)) for name, shape in (gru.SHAPES | OUTPUT).items()}
PENCIL |= {name: np.full((1, 1), value) for name, value in WEIGHTS.items()}
X, H = np.array([1.0]), np.array([0.5])

# The note: its step and the last one before it is asked for, counted from 1.
WRITTEN, LAST, T = 5, 27, 30


def pencil_step() -> gru.Cache:
    """The step of the page's first example; every value has shape (1,)."""
    return gru.step(PENCIL, X, H)


def pencil_back() -> dict[str, float]:
    """The gradients by the three sums of that step, for the loss L = h."""
    rows = gate_rows(np.ones(1), *inside(pencil_step(), PENCIL))
    return dict(zip(LETTERS, rows[:, 0].tolist(), strict=True))


def pencil_ways() -> dict[str, float]:
    """What comes back to the old state, by the way on which it comes."""
    s, da = pencil_step(), pencil_back()
    return {
        "direct": 1.0 - s.z[0],
        "candidate": WEIGHTS["W_hh"] * da["h"] * s.r[0],
        "z": WEIGHTS["W_zh"] * da["z"],
        "r": WEIGHTS["W_rh"] * da["r"],
    }


def summed(q: str, state: str) -> str:
    """The sum inside one part in letters; ``state`` is what the second weight multiplies."""
    terms = f"{WEIGHTS[f'W_{q}x']:+g}x{WEIGHTS[f'W_{q}h']:+g}{state}"
    return re.sub(r"([+-])1(?=[xh])", r"\1", terms).removeprefix("+")


def pencil_table() -> str:
    """The step on paper, as a Markdown table."""
    s = pencil_step()
    z, r, new, h = (float(value[0]) for value in (s.z, s.r, s.candidate, s.h))
    a = {q: WEIGHTS[f"W_{q}x"] + WEIGHTS[f"W_{q}h"] * H[0] for q in "zr"}
    a["h"] = WEIGHTS["W_hx"] + WEIGHTS["W_hh"] * r * H[0]
    rows = [["$z$", f"${summed('z', 'h')} = {a['z']:g}$", f"$\\sigma({a['z']:g})$ $= {z:.3f}$"]]
    rows += [["$r$", f"${summed('r', 'h')} = {a['r']:g}$", f"$\\sigma({a['r']:g})$ $= {r:.3f}$"]]
    seen = summed("h", f" \\cdot {r:.3f} \\cdot h")
    rows += [["$\\tilde h$", f"${seen}$ $= {a['h']:g}$", f"$\\tanh({a['h']:g})$ $= {new:.3f}$"]]
    kept, written = f"{1 - z:.3f} \\cdot {H[0]:g}", f"+ {z:.3f} \\cdot ({new:.3f})"
    rows += [["new $h$", f"${kept}$ ${written}$", f"${h:.3f}$"]]
    return markdown_table(["part", "from", "result"], rows)


def back_table() -> str:
    """The gradients by the three sums, for the loss L = h, as a Markdown table."""
    s, da = pencil_step(), pencil_back()
    z, r, new = (float(value[0]) for value in (s.z, s.r, s.candidate))
    u = WEIGHTS["W_hh"] * da["h"]
    products = {
        r"\delta_{a_h}": (f"1 \\cdot {z:.3f} \\cdot {1 - new**2:.3f}", da["h"]),
        "u": (f"{WEIGHTS['W_hh']:g} \\cdot {da['h']:.3f}", u),
        r"\delta_{a_z}": (f"1 \\cdot ({new - H[0]:.3f}) \\cdot {z * (1 - z):.3f}", da["z"]),
        r"\delta_{a_r}": (f"{u:.3f} \\cdot {H[0]:g} \\cdot {r * (1 - r):.3f}", da["r"]),
    }
    rows = [[f"${name}$", f"${left} = {value:.3f}$"] for name, (left, value) in products.items()]
    return markdown_table(["gradient", "arrives · partner · slope"], rows)


def ways_table() -> str:
    """The four ways back to the old state and their sum, as a Markdown table."""
    s, da, ways = pencil_step(), pencil_back(), pencil_ways()
    u = WEIGHTS["W_hh"] * da["h"]
    rows = [
        ["the mean itself", f"$1 \\cdot {1 - s.z[0]:.3f} = {ways['direct']:.3f}$"],
        ["the candidate", f"${u:.3f} \\cdot {s.r[0]:.3f} = {ways['candidate']:.3f}$"],
        ["the update gate", f"${WEIGHTS['W_zh']:g} \\cdot ({da['z']:.3f}) = {ways['z']:.3f}$"],
        ["the reset gate", f"${WEIGHTS['W_rh']:g} \\cdot {da['r']:.3f} = {ways['r']:.3f}$"],
    ]
    return markdown_table(["way", "arrives · factor"], rows)


def note_inputs(note: float = 0.8, seed: int = 1) -> np.ndarray:
    """The numbers that arrive, shape (T,): noise with two decimals, and the note at its step."""
    x = np.random.default_rng(seed).uniform(-0.9, 0.9, T).round(2)
    x[WRITTEN - 1] = note
    return x


def two_gates(x: np.ndarray, z: float = 0.01, r: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """States and candidates (T,) of a unit whose gates stand still; at the note z is 1.

    The candidate is tanh(x + 1.5 r h).
    """
    h, states, candidates = 0.0, [], []
    for t, number in enumerate(x, start=1):
        candidate = np.tanh(number + 1.5 * r * h)
        share = 1.0 if t == WRITTEN else z
        h = (1.0 - share) * h + share * candidate
        states.append(h)
        candidates.append(candidate)
    return np.array(states), np.array(candidates)


def note_left(z: float = 0.01, r: float = 0.0) -> float:
    """Two runs with opposite notes: how far apart they are before it is asked for, over step 5."""
    up, down = (two_gates(note_inputs(note), z, r)[0] for note in (0.8, -0.8))
    return float((up - down)[LAST - 1] / (up - down)[WRITTEN - 1])
