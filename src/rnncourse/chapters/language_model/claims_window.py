"""Claims: windows with a carried state, their gradient, and what is remembered."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.language_model.cases import WINDOW, recall_bits, recall_reader, small_model
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.text import Streams

TEXT = np.random.default_rng(7).integers(0, 5, 41)
RECALL = f"windows of {WINDOW}, 500 updates; bits on a fresh text, guessing costs 2"


def read_windows(model, ids: np.ndarray, T: int, change=lambda state: state) -> np.ndarray:
    """Scores (B, N, K) of windows of T whose state goes through ``change`` on its way."""
    scores, state = [], None
    with torch.no_grad():
        for start in range(0, ids.shape[1], T):
            p, state = model(torch.from_numpy(ids[:, start : start + T].copy()), state)
            scores.append(p.numpy())
            state = change(state)
    return np.concatenate(scores, axis=1)


@claim(
    "lm-carried", shows="eq-lm-carry", tolerance=1e-13, how="the text in one piece", source="W44"
)
def carried_is_whole() -> float:
    """With fixed weights, streams read in windows that hand their state on have the scores of the
    whole streams, whatever the windows' length."""
    model, errors = small_model(), []
    for T in (1, 4, 10):
        streams = Streams(TEXT, 2, T)
        whole = TEXT[:40].reshape(2, 20)
        assert all(
            (chunk.x == whole[:, k * T : (k + 1) * T]).all() for k, chunk in enumerate(streams)
        )
        errors.append(relative_error(read_windows(model, whole, T), read_windows(model, whole, 20)))
    return largest_of(errors)


def transformed(change) -> float:
    """How far the scores are from those of the whole text if the state is changed on its way."""
    model, ids = small_model(), TEXT[None, :40]
    return relative_error(read_windows(model, ids, 10, change), read_windows(model, ids, 40))


CARRIES = {
    "lm-carry-reset: Every window begins with zeros.": Row(
        lambda: transformed(lambda s: None), 0.3613
    ),
    "lm-carry-half: h is handed on and c begins with zeros.": Row(
        lambda: transformed(lambda s: s._replace(c=0 * s.c)), 0.3116
    ),
    "lm-carry-tanh: h goes through tanh on its way.": Row(
        lambda: transformed(lambda s: s._replace(h=s.h.tanh())), 0.0132
    ),
    "lm-carry-layers: The two layers' states are exchanged.": Row(
        lambda: transformed(lambda s: type(s)(*(v.flip(0) for v in s))), 1.1146
    ),
}
claim_rows(
    CARRIES,
    tolerance=5e-4,
    how="windows of 10 and a text of 40: relative error of the scores",
    source="W44",
)


# The gradient


def window_losses(model, T: int, states: list | None = None) -> tuple[torch.Tensor, list]:
    """The summed loss of all windows, each from its own state held fixed, and these states.

    Without ``states`` each is what the window before has left.
    """
    x, y = torch.from_numpy(TEXT[None, :40].copy()), torch.from_numpy(TEXT[None, 1:].copy())
    total, state, begun = torch.zeros((), dtype=torch.float64), None, []
    for k, start in enumerate(range(0, 40, T)):
        state = state if states is None else states[k]
        begun.append(state)
        p, state = model(x[:, start : start + T], state)
        total = total + cross_entropy(p[0], y[0, start : start + T], reduction="sum")
        state = type(state)(*(value.detach() for value in state))
    return total, begun


def gradients(model, T: int) -> np.ndarray:
    """The gradient of the windows' losses by all weights, as one vector."""
    model.zero_grad()
    window_losses(model, T)[0].backward()
    return np.concatenate([weight.grad.numpy().ravel() for weight in model.parameters()])


@claim("lm-window-gradient", shows="eq-grad-lm-window", tolerance=1e-8, how="central differences")
def gradient_of_windows() -> float:
    """Truncated backpropagation gives the gradient of the windows' losses with each window's first
    state held fixed."""
    model = small_model(n=3)
    _, states = window_losses(model, 10)
    gradients(model, 10)
    errors = []
    for name in ("b_p", "cells.1.W_gx", "cells.0.b_i"):
        weight = dict(model.named_parameters())[name]
        values = weight.detach().numpy()  # shares its memory

        def loss() -> float:
            with torch.no_grad():
                return float(window_losses(model, 10, states)[0])

        errors.append(relative_error(weight.grad.numpy(), precise_gradient(loss, values)))
    return largest_of(errors)


def missing(T: int) -> float:
    """What windows of T lack of the gradient of the whole text, relative to that."""
    model = small_model()
    return relative_error(gradients(model, T), gradients(model, 40))


def missing_row(id: str, T: int, lacks: float) -> dict[str, Row]:
    words = f"What windows of {T} lack of the gradient of 40 characters, relative."
    return {f"{id}: {words}": Row(lambda: missing(T), lacks)}


claim_rows(
    missing_row("lm-truncated-20", 20, 0.1617),
    missing_row("lm-truncated-10", 10, 0.1919),
    missing_row("lm-truncated-5", 5, 0.3889),
    tolerance=5e-4,
    how="automatic differentiation",
    source="W33",
)


def linked(T: int, D: int) -> float:
    """The share of pairs at distance D that windows of T see, counted in a stream."""
    chunks = list(Streams(np.arange(20 * T + 1), 1, T))
    window = {int(read): k for k, chunk in enumerate(chunks) for read in chunk.x[0]}
    says = {int(said): k for k, chunk in enumerate(chunks) for said in chunk.y[0]}
    first = range(10 * T)  # as many of each place in a window
    return float(np.mean([window[j] == says[j + D] for j in first]))


@claim(
    "lm-linked",
    shows="eq-lm-linked",
    tolerance=1e-12,
    how="counted in streams",
    source="W33",
    absolute="shares",
)
def pairs_in_one_window() -> float:
    """Of the pairs at distance D, this share has the reading of the first and the guess of the
    second in one window."""
    cases = ((30, 10), (30, 30), (30, 31), (8, 1), (8, 8), (5, 12))
    return largest_of(abs(linked(T, D) - largest_of(0.0, (T - D + 1) / T)) for T, D in cases)


@claim("lm-linked-30", states=0.033, how="counted in streams", source="W33")
def linked_at_30() -> float:
    """Of the pairs 30 characters apart, the share that lies in one window of 30."""
    return linked(30, 30)


# Texts of different lengths

TEXTS = [torch.from_numpy(part) for part in np.split(TEXT[:19], [4, 10])]  # 3, 5 and 8 to guess
LENGTHS = torch.tensor([3, 5, 8])


def padded(rows: bool = False) -> torch.Tensor:
    """The texts' characters but for the last one, side by side: filled up with the character 0, or
    as one-hot rows with rows of zeros."""
    texts = [torch.eye(5).double()[text[:-1]] if rows else text[:-1] for text in TEXTS]
    return pad_sequence(texts, batch_first=True)


def read_texts(model, batches: list) -> tuple[np.ndarray, np.ndarray]:
    """Of batches x, y and lengths: the states at the end, and the gradient of the summed loss."""
    model.zero_grad()
    states = []
    for x, y, lengths in batches:
        p, state = model(x, lengths=lengths)
        cross_entropy(p.flatten(0, 1), y.flatten(), reduction="sum").backward()
        states.append(np.stack([value.detach().numpy() for value in state]))
    grads = [weight.grad.numpy().ravel() for weight in model.parameters()]
    return np.concatenate(states, axis=2), np.concatenate(grads)


def read_alone(model) -> tuple[np.ndarray, np.ndarray]:
    return read_texts(model, [(text[None, :-1], text[None, 1:], None) for text in TEXTS])


@claim("lm-lengths", tolerance=1e-13, how="each text read alone: states and the loss's gradient")
def lengths_are_each_alone() -> float:
    """A padded batch of texts of 3, 5 and 8 characters, read with its lengths, has the states at
    the ends and the gradient of reading each text alone."""
    model = small_model()
    y = pad_sequence([text[1:] for text in TEXTS], batch_first=True, padding_value=-100)
    together = read_texts(model, [(padded(), y, LENGTHS)])
    return largest_of(map(relative_error, together, read_alone(model)))


def run_on(rows: bool) -> float:
    """How far the states are from those at each text's end if the padding is read too."""
    model = small_model()
    with torch.no_grad():
        _, state = model(padded(rows))
    return relative_error(np.stack([value.numpy() for value in state]), read_alone(model)[0])


PADDINGS = {
    "lm-padded: The padding is read as the character 0.": Row(lambda: run_on(False), 0.6137),
    "lm-padded-rows: The padding is rows of zeros.": Row(lambda: run_on(True), 0.4110),
}
claim_rows(
    PADDINGS,
    tolerance=5e-4,
    how="texts of 3, 5 and 8 characters, each read alone: relative error of the last states",
)


# Memory


@claim("lm-memory", tolerance=0.5, how=RECALL, source="W33")
def recalled_after_windows() -> float:
    """A letter that comes again after 20 characters is known, by a network whose windows of 8 all
    began with the state zero in training: its cost in bits."""
    return recall_bits(recall_reader(carry=False), 20)


@claim(
    "lm-memory-cut",
    tolerance=0.05,
    how=f"{RECALL}; the shortfall from 2",
    source="W33",
    absolute="bits",
)
def forgotten_in_windows() -> float:
    """Read in windows that begin with zeros, the same network pays at least what guessing costs."""
    return largest_of(0.0, 2.0 - recall_bits(recall_reader(carry=False), 20, window=WINDOW))
