"""Phased LSTM against LSTM on sines sampled in three ways, with equal parameters and steps.

Both have 32 units. The LSTM reads the time since the sample before as a second input and has 4546
parameters; the phased LSTM gives the time to its clocks, whose tau and s are trained, and has
4514, of which r_on's 32 stay as they are. The rate and the forget bias were chosen for each on a
seed of its own, asynchronous sampling; the same ones were better for both: 5e-3 instead of 1e-3,
bias 1 instead of 3.
"""

from rnncourse.experiments.definitions import Experiment, seeded

SAMPLINGS = ("standard", "oversampled", "asynchronous")
LENGTH = 32  # time units; an oversampled wave has 320 samples
READ = {"lstm": "wait", "phased": "clock"}
TRAINED = {
    "units": 32,
    "batch_size": 64,
    "learning_rate": 5e-3,
    "forget_bias": 1.0,
    "steps": 500,
}

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
