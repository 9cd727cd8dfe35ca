"""Phased LSTM against LSTM on sines sampled in three ways, with equal parameters and steps."""

from rnncourse.experiments.definitions import Experiment, seeded

SAMPLINGS = ("standard", "oversampled", "asynchronous")
LENGTH = 32  # time units; an oversampled wave has 320 samples
READ = {"lstm": "wait", "phased": "clock"}  # 4546 and 4514 parameters
TRAINED = {"units": 32, "batch_size": 64, "learning_rate": 3e-3, "steps": 1000}

EXPERIMENT = Experiment(
    name="waves",
    question="Which learns to tell periods, however the wave is sampled: LSTM or phased LSTM?",
    runs=seeded(
        [
            {"task": f"{sampling}-waves", "setting": "equal size", "cell": cell, "coding": coding}
            for sampling in SAMPLINGS
            for cell, coding in READ.items()
        ],
        length=LENGTH,
        **TRAINED,
    ),
)
