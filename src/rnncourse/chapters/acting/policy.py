"""A recurrent policy that learns to walk the T-maze by policy gradient.

One update: ``episodes`` mazes are walked to their ends side by side, then the model reads the
episodes once more as sequences, and the gradient goes back through time.

    G_t = r_t + r_{t+1} + … + r_T                        the return to go
    A_t = G_t − V_t, over the live steps shifted to mean 0 and scaled to standard deviation 1
    loss = −mean(A_t log π_t(a_t)) + ½ mean((V_t − G_t)²) − entropy · mean(H(π_t))

The means are over all steps that were walked before an episode ended. V_t is the fourth score of
the model, beside those of the three actions. The weight of the entropy falls to zero with the
learning rate: what is left at the end is a policy whose most likely actions are good ones too.
Source: Williams (1992), REINFORCE with a baseline.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells import CELLS, INITIALIZATIONS, initialize_
from rnncourse.chapters.acting.episodes import ACTIONS, OBSERVATIONS, Episodes, returns_to_go
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel, run
from rnncourse.tasks import TMaze
from rnncourse.training.config import OPTIMIZERS
from rnncourse.training.run import TrainingRun
from rnncourse.validate import require_at_least, require_choice, require_count, require_positive

MEMORYLESS = "memoryless"  # an RNN whose W_hh is zero and stays so
SWITCHES, GAIN = "switches", 1.5  # an initialization: W_hh = 1.5 I
VALUES = ("shared", "detached", "critic", "none")
BASELINES = ("value", "batch", "none")
EVERY = 20  # updates between two points of the curve
WHOLE = ("step", "environment_steps")  # whole numbers of the curve
JUDGED = 1000  # fresh mazes at the end
SOLVED = 0.98  # share of right turns, by sampled and by greedy actions


def sample(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """Actions drawn from softmax(p), p (B, 3): the largest of p + Gumbel noise."""
    return lambda p: (p + rng.gumbel(size=p.shape)).argmax(axis=1)


def greedy(p: np.ndarray) -> np.ndarray:
    """The most likely actions."""
    return p.argmax(axis=1)


@torch.no_grad()
def walk(model: SequenceModel, mazes, act: Callable, cue=None) -> Episodes:
    """Walk each of these mazes to its end by the model's scores; ``cue`` sets the sides."""
    [cell] = model.cells
    rows, _ = mazes.reset(options=None if cue is None else {"cue": cue})
    live, state, steps = np.ones(len(rows), dtype=bool), cell.initial_state(len(rows)), []
    while live.any():
        h, state = cell.step(torch.from_numpy(rows).to(state.h), state)
        p = h @ model.W_ph.T + model.b_p
        seen, actions = rows.argmax(axis=1), act(p[:, :ACTIONS].numpy())
        rows, rewards, turned, late, _ = mazes.step(actions)
        steps.append((seen, actions, rewards * live, live))
        live = live & ~(turned | late)
    return Episodes(*(np.stack(values, axis=1) for values in zip(*steps, strict=True)))


def policy_loss(p: Tensor, actions: Tensor, advantage: Tensor, live: Tensor) -> Tensor:
    """−mean(A_t log π_t(a_t)) over the live steps; p (B, T, 3), the others (B, T)."""
    log_pi = p.log_softmax(dim=-1).gather(-1, actions[..., None])[..., 0]
    return -(advantage * log_pi)[live].mean()


def value_loss(V: Tensor, G: Tensor, live: Tensor) -> Tensor:
    """½ mean((V_t − G_t)²) over the live steps."""
    return 0.5 * ((V - G) ** 2)[live].mean()


def mean_entropy(p: Tensor, live: Tensor) -> Tensor:
    """The mean of H(π_t) = −Σ_a π_t(a) log π_t(a) over the live steps, in nats."""
    log_pi = p.log_softmax(dim=-1)
    return -(log_pi.exp() * log_pi).sum(dim=-1)[live].mean()


def advantages(G: Tensor, V: Tensor | None, baseline: str, live: Tensor) -> Tensor:
    """G_t less the baseline, at size 1 over the live steps; no gradient goes into it."""
    A = G - V.detach() if baseline == "value" else G
    if baseline == "none":
        return A / A[live].square().mean().sqrt()
    return (A - A[live].mean()) / (A[live].std() + 1e-8)


@dataclass(frozen=True)
class MazeRun:
    """A policy of ``units`` units that learns one corridor, and its training.

    setting    what the book calls this choice of all the others
    cell       a key of CELLS, or "memoryless"
    length     of the corridor
    value      where V_t comes from: "shared", a score of the policy's own model; "detached", the
               same, but its loss does not reach the cell; "critic", a second model; "none"
    baseline   what is subtracted from G_t: "value", V_t; "batch", the mean over all steps of all
               episodes; "none"
    entropy    weight of the entropy bonus at the start; it falls linearly to zero
    episodes   mazes an update
    steps      updates, over which the learning rate falls linearly to zero
    initialization  a key of INITIALIZATIONS, or "switches" for an RNN: W_hh = 1.5 I, so that each
               unit has two states that it keeps, h = tanh(1.5 h) at h = ± 0.86
    The others are TrainConfig's.
    """

    setting: str
    cell: str
    length: int
    seed: int
    value: str = "shared"
    baseline: str = "value"
    entropy: float = 0.01
    initialization: str = "orthogonal"
    optimizer: str = "adam"
    learning_rate: float = 5e-3
    clip_norm: float = 1.0
    steps: int = 600
    episodes: int = 128
    units: int = 32
    task: str = "t-maze"

    def __post_init__(self):
        require_choice("cell", self.cell, {*CELLS, MEMORYLESS})
        require_choice("value", self.value, VALUES)
        require_choice("baseline", self.baseline, BASELINES)
        require_choice("initialization", self.initialization, {*INITIALIZATIONS, SWITCHES})
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("length", "steps", "episodes", "units"):
            require_count(name, getattr(self, name))
        require_at_least("entropy", self.entropy, 0)
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))
        if self.baseline == "value" and self.value == "none":
            raise ValueError('baseline must not be "value" where there is none')

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, self.cell, f"length{self.length}", f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return self.steps * self.length * {"lstm": 2.0, "gru": 1.7}.get(self.cell, 1.0)

    def model(self) -> "Policy":
        """The policy before training; the seed draws its weights."""
        return Policy(self, np.random.default_rng([self.seed, 0]))

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """Train, and judge once at the end."""
        training = MazeTraining(self)
        training.go(checkpoint, on_step)
        return training.record(self.seed)


class Policy(SequenceModel):
    """A sequence model with scores for three actions and for the value, in this order.

    Beside it the critic, where the value is a model of its own.
    """

    def __init__(self, choices: MazeRun, rng: np.random.Generator):
        memoryless = choices.cell == MEMORYLESS
        cell = "rnn" if memoryless else choices.cell
        super().__init__(cell, OBSERVATIONS, choices.units, ACTIONS + 1, rng=rng)
        self.value, self.critic = choices.value, None
        if choices.initialization == SWITCHES:
            with torch.no_grad():
                self.cells[0].W_hh.copy_(GAIN * torch.eye(choices.units))
        elif choices.initialization != "orthogonal":
            initialize_(self, choices.initialization, rng=rng)
        if choices.value == "critic":
            self.critic = SequenceModel(cell, OBSERVATIONS, choices.units, 1, rng=rng)
        if memoryless:
            for each in (self, self.critic):
                if each is not None:
                    each.cells[0].W_hh.requires_grad_(False).zero_()

    def judge(self, seen: Tensor) -> tuple[Tensor, Tensor | None]:
        """The scores of the actions p (B, T, 3) and V (B, T) of whole episodes, seen (B, T)."""
        h, _ = run(self.cells[0], seen)
        p = h @ self.W_ph[:ACTIONS].T + self.b_p[:ACTIONS]
        if self.value == "critic":
            return p, self.critic(seen)[0][..., 0]
        if self.value == "none":
            return p, None
        read = h.detach() if self.value == "detached" else h
        return p, read @ self.W_ph[ACTIONS] + self.b_p[ACTIONS]


class MazeTraining(TrainingRun):
    """The updates of a run, and what they gave."""

    measures = ("environment_steps", "right", "return", "entropy", "gradient_norm")

    def __init__(self, choices: MazeRun):
        super().__init__(choices.id, choices.model(), choices)
        self.mazes = TMaze(choices.length, vector=choices.episodes)
        self.mazes.reset(seed=choices.seed)
        self.rng = np.random.default_rng([choices.seed, 1])
        self.walked, self.window = 0, []
        if choices.cell == "rnn":
            self.curve["radius"] = []

    @property
    def finished(self) -> bool:
        return self.step >= self.config.steps

    @property
    def left(self) -> float:
        """The share of the updates that are left, 1 … 0."""
        return 1 - self.step / self.config.steps

    @property
    def bonus(self) -> float:
        """The weight of the entropy now."""
        return self.left * self.config.entropy

    def update(self) -> float:
        """Walk, read the episodes, and go down the gradient; returns the loss."""
        walked = walk(self.model, self.mazes, sample(self.rng))
        loss, entropy = self.loss(walked)
        value = self.descend(loss, self.config.learning_rate * self.left)
        self.walked += int(walked.live.sum())
        mean_return = walked.rewards.sum(axis=1).mean()
        self.window.append((walked.right.mean(), mean_return, entropy, self.gradient_norm))
        return value

    def loss(self, walked: Episodes) -> tuple[Tensor, float]:
        """The loss of these episodes, and the mean entropy of their actions."""
        seen, actions, live = map(torch.from_numpy, (walked.seen, walked.actions, walked.live))
        G = torch.from_numpy(returns_to_go(walked.rewards).astype(np.float32))
        p, V = self.model.judge(seen)
        A = advantages(G, V, self.config.baseline, live)
        H = mean_entropy(p, live)
        loss = policy_loss(p, actions, A, live) - self.bonus * H
        return loss if V is None else loss + value_loss(V, G, live), H.item()

    def evaluate_if_due(self) -> bool:
        """A point of the curve: means over the updates since the last one."""
        if self.step % EVERY and not self.finished:
            return False
        means = np.mean(self.window, axis=0)
        point = dict(zip(self.measures, (self.walked, *means), strict=True))
        point |= {"step": self.step, "loss": np.mean(self.losses)}
        if "radius" in self.curve:
            W_hh = self.model.cells[0].W_hh.detach().numpy()
            point["radius"] = np.abs(np.linalg.eigvals(W_hh)).max()
        for name, values in self.curve.items():
            values.append(point[name] if name in WHOLE else round(float(point[name]), 4))
        self.losses, self.window = [], []
        return True

    def progress(self, loss: float, evaluated: bool) -> int:
        return self.step

    def metadata(self) -> dict:
        """Where the streams of chance stand; a checkpoint is written after a point of the curve."""
        states = [rng.bit_generator.state for rng in (self.rng, self.mazes.np_random)]
        return {"generators": states, "walked": self.walked}

    def resume(self, metadata: dict, state: dict) -> None:
        self.walked = metadata["walked"]
        for rng, saved in zip(
            (self.rng, self.mazes.np_random), metadata["generators"], strict=True
        ):
            rng.bit_generator.state = saved

    def summary(self) -> dict:
        """Judged once: by drawn actions in fresh mazes, and by greedy ones for both cues."""
        seed, length = self.config.seed, self.config.length
        mazes = TMaze(length, vector=JUDGED)
        mazes.reset(seed=seed + 1_000_000)
        drawn = walk(self.model, mazes, sample(np.random.default_rng([seed, 2])))
        sure = walk(self.model, TMaze(length, vector=2), greedy, cue=[0, 1])
        right = {"accuracy": float(drawn.right.mean()), "greedy": float(sure.right.mean())}
        return right | {
            "solved": min(right.values()) >= SOLVED,
            "return": round(float(drawn.rewards.sum(axis=1).mean()), 4),
            "steps": self.step,
            "environment_steps": self.walked,
        }
