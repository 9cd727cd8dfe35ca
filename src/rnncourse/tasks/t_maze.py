"""A T-maze: a cue in the first step says which way to turn at the end of a corridor."""

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.spaces import Box, Discrete
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from rnncourse.validate import require_choice, require_count

OBSERVATIONS = ("cue left", "cue right", "corridor", "junction")
ACTIONS = ("forward", "left", "right")
CUE_LEFT, CUE_RIGHT, CORRIDOR, JUNCTION = range(4)
FORWARD, LEFT, RIGHT = range(3)
SIDES = ("left", "right")
REWARD, PRICE = 1.0, 0.01  # of the turn, of every other step
ROWS = np.eye(len(OBSERVATIONS), dtype=np.float32)


def TMaze(corridor: int, *, vector: int = 1, longest: int | None = None):
    """Walk down a corridor and turn to the side that the cue showed at the start.

    The cue is seen in the first step only. ``corridor`` moves forward lead to the junction; there
    a turn ends the episode, +1 to the side of the cue and −1 to the other. Every other step costs
    0.01 and leaves the walker where it is, but for a move forward in the corridor. After
    ``longest`` steps the episode is cut off; None means 4 · corridor + 20.

    Observations are one-hot, float32: cue left, cue right, corridor, junction. Actions: 0 forward,
    1 left, 2 right. ``vector`` 1 gives a gymnasium.Env; more give that many mazes side by side, a
    gymnasium VectorEnv: a maze that ended starts anew in the step after, whose action it ignores.
    ``reset(options={"cue": …})`` sets the side, 0 left or 1 right, or one for each maze.

    >>> env = TMaze(2)
    >>> cue, _ = env.reset(seed=0)
    >>> OBSERVATIONS[cue.argmax()]
    'cue right'
    >>> for action in (FORWARD, FORWARD, RIGHT):
    ...     seen, reward, terminated, truncated, _ = env.step(action)
    >>> OBSERVATIONS[seen.argmax()], reward, terminated, truncated
    ('junction', 1.0, True, False)

    Raises: ValueError if ``corridor`` or ``vector`` is below 1, or ``longest`` too short to turn;
    in ``step`` for anything but an action, or before ``reset``.
    Source: Bakker (2002), with a cost for each step.
    """
    require_count("vector", vector)
    return OneMaze(corridor, longest) if vector == 1 else ManyMazes(corridor, vector, longest)


class Walkers:
    """The rules, for B walkers at once; every array is (B,)."""

    def __init__(self, corridor: int, B: int, longest: int | None):
        require_count("corridor", corridor)
        longest = 4 * corridor + 20 if longest is None else longest
        require_count("longest", longest, minimum=corridor + 1)
        self.corridor, self.longest = corridor, longest
        self.side, self.position, self.steps = (np.zeros(B, dtype=np.int64) for _ in range(3))

    def start(self, rows, side) -> None:
        """Put these walkers before their cues, 0 left or 1 right."""
        self.side[rows], self.position[rows], self.steps[rows] = side, 0, 0

    def observe(self) -> np.ndarray:
        """What each sees, one-hot, (B, 4) float32."""
        place = np.where(self.position == self.corridor, JUNCTION, CORRIDOR)
        return ROWS[np.where(self.steps == 0, self.side, place)]

    def move(self, actions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One step of each: rewards, who turned at the junction, and whose time is over."""
        there = self.position == self.corridor
        turned = there & (actions != FORWARD)
        right = actions == self.side + LEFT
        rewards = np.where(turned, np.where(right, REWARD, -REWARD), -PRICE)
        self.position += ~there & (actions == FORWARD)
        self.steps += 1
        return rewards, turned, ~turned & (self.steps >= self.longest)


class OneMaze(gymnasium.Env):
    """One T-maze: see ``TMaze``."""

    def __init__(self, corridor: int, longest: int | None = None):
        self.observation_space = Box(0.0, 1.0, (len(OBSERVATIONS),), np.float32)
        self.action_space = Discrete(len(ACTIONS))
        self.walkers = Walkers(corridor, 1, longest)
        self.running = False
        choices = {"corridor": corridor, "longest": longest}
        self.spec = EnvSpec("TMaze-v0", entry_point=OneMaze, kwargs=choices)  # makes it anew

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self.walkers.start(slice(None), chosen_cue(options, self.np_random, 1))
        self.running = True
        return self.walkers.observe()[0], {}

    def step(self, action: int):
        require_choice("action", action, range(len(ACTIONS)))
        if not self.running:
            raise ValueError("the episode is over or has not begun: call reset() first")
        rewards, turned, late = self.walkers.move(np.array([action]))
        self.running = not (turned[0] or late[0])
        return self.walkers.observe()[0], float(rewards[0]), bool(turned[0]), bool(late[0]), {}


class ManyMazes(VectorEnv):
    """Many T-mazes, stepped together: see ``TMaze``."""

    def __init__(self, corridor: int, num_envs: int, longest: int | None = None):
        self.metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}
        self.num_envs = num_envs
        self.single_observation_space = Box(0.0, 1.0, (len(OBSERVATIONS),), np.float32)
        self.single_action_space = Discrete(len(ACTIONS))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.walkers = Walkers(corridor, num_envs, longest)
        self.ended = None  # (B,), before the first reset nothing

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self.walkers.start(slice(None), chosen_cue(options, self.np_random, self.num_envs))
        self.ended = np.zeros(self.num_envs, dtype=bool)
        return self.walkers.observe(), {}

    def step(self, actions: np.ndarray):
        self._require_step(actions)
        again = self.ended
        rewards, turned, late = self.walkers.move(np.asarray(actions))
        self.ended = (turned | late) & ~again
        if again.any():
            self.walkers.start(again, self.np_random.integers(2, size=int(again.sum())))
            rewards, turned, late = np.where(again, 0.0, rewards), turned & ~again, late & ~again
        return self.walkers.observe(), rewards, turned, late, {}

    def _require_step(self, actions) -> None:
        if self.ended is None:
            raise ValueError("the episodes have not begun: call reset() first")
        if actions not in self.action_space:
            raise ValueError(
                f"actions must be {self.num_envs} whole numbers in 0 … {len(ACTIONS) - 1}, "
                f"got {actions!r}"
            )


def chosen_cue(options: dict | None, rng: np.random.Generator, B: int) -> np.ndarray:
    """The sides of B mazes, (B,): those that ``options`` sets, or drawn ones."""
    unknown = set(options or {}) - {"cue"}
    if unknown:
        raise ValueError(f"options must hold nothing but cue, got {', '.join(sorted(unknown))}")
    if options is None or "cue" not in options:
        return rng.integers(len(SIDES), size=B)
    cue = np.asarray(options["cue"])
    if cue.shape not in ((), (B,)) or not np.isin(cue, (0, 1)).all():
        raise ValueError(f"cue must be 0 (left) or 1 (right), or {B} of them, got {cue.tolist()}")
    return np.broadcast_to(cue, (B,)).astype(np.int64)
