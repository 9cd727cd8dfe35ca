"""Recorded experiments on the karate club: what the graph is worth, and what depth does.

Four members have a label, two of either side. Nothing was tuned on the other 30: the recipe is the
first that brought the loss of the four near zero with two layers, and all networks have it.
"""

from rnncourse.chapters.graphs.deep import CONNECTIONS, METHODS, KarateRun
from rnncourse.experiments.definitions import Experiment, seeded

DEPTHS = (2, 4, 8, 16, 32)
DRAWS = 20  # of the labels, in each run

KARATE = Experiment(
    name="karate-club",
    question="How many of 30 members are put on the right side from four labels?",
    runs=seeded([{"setting": each, "method": each} for each in METHODS], KarateRun, draws=DRAWS),
)

DEPTH = Experiment(
    name="karate-depth",
    question="What do more layers do, and which connection keeps a deep network learning?",
    runs=seeded(
        [
            *(
                {"setting": each, "connection": each, "layers": layers}
                for each in CONNECTIONS
                for layers in DEPTHS
            ),
            *({"setting": "no graph", "method": "no graph", "layers": layers} for layers in DEPTHS),
        ],
        KarateRun,
    ),
)
