"""Four architectures on the tales, with equal parameters and equal time, and how they read on.

A recurrent network reads 32 streams in pieces of 64 and carries its state from piece to piece. A
transformer reads 4 pieces of 128 and carries nothing; with larger batches it came less far, since
fewer updates fit into the time.

How many updates fit into the time was measured once (``UPDATES`` in ``experiments``), so that a
run is the same wherever it is repeated. Bits above the entropy are bits above the exact loss of
each character.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnncourse.chapters.return_of_recurrence.transformer import ATTENTION, Stack
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.text import (
    Streams,
    Vocabulary,
    corpus,
    split,
    tales,
    tales_conditional_log_probabilities,
    tales_kinds,
)
from rnncourse.training import text_model
from rnncourse.training.config import OPTIMIZERS
from rnncourse.training.fixed import FixedRun
from rnncourse.validate import require_choice, require_count, require_positive

LSTM, TRANSFORMER = "lstm", "transformer"
MODELS = {  # how a model reads, and its width for as many parameters as the LSTM's
    LSTM: {"width": 88},
    "mingru": {"width": 93},
    "lru": {"width": 81},
    "transformer": {"width": 82},
}
WINDOW = 128  # characters that a transformer sees at most
FRESH_SEED, FRESH = 17, 16_384  # characters to judge by
LENGTHS = (256, 512, 1024, 2048)  # read in one piece
WARMUP = 0.1  # share of the updates over which the rate rises
BITS = 1.0 / np.log(2.0)


def build(name: str, K: int, width: int, seed: int) -> nn.Module:
    """A model before training: two layers."""
    require_choice("model", name, MODELS)
    if name == LSTM:
        return text_model(LSTM, K, hidden=width, layers=2, seed=seed)
    rng = np.random.default_rng(seed)
    if name == TRANSFORMER:
        return Stack(ATTENTION, K, width, K, positions="rotary", rng=rng)
    return Stack(name, K, width, K, rng=rng)


def detached(state):
    """The same state, cut off from the gradient of what came before."""
    if isinstance(state, Tensor):
        return state.detach()
    if not isinstance(state, tuple | list):
        return state
    parts = [detached(part) for part in state]
    return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)


@dataclass(frozen=True)
class TalesRun:
    """One model that learns the tales.

    setting        what the book calls this choice of all the others
    model          a key of MODELS
    width          units of each of the two layers
    learning_rate  reached after a tenth of the updates, then half a cosine to zero
    steps          updates
    """

    setting: str
    model: str
    seed: int
    learning_rate: float
    steps: int
    width: int
    optimizer: str = "adam-0.99"
    clip_norm: float = 1.0
    task: str = "tales"

    def __post_init__(self):
        require_choice("model", self.model, MODELS)
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("steps", "width"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, self.model, f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        return float(self.steps)

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """Train, and judge once at the end; a run is short, so it keeps no checkpoint."""
        learning = Tales(self)
        learning.go(None, on_step)
        return learning.record(self.seed)


class Learning(FixedRun):
    """Updates at a rate that rises and falls; a subclass brings ``loss`` and ``summary``."""

    @property
    def rate(self) -> float:
        """Straight up over the first tenth of the updates, then half a cosine to zero."""
        share = self.step / self.config.steps
        if share < WARMUP:
            return self.config.learning_rate * (self.step + 1) / (WARMUP * self.config.steps)
        falling = (share - WARMUP) / (1.0 - WARMUP)
        return self.config.learning_rate * 0.5 * (1.0 + np.cos(np.pi * falling))

    def update(self) -> float:
        return self.descend(self.loss(), self.rate)


class Tales(Learning):
    """The updates of a run, and what they gave."""

    def __init__(self, choices: TalesRun):
        text = corpus("tales")
        self.vocabulary = Vocabulary.from_text(text)
        learned, _ = split(self.vocabulary.encode(text))
        model = build(choices.model, len(self.vocabulary), choices.width, choices.seed)
        super().__init__(choices.id, model, choices)
        self.carries = choices.model != TRANSFORMER
        shape = (32, 64) if self.carries else (4, WINDOW)  # streams, characters of a piece
        self.streams, self.state = Streams(learned, *shape), None

    def loss(self) -> Tensor:
        """Nats per character of the next chunk; every seed begins at another place."""
        chunk = self.streams.at(self.step + 40 * self.config.seed)
        x, y = torch.from_numpy(chunk.x), torch.from_numpy(chunk.y)
        p, state = self.model(x, self.state if self.carries and not chunk.restart else None)
        self.state = detached(state) if self.carries else None
        return cross_entropy(p.flatten(0, 1), y.flatten())

    def summary(self) -> dict:
        """Bits above the exact loss on fresh tales, by kind of character and by length."""
        numbers = sum(p.numel() for p in self.model.parameters())
        made = {"steps": self.step, "parameters": numbers}
        return made | judged(self.model, self.vocabulary, self.carries)


class Fresh:
    """Tales that nobody was trained on: their numbers, exact losses in bits, and kinds."""

    def __init__(self, vocabulary: Vocabulary):
        text = tales(np.random.default_rng(FRESH_SEED), FRESH + 1)[: FRESH + 1]
        self.ids = vocabulary.encode(text)
        self.best = -tales_conditional_log_probabilities(text)[1:] * BITS
        self.kinds = tales_kinds(text)[1:]


def judged(model: nn.Module, vocabulary: Vocabulary, carries: bool) -> dict:
    """Bits above the entropy: read on as one stream, and in pieces of growing length.

    "above" is what the model reaches the way it is used: a recurrent one carries its state, a
    transformer sees at least 64 and at most 128 characters. "above_2048" reads pieces of 2,048
    from nothing in one go, "last_2048" is the second half of such pieces.
    """
    fresh = Fresh(vocabulary)
    bits = (streamed if carries else sliding)(model, fresh.ids) * BITS
    excess = bits - fresh.best
    summary = {"above": float(excess.mean())}
    for kind in sorted(set(fresh.kinds)):
        summary[f"above_{kind}"] = float(excess[fresh.kinds == kind].mean())
    for length in LENGTHS:
        rows = pieces(model, fresh.ids, length) * BITS - fresh.best.reshape(-1, length)
        summary[f"above_{length}"] = float(rows.mean())
        summary[f"last_{length}"] = float(rows[:, length // 2 :].mean())
    return summary


@torch.no_grad()
def losses_of(model: nn.Module, ids: np.ndarray, state=None) -> tuple[np.ndarray, tuple]:
    """Nats of each character of the rows but the first, (B, T), and the state at the end."""
    rows = torch.from_numpy(ids)
    p, state = model(rows[:, :-1], state)
    nats = cross_entropy(p.flatten(0, 1), rows[:, 1:].flatten(), reduction="none")
    return nats.view(rows[:, 1:].shape).double().numpy(), state


def streamed(model: nn.Module, ids: np.ndarray, chunk: int = 1024) -> np.ndarray:
    """Read as one stream with carried state, (N,)."""
    state, parts = None, []
    for start in range(0, len(ids) - 1, chunk):
        nats, state = losses_of(model, ids[None, start : start + chunk + 1], state)
        parts.append(nats[0])
    return np.concatenate(parts)


def sliding(model: nn.Module, ids: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """In windows that begin half a window apart; each judges its second half, (N,)."""
    half, N = window // 2, len(ids) - 1
    starts = np.arange(0, N - window + 1, half)
    nats = by_rows(model, ids, starts, window)
    return np.concatenate([nats[0, :half], nats[:, half:].ravel()])


def pieces(model: nn.Module, ids: np.ndarray, length: int) -> np.ndarray:
    """Cut into pieces that each begin from nothing, (pieces, length)."""
    return by_rows(model, ids, np.arange(0, len(ids) - 1, length), length)


def by_rows(model: nn.Module, ids: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    rows = ids[starts[:, None] + np.arange(length + 1)]
    size = max(1, 8192 // length)
    parts = [losses_of(model, rows[i : i + size])[0] for i in range(0, len(rows), size)]
    return np.concatenate(parts)
