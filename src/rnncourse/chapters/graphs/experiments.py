"""The recorded experiment on what spreads: graph, memory, or both, in three worlds.

Every model has the same grid of rates in every world, and all runs of the grid are recorded. The
rate of a model in a world is the one with the least mean validation error over the five seeds;
what the book compares is the error of these runs on other sequences.
"""

from rnncourse.chapters.graphs.spreading_models import SpreadRun
from rnncourse.experiments.definitions import Experiment, seeded

RATES = (0.003, 0.01, 0.03, 0.1)
COMPARED = {  # kinds of models by world
    "waves": ("graph", "memory", "both", "vector"),
    "heat": ("graph", "memory", "both"),
    "no edges": ("graph", "memory", "both"),
}

SPREADING = Experiment(
    name="graph-spreading",
    question="What spreads over a graph: is it foreseen by the graph, by memory, or by both?",
    runs=seeded(
        [
            {
                "setting": f"{world}, rate {rate:g}",
                "kind": kind,
                "world": world,
                "learning_rate": rate,
            }
            for world, kinds in COMPARED.items()
            for kind in kinds
            for rate in RATES
        ],
        run=SpreadRun,
    ),
)
