"""Four models of what spreads: the graph alone, the memory alone, both, and one memory for all.

    layer    H' = relu(H W_self + Â H W_near + b)      every node hears its neighbors' mean
    graph    3 layers read the last frame; y_i = w · h_i + b
    memory   a GRU reads every node's own heights, one node at a time; y_i = w · h_i + b
    both     3 layers read each frame, the GRU reads what they give, node by node
    vector   a GRU reads each frame as one vector of 16 numbers and answers with 16

The first three share their weights among the nodes. All four have equally many parameters,
within 2 %.
"""

from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.cells import GRUCell
from rnncourse.chapters.graphs.spreading import AHEAD, LENGTH, NODES, WORLDS, graph, spreading
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.sequence import run
from rnncourse.training.config import OPTIMIZERS
from rnncourse.training.fixed import FixedRun
from rnncourse.validate import require_choice, require_count, require_positive

LAYERS = 3  # as many as steps to the answer
SIZES = {"graph": (16, 0), "memory": (0, 18), "both": (11, 9), "vector": (0, 11)}
KINDS = tuple(SIZES)  # features m of a layer and units n of the GRU, by kind
VALIDATED, JUDGED = 2000, 4000  # fresh sequences: to choose a rate, and to judge


class GraphLayer(nn.Module):
    """H (N, R, F) to relu(H W_self + Â H W_near + b), (N, R, m), in R frames at once.

    The nodes come first, so that Â meets all frames in one product.
    """

    def __init__(self, A_hat: Tensor, F: int, m: int, rng: np.random.Generator):
        super().__init__()
        self.register_buffer("A_hat", A_hat, persistent=False)
        self.W_self, self.W_near = (
            nn.Parameter(torch.from_numpy(rng.normal(0.0, np.sqrt(1.0 / F), (F, m))).float())
            for _ in range(2)
        )
        self.b = nn.Parameter(torch.zeros(m))

    def forward(self, H: Tensor) -> Tensor:
        near = (self.A_hat @ H.reshape(len(H), -1)).view(H.shape)  # Â H
        return torch.relu(H @ self.W_self + near @ self.W_near + self.b)


class SpreadModel(nn.Module):
    """Reads frames x (B, T, 16) and answers with heights (B, 16); ``kind`` is one of KINDS."""

    def __init__(self, kind: str, *, rng: np.random.Generator, A: np.ndarray | None = None):
        require_choice("kind", kind, KINDS)
        super().__init__()
        self.kind, (m, n) = kind, SIZES[kind]
        A_hat = torch.from_numpy(normalized_adjacency(graph() if A is None else A)).float()
        sizes = (1, *[m] * LAYERS) if m else (1,)
        self.layers = nn.Sequential(*[GraphLayer(A_hat, F, m, rng) for F, m in pairwise(sizes)])
        read = NODES if kind == "vector" else sizes[-1]
        self.cell = GRUCell(read, n, rng=rng) if n else None
        width, answers = n or m, NODES if kind == "vector" else 1
        self.W = nn.Parameter(
            torch.from_numpy(rng.normal(0.0, np.sqrt(1.0 / width), (answers, width))).float()
        )
        self.b = nn.Parameter(torch.zeros(answers))

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "vector":
            return self.remember(x) @ self.W.T + self.b
        seen = x if self.cell is not None else x[:, -1:]
        B, T, N = seen.shape
        H = self.layers(seen.permute(2, 0, 1).reshape(N, B * T, 1))  # (N, BT, m)
        if self.cell is not None:
            H = self.remember(H.reshape(N * B, T, -1))
        return (H @ self.W.T + self.b).view(N, B).T

    def remember(self, x: Tensor) -> Tensor:
        """The state after the last input, (B, T, d) to (B, n)."""
        return run(self.cell, x)[0][:, -1]


@dataclass(frozen=True)
class SpreadRun:
    """A model that learns one world at one rate, and its training.

    setting        world and rate in words
    kind           one of KINDS
    world          a key of WORLDS
    learning_rate  of Adam at the first update; it falls linearly to zero
    steps          updates, each on ``batch_size`` fresh sequences
    """

    setting: str
    kind: str
    world: str
    learning_rate: float
    seed: int
    steps: int = 300
    batch_size: int = 16
    length: int = LENGTH
    ahead: int = AHEAD
    optimizer: str = "adam"
    clip_norm: float = 1.0
    task: str = "spreading"

    def __post_init__(self):
        require_choice("kind", self.kind, KINDS)
        require_choice("world", self.world, WORLDS)
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("steps", "batch_size", "length", "ahead"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.kind, self.setting, f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return self.steps * {"graph": 0.3, "vector": 0.4, "memory": 1.0, "both": 1.7}[self.kind]

    def model(self) -> SpreadModel:
        """The model before training; the seed draws its weights."""
        return SpreadModel(self.kind, rng=np.random.default_rng([self.seed, 0]))

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """Train, and judge once at the end."""
        training = SpreadTraining(self)
        training.go(checkpoint, on_step)
        return training.record(self.seed)


class SpreadTraining(FixedRun):
    """The updates of a run, and what they gave."""

    every = 50

    def __init__(self, choices: SpreadRun):
        super().__init__(choices.id, choices.model(), choices)
        self.rng = np.random.default_rng([choices.seed, 1])

    def update(self) -> float:
        """Draw, answer, and go down the gradient of the mean squared error."""
        loss = self.error(self.rng, self.config.batch_size)
        return self.descend(loss, self.config.learning_rate * (1 - self.step / self.config.steps))

    def error(self, rng: np.random.Generator, size: int) -> Tensor:
        """The mean squared error on fresh sequences; the heights have variance 1."""
        choices = self.config
        x, y = spreading(rng, size, choices.length, choices.world, choices.ahead)
        return (self.model(torch.from_numpy(x)) - torch.from_numpy(y)).square().mean()

    @torch.no_grad()
    def summary(self) -> dict:
        """The error on sequences that choose a rate, and on others that judge.

        Both are the same for all models of a world.
        """
        errors = {"validation": (VALIDATED, 2), "error": (JUDGED, 3)}
        measured = {
            name: round(float(self.error(np.random.default_rng([10**6, stream]), size)), 5)
            for name, (size, stream) in errors.items()
        }
        return measured | {"steps": self.step}
