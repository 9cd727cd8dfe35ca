"""One unit whose numbers a pencil can follow, and one that keeps a note through noise.

Both are LSTMs of one unit with weights set by hand; beside the second stands a vanilla unit.
"""

import re

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.examples import one_unit
from rnncourse.chapters.lstm.networks import LETTERS, gate_rows
from rnncourse.records import markdown_table

# The step on paper: the unit, what it reads, and what it held.
PENCIL = one_unit(W_gx=-1.5, W_gh=1.0, W_ix=-1.0, W_ih=2.0, W_fx=0.5, W_fh=1.0, b_f=1.0, W_ox=1.0)
X, H, C = (np.array([value]) for value in (1.0, 0.5, 1.0))
SQUASHED = {"g": r"\tanh"} | dict.fromkeys("ifo", r"\sigma")

# The note: its step, the step that asks for it, and the step that erases it, counted from 1.
WRITTEN, ASKED, ERASED, T = 5, 28, 33, 36


def pencil_step() -> lstm.Cache:
    """The step of the page's first example; every value has shape (1,)."""
    return lstm.step(PENCIL, X, H, C)


def pencil_back() -> tuple[float, dict[str, float]]:
    """dL/dc of that step and dL/da of its four parts, for the loss L = h."""
    s, dh = pencil_step(), np.ones(1)
    dc = dh * s.o * (1.0 - np.tanh(s.c) ** 2)
    rows = gate_rows(dh, dc, s.g, s.i, s.f, s.o, s.c_prev, s.c)
    return float(dc[0]), dict(zip(LETTERS, rows[:, 0].tolist(), strict=True))


def summed(q: str) -> tuple[str, float]:
    """The sum inside one part of the pencil's unit, in letters and as a number."""
    W_x, W_h, b = (PENCIL[name].item() for name in (f"W_{q}x", f"W_{q}h", f"b_{q}"))
    terms = [f"{weight:+g}{letter}" for weight, letter in ((W_x, "x"), (W_h, "h")) if weight]
    terms = re.sub(r"([+-])1(?=[xh])", r"\1", "".join(terms)) + (f"{b:+g}" if b else "")
    return terms.removeprefix("+"), W_x * X[0] + W_h * H[0] + b


def pencil_table() -> str:
    """The four parts of the step on paper, as a Markdown table."""
    s, rows = pencil_step(), []
    for q in LETTERS:
        terms, a = summed(q)
        squashed = f"${SQUASHED[q]}({a:g}) = {getattr(s, q)[0]:.3f}$"
        rows.append([f"${q}$", f"${terms} = {a:g}$", squashed])
    return markdown_table(["part", "its sum", "squashed"], rows)


def memory_table() -> str:
    """What the four parts make of the memory, as a Markdown table."""
    s = pencil_step()
    g, i, f, o, c, h = (value[0] for value in (s.g, s.i, s.f, s.o, s.c, s.h))
    rows = [
        ["kept: the old memory times $f$", f"${C[0]:g} \\cdot {f:.3f} = {C[0] * f:.3f}$"],
        ["written: the candidate times $i$", f"${g:.3f} \\cdot {i:.3f} = {g * i:.3f}$"],
        ["new memory: kept plus written", f"${C[0] * f:.3f} - {-g * i:.3f} = {c:.3f}$"],
        ["new state: $\\tanh c$ times $o$", f"${np.tanh(c):.3f} \\cdot {o:.3f} = {h:.3f}$"],
    ]
    return markdown_table(["what", "number"], rows)


def back_table() -> str:
    """The way back through the step on paper, for the loss L = h, as a Markdown table."""
    s, (dc, da) = pencil_step(), pencil_back()
    g, i, f, o, c = (value[0] for value in (s.g, s.i, s.f, s.o, s.c))
    factors = {
        "g": (dc, i, 1 - g**2),
        "i": (dc, g, i * (1 - i)),
        "f": (dc, C[0], f * (1 - f)),
        "o": (1.0, np.tanh(c), o * (1 - o)),
    }
    rows = [["$\\delta_c$", f"$1 \\cdot {o:.3f} \\cdot {1 - np.tanh(c) ** 2:.3f} = {dc:.3f}$"]]
    for q, (arrives, partner, slope) in factors.items():
        times = f"({partner:.3f})" if partner < 0 else f"{partner:.3f}"
        product = f"{arrives:.3f} \\cdot {times} \\cdot {slope:.3f} = {da[q]:.3f}"
        rows.append([f"$\\delta_{{a_{q}}}$", f"${product}$"])
    rows.append(["$\\delta_c\\,f$", f"${dc:.3f} \\cdot {f:.3f} = {dc * f:.3f}$"])
    return markdown_table(["gradient", "arrives · partner · slope"], rows)


def note_inputs(note: float = 0.8, seed: int = 1) -> np.ndarray:
    """What arrives, shape (T, 4): a number with two decimals, and the flags keep, show, erase."""
    x = np.zeros((T, 4))
    x[:, 0] = np.random.default_rng(seed).uniform(-0.9, 0.9, T).round(2)
    x[WRITTEN - 1] = note, 1.0, 0.0, 0.0
    x[ASKED - 1 : ASKED + 2, 2] = 1.0
    x[ERASED - 1, 3] = 1.0
    return x


def keep_note(x: np.ndarray, keep: float = 8.0, write: float = -8.0) -> lstm.Cache:
    """An LSTM unit reads the numbers; a flag of 1 moves the sum of its gate by 16.

    ``keep`` and ``write`` are the biases of the forget and the input gate; the output gate has −8.
    """
    params = one_unit(b_i=write, b_f=keep, b_o=-8.0)
    flags = {"W_gx": (0, 1.0), "W_ix": (1, 16.0), "W_ox": (2, 16.0), "W_fx": (3, -16.0)}
    for name, (place, weight) in flags.items():
        params[name] = np.zeros((1, 4))
        params[name][0, place] = weight
    return lstm.unroll(params, x, np.zeros(1), np.zeros(1))


def vanilla_unit(x: np.ndarray, w: float = 0.9) -> np.ndarray:
    """A vanilla unit reads the same numbers: h_t = tanh(x_t + w h_{t-1}), shape (T,)."""
    h, hs = 0.0, []
    for number in x[:, 0]:
        h = np.tanh(number + w * h)
        hs.append(h)
    return np.array(hs)


def note_left(read) -> float:
    """What is left of the note before it is asked for, as a share of what was taken in.

    The same noise with the note 0.8 and −0.8: the difference of the two states, late over early.
    """
    apart = read(note_inputs(0.8)) - read(note_inputs(-0.8))
    return float(apart[ASKED - 2] / apart[WRITTEN - 1])
