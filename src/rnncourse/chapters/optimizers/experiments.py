"""Five optimizers at several learning rates, on one task and from two starts."""

from rnncourse.experiments.definitions import Experiment, seeded

RATES = {
    "sgd": (0.03, 0.1, 0.3, 1.0),
    "momentum": (0.003, 0.01, 0.03, 0.1),
    "adagrad": (0.003, 0.01, 0.03, 0.1),
    "rmsprop": (0.0001, 0.0003, 0.001, 0.003),
    "adam": (0.0003, 0.001, 0.003, 0.01),
}
STARTS = ("orthogonal", "torch")


def settings():
    """Every optimizer at each of its rates, from each start."""
    for start in STARTS:
        for optimizer, rates in RATES.items():
            for rate in rates:
                yield {
                    "setting": f"{start}, {optimizer} {rate:g}",
                    "initialization": start,
                    "optimizer": optimizer,
                    "learning_rate": rate,
                }


EXPERIMENT = Experiment(
    name="optimizers",
    question="What do momentum and adaptive step sizes change for a recurrent network?",
    runs=seeded(settings(), cell="rnn", length=10, steps=1000),
)
