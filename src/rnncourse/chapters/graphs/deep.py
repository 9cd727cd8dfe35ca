"""Networks of graph convolutions on the karate club: two layers or many, with cures for depth.

H_1 = relu(Â H_0 W_0)                                     H_0 = I: a member is known by its name
H_{l+1} = relu(Â H_l W_l)                                 plain
H_{l+1} = relu(Â H_l W_l) + H_l                           residual
H_{l+1} = relu(((1 − α) Â H_l + α H_1) W_l)               initial
scores = Â H_last W_last; jumping: H_last is all of H_1 … H_last side by side

Sources: Kipf and Welling (2017); Li et al. (2018); Xu et al. (2018); Chen et al. (2020).
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.chapters.graphs import karate
from rnncourse.chapters.graphs.smoothing import KEEP
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.training import clocks, provenance
from rnncourse.validate import require_at_least, require_choice, require_count, require_positive

CONNECTIONS = ("plain", "residual", "initial", "jumping")
METHODS = ("network", "no graph", "label propagation", "label spreading")
EACH = 2  # labeled nodes of either side


def glorot(rng: np.random.Generator, rows: int, columns: int) -> Tensor:
    """Uniform in ± √(6 / (rows + columns)), float64."""
    W = rng.uniform(-1.0, 1.0, (rows, columns)) * np.sqrt(6.0 / (rows + columns))
    return torch.tensor(W, requires_grad=True)


def weights(run: "KarateRun", members: int, rng: np.random.Generator) -> list[Tensor]:
    """W_0 … W_last."""
    n, hidden = run.units, run.layers - 1
    last = n * hidden if run.connection == "jumping" else n
    sizes = [(members, n), *[(n, n)] * (hidden - 1), (last, 2)]
    return [glorot(rng, *size) for size in sizes]


def scores(Ws: list[Tensor], A_hat: Tensor, connection: str) -> Tensor:
    """(N, 2); the features are the identity, so Â H_0 W_0 = Â W_0."""
    first = H = torch.relu(A_hat @ Ws[0])
    all_of_them = [H]
    for W in Ws[1:-1]:
        mixed = A_hat @ H
        if connection == "initial":
            mixed = (1.0 - KEEP) * mixed + KEEP * first
        H = torch.relu(mixed @ W) + (H if connection == "residual" else 0.0)
        all_of_them.append(H)
    last = torch.cat(all_of_them, dim=1) if connection == "jumping" else H
    return A_hat @ last @ Ws[-1]


@dataclass(frozen=True)
class KarateRun:
    """Sides told from four members, ``draws`` times, each with other members and other weights.

    setting     what the book calls this choice of all the others
    method      "network"; "no graph", the same with Â = I; or one without weights
    layers      graph convolutions, at least 2
    connection  "plain", "residual", "initial" or "jumping"
    """

    setting: str
    seed: int
    method: str = "network"
    layers: int = 2
    connection: str = "plain"
    units: int = 16
    steps: int = 200
    learning_rate: float = 0.01
    draws: int = 1
    task: str = "karate club"

    def __post_init__(self):
        require_choice("method", self.method, METHODS)
        require_choice("connection", self.connection, CONNECTIONS)
        require_at_least("layers", self.layers, 2)
        for name in ("units", "steps", "draws"):
            require_count(name, getattr(self, name))
        require_positive("learning_rate", self.learning_rate)

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, f"layers{self.layers}", f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        choices = asdict(self)
        return {name: choices[name] for name in choices if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return float(self.draws * self.layers * self.steps)

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """All draws: the curve holds the accuracy and the last loss of each.

        ``step`` counts the updates of all draws so far. The accuracy is that of the 30 members
        without a label. A run is too short to be resumed, so ``checkpoint`` is not written.
        """
        started = clocks()
        curve: dict[str, list] = {"step": [], "accuracy": [], "loss": []}
        for draw in range(self.draws):
            found, loss = self._draw(np.random.default_rng([self.seed, draw]))
            values = ((draw + 1) * self.steps, round(found, 4), round(loss, 4))
            for name, value in zip(curve, values, strict=True):
                curve[name].append(value)
            if on_step is not None:
                on_step(curve["step"][-1])
        means = {name: round(float(np.mean(curve[name])), 4) for name in ("accuracy", "loss")}
        spent = {name: round(now - started[name], 4) for name, now in clocks().items()}
        summary = means | {"steps": curve["step"][-1]}
        return Record(self.id, self.config, self.seed, curve, summary, provenance() | spent)

    def _draw(self, rng: np.random.Generator) -> tuple[float, float]:
        """Accuracy and loss with other labels; the loss of what does not learn is 0."""
        A, y = karate.club()
        mask = karate.draw_labeled(y, EACH, rng=rng)
        if self.method == "label propagation":
            return karate.accuracy(karate.propagate_labels(A, y, mask), y, mask), 0.0
        if self.method == "label spreading":
            return karate.accuracy(karate.spread_labels(A, y, mask), y, mask), 0.0
        found, loss = self._train(A, torch.from_numpy(y), torch.from_numpy(mask), rng)
        return karate.accuracy(found, y, mask), loss

    def _train(self, A, y, mask, rng) -> tuple[np.ndarray, float]:
        """The scores (N, 2) after all updates, and the loss of the labeled members then."""
        graph = A if self.method == "network" else np.zeros_like(A)
        A_hat = torch.from_numpy(normalized_adjacency(graph))
        Ws = weights(self, len(A), rng)
        optimizer = torch.optim.Adam(Ws, lr=self.learning_rate)
        for _ in range(self.steps):
            loss = cross_entropy(scores(Ws, A_hat, self.connection)[mask], y[mask])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            found = scores(Ws, A_hat, self.connection)
            return found.numpy(), cross_entropy(found[mask], y[mask]).item()
