"""The character RNN of KTH's fourth assignment on the fairy tales of the brothers Grimm."""

from rnncourse.experiments.character_run import CharacterRun
from rnncourse.experiments.definitions import Experiment

EXPERIMENT = Experiment(
    name="character-rnn",
    question="What do 100 tanh units learn to write?",
    runs=(CharacterRun(setting="kth", corpus="grimm", iterations=200_000, seed=0),),
    seeds=1,
)
