"""Recorded experiments on the T-maze: which memory, which bonus, which baseline, and the RNN.

The recipe of ``t-maze`` is the standard. The other experiments take the corridor of 20 and change
it; what they are held against are the standard runs of ``t-maze``.

What was tried before this recipe, each with all five seeds: a bonus that stays at 0.01 left one
LSTM of five at 20 with a greedy turn for one cue only; with 600 updates at 40, four LSTMs of five,
four GRUs and one RNN solved it. Both changes were made for all cells alike.
"""

from rnncourse.chapters.acting.policy import MEMORYLESS, SWITCHES, MazeRun
from rnncourse.experiments.definitions import Experiment, seeded

CELLS = ("lstm", "gru", "rnn", MEMORYLESS)
CORRIDORS = (5, 10, 20, 40)
STEPS = {5: 600, 10: 600, 20: 600, 40: 1000}  # updates by corridor, the same for all cells
STANDARD, CORRIDOR = "standard", 20

T_MAZE = Experiment(
    name="t-maze",
    question="Which policy learns to keep the cue of a T-maze, and down to which corridor?",
    runs=seeded(
        [
            {"cell": cell, "length": length, "steps": STEPS[length]}
            for length in CORRIDORS
            for cell in CELLS
        ],
        run=MazeRun,
        setting=STANDARD,
    ),
)


def changed(cell: str, changes: dict[str, dict]) -> tuple[MazeRun, ...]:
    """The standard runs of a cell in the corridor of 20, changed; by setting."""
    settings = [{"setting": setting} | choices for setting, choices in changes.items()]
    return seeded(settings, run=MazeRun, cell=cell, length=CORRIDOR)


VALUE = Experiment(
    name="t-maze-value",
    question="What does the value do: lower the variance, or teach the cell to remember?",
    runs=changed(
        "lstm",
        {
            "value loss, batch mean": {"value": "shared", "baseline": "batch"},
            "value detached": {"value": "detached", "baseline": "value"},
            "critic apart": {"value": "critic", "baseline": "value"},
            "no value, batch mean": {"value": "none", "baseline": "batch"},
            "no value, no baseline": {"value": "none", "baseline": "none"},
        },
    ),
)

RNN = Experiment(
    name="t-maze-rnn",
    question="Why does an RNN lose what it found, and what keeps it?",
    runs=changed(
        "rnn",
        {
            "clip 0.1": {"clip_norm": 0.1},
            "rate 2e-3": {"learning_rate": 2e-3},
            "1200 updates": {"steps": 1200},
            "clip 0.1, rate 2e-3": {"clip_norm": 0.1, "learning_rate": 2e-3},
            "clip 0.1, 1200 updates": {"clip_norm": 0.1, "steps": 1200},
            "clip 0.1, identity": {"clip_norm": 0.1, "initialization": "identity"},
            "switches": {"initialization": SWITCHES},
            "clip 0.1, switches": {"clip_norm": 0.1, "initialization": SWITCHES},
        },
    ),
)

ENTROPY = Experiment(
    name="t-maze-entropy",
    question="How large may the entropy bonus be?",
    runs=changed("lstm", {f"bonus {b:g}": {"entropy": b} for b in (0.0, 0.1, 0.3)}),
)
