"""A character RNN: one layer of tanh units that reads a text and says what comes next.

a_t = W_hx x_t + W_hh h_{t-1} + b_h,   h_t = tanh(a_t)
p_t = W_ph h_t + b_p,   yhat_t = softmax(p_t)
L = −Σ_t log yhat_t[y_t],   y_t = the character after x_t

``char_rnn_plain`` computes the same as these lines read; the chapter on the character RNN shows
why the two are equal.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.byhand.char_rnn_window import Arrays, Window
from rnncourse.byhand.softmax import draw
from rnncourse.records import Record
from rnncourse.validate import (
    require_at_least,
    require_choice,
    require_count,
    require_finite,
    require_generator,
    require_indices,
    require_positive,
    require_shape,
)

EPS = 1e-8  # stands inside AdaGrad's root
KEPT = 0.999  # of the smooth loss in each update
POINTS = 10_000  # of a record's curve at most
DTYPES = {"float64": np.float64, "float32": np.float32}


class Progress(NamedTuple):
    """What ``on_step`` receives after each update."""

    step: int  # since the network was made
    loss: float  # of this window, nats, summed over its characters
    smooth_loss: float


class CharRNN:
    """Train on a text, then write one; the network of KTH's fourth assignment.

    Weights from N(0, σ²), biases zero; AdaGrad, no clipping. The state is carried from window to
    window. The smooth loss is s_1 = L_1, then s = 0.999 s + 0.001 L.

    vocabulary_size  K, characters
    hidden_size      m, units (the n of the chapters)
    params           W_hx (m, K), W_hh (m, m), b_h (m,), W_ph (K, m), b_p (K,): views, to be
                     changed in place
    Raises: ValueError for a size that is no count, a σ below 0, a dtype other than float64 and
    float32.
    """

    def __init__(
        self,
        vocabulary_size: int,
        hidden_size: int = 100,
        *,
        rng: np.random.Generator,
        sigma: float = 0.01,
        dtype=np.float64,
    ):
        require_count("vocabulary_size", vocabulary_size)
        require_count("hidden_size", hidden_size)
        require_generator("rng", rng)
        require_at_least("sigma", sigma, 0)
        self.dtype = np.dtype(dtype)
        require_choice("dtype", self.dtype.name, DTYPES)
        self.K, self.m, self.sigma = int(vocabulary_size), int(hidden_size), float(sigma)
        self.seed = _seed(rng)
        self.weights = Arrays(self.K, self.m, self.dtype)
        self.memory = Arrays(self.K, self.m, self.dtype, fill=EPS)  # ε + Σ g²
        for name in ("W_hx", "W_hh", "W_ph"):
            self.params[name][...] = sigma * rng.standard_normal(self.params[name].shape)
        self.h = np.zeros(self.m, self.dtype)  # the state after the last window
        self.position = 0  # in the text, of the next window
        self.step = 0  # updates so far
        self.smooth_loss: float | None = None  # None before the first update

    @property
    def params(self) -> dict[str, np.ndarray]:
        return self.weights.by_name

    def train(
        self,
        text_ids,
        iterations: int,
        seq_length: int = 25,
        learning_rate: float = 0.1,
        on_step: Callable[[Progress], None] | None = None,
    ) -> Record:
        """Go on where the last call stopped; return the record of this call.

        A window ends before the last character, which is a target only. Where no whole window is
        left, the next one begins at the front of the text and from the state zero. The curve holds
        every update, or evenly chosen ones and the last where there are more than 10,000.

        Raises: ValueError for a text too short for a window or with an id outside 0 … K − 1.
        """
        ids = self._as_ids(text_ids, seq_length)
        require_count("iterations", iterations)
        require_positive("learning_rate", learning_rate)
        config = self._config(iterations, seq_length, learning_rate)
        window = Window(seq_length, self.K, self.m, self.dtype)
        every, last = -(-iterations // POINTS), self.step + iterations
        chosen = []
        while self.step < last:
            now = self._update(ids, window, learning_rate)
            if now.step % every == 0 or now.step == last:
                chosen.append(now)
            if on_step is not None:
                on_step(now)
        columns = zip(*chosen, strict=True)
        curve = {name: list(column) for name, column in zip(Progress._fields, columns, strict=True)}
        return Record("char-rnn", config, self.seed, curve=curve, summary=now._asdict())

    def _config(self, iterations: int, seq_length: int, learning_rate: float) -> dict:
        return {
            "vocabulary_size": self.K,
            "hidden_size": self.m,
            "sigma": self.sigma,
            "dtype": self.dtype.name,
            "iterations": int(iterations),
            "seq_length": int(seq_length),
            "learning_rate": float(learning_rate),
        }

    def _as_ids(self, text_ids, seq_length: int) -> np.ndarray:
        require_count("seq_length", seq_length)
        ids = self._require_ids("text_ids", text_ids, "N")
        if len(ids) <= seq_length:
            raise ValueError(
                f"text_ids must hold more than seq_length = {seq_length} characters, got {len(ids)}"
            )
        return ids

    def _require_ids(self, name: str, ids, length) -> np.ndarray:
        """Whole numbers in 0 … K − 1, (length,)."""
        ids = np.asarray(ids)
        require_shape(name, ids, (length,))
        require_indices(name, ids, self.K)
        return ids.astype(np.intp)

    def _require_state(self, h) -> np.ndarray:
        """A finite state (m,); None means zeros."""
        if h is None:
            return np.zeros(self.m, self.dtype)
        h = np.asarray(h)
        require_shape("h", h, (self.m,))
        require_finite("h", h)
        return h

    def _update(self, ids: np.ndarray, window: Window, learning_rate: float) -> Progress:
        """One window: forward, backward, AdaGrad."""
        if self.position + window.T >= len(ids):
            self.position = 0
            self.h[:] = 0.0
        end = self.position + window.T
        inputs, targets = ids[self.position : end], ids[self.position + 1 : end + 1]
        loss = window.forward(self.weights, inputs, targets, self.h)
        window.backward(self.weights)
        window.adagrad(self.weights, self.memory, inputs, learning_rate)
        self.h[:] = window.h[-1]
        self.position = end
        self.step += 1
        before = self.smooth_loss
        self.smooth_loss = loss if before is None else KEPT * before + (1.0 - KEPT) * loss
        return Progress(self.step, loss, self.smooth_loss)

    def loss_and_gradients(self, inputs, targets, h=None) -> tuple[float, dict]:
        """The summed loss of one window from the state h (m,), zeros if None; and its gradient.

        Nothing of the network changes. The gradient is that of W_hx … b_p with h held fixed.

        Shapes: inputs and targets (T,), whole numbers in 0 … K − 1.
        Raises: ValueError for other ids, a target too few or too many, an h of another shape or
        with a NaN.
        """
        inputs = self._require_ids("inputs", inputs, "T")
        targets = self._require_ids("targets", targets, len(inputs))
        window = Window(len(inputs), self.K, self.m, self.dtype)
        h = self._require_state(h)
        loss = window.forward(self.weights, inputs, targets, h)
        window.backward(self.weights)
        np.add.at(window.grads.rows, inputs, window.da)
        return loss, window.grads.by_name

    def generate(
        self, first_id: int, length: int, temperature: float = 1.0, *, rng: np.random.Generator
    ) -> np.ndarray:
        """Write ``length`` characters after ``first_id``, each read back in; start from h = 0.

        One random number a character, by the inverse of the distribution function; temperature 0
        takes the most probable character and no random number counts.

        Raises: ValueError for an id outside 0 … K − 1, a length below 1, a temperature below 0.
        """
        require_shape("first_id", np.asarray(first_id), ())
        require_indices("first_id", np.asarray(first_id), self.K)
        require_count("length", length)
        return self._drawn([int(first_id)], length, temperature, rng)

    def guess(self, text_ids, temperature: float = 1.0, *, rng: np.random.Generator) -> np.ndarray:
        """Draw the next character at every step while *reading* ``text_ids``, from h = 0.

        These are predictions one step ahead, not a text: what was drawn is never read back in.

        Shapes: (T,) in, (T,) out; entry t guesses the character after ``text_ids[t]``.
        Raises: ValueError for an id outside 0 … K − 1, a temperature below 0.
        """
        ids = self._as_ids(text_ids, 1)
        return self._drawn(ids, len(ids), temperature, rng)

    def _drawn(self, given, length: int, temperature: float, rng) -> np.ndarray:
        """A character drawn at each step, from h = 0; read are those ``given``, then the drawn."""
        require_at_least("temperature", temperature, 0)
        require_generator("rng", rng)
        W, h, drawn = self.params, np.zeros(self.m, self.dtype), []
        for t, u in enumerate(rng.random(length)):
            last = given[t] if t < len(given) else drawn[-1]
            h = np.tanh(self.weights.rows[last] + W["W_hh"] @ h + W["b_h"])
            drawn.append(draw(W["W_ph"] @ h + W["b_p"], u, temperature))
        return np.array(drawn)


def _seed(rng: np.random.Generator):
    """What ``np.random.default_rng`` was called with, for the record."""
    return getattr(rng.bit_generator.seed_seq, "entropy", None)
