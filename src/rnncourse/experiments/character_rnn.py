"""The character RNN of KTH's fourth assignment on the fairy tales of the brothers Grimm."""

from rnncourse.experiments.character_run import CharacterRun
from rnncourse.experiments.definitions import SEEDS, Experiment

RUNS = tuple(
    CharacterRun(setting="kth", corpus="grimm", iterations=100_000, seed=seed) for seed in SEEDS
)
LONG = CharacterRun(setting="kth-long", corpus="grimm", iterations=500_000, seed=0)

EXPERIMENT = Experiment(
    name="character-rnn",
    question="What do 100 tanh units learn to write?",
    runs=(*RUNS, LONG),
)
