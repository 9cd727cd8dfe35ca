"""One choice at a time between the course's settings and the good ones: which one decides?"""

from rnncourse.chapters.palindromes.experiments import course, good
from rnncourse.experiments.definitions import Experiment, seeded

TASK = {"rnn": {"length": 20, "steps": 3000}, "lstm": {"length": 20, "steps": 1500}}
TORCH, RMSPROP = {"initialization": "torch"}, {"optimizer": "rmsprop", "learning_rate": 1e-3}


def changes(cell: str) -> dict[str, dict]:
    """Settings by name: the good ones with one choice taken away, the course's with one added."""
    from_good = {
        "good": {},
        "good, torch start": TORCH,
        "good, xavier start": {"initialization": "xavier"},
        "good, rmsprop": RMSPROP,
        "good, digit": {"coding": "digit"},
    }
    from_course = {"course": {}}
    if cell == "lstm":  # an RNN's two other steps are the same runs: it has no forget bias
        from_good["good, forget bias 1"] = {"forget_bias": 1.0}
        from_good["good, forget bias 0"] = {"forget_bias": 0.0}
        from_good["good, chrono"] = {"initialization": "chrono", "forget_bias": None}
        from_course["course, orthogonal"] = {"initialization": "orthogonal"}
        from_course["course, adam"] = {"optimizer": "adam", "learning_rate": 3e-3}
        from_course["course, forget bias 3"] = {"forget_bias": 3.0}
    made = {name: good(cell, TASK[cell]["length"]) | change for name, change in from_good.items()}
    made |= {
        name: course(cell, TASK[cell]["length"]) | change for name, change in from_course.items()
    }
    return {name: setting | {"setting": name} | TASK[cell] for name, setting in made.items()}


EXPERIMENT = Experiment(
    name="palindrome-ablation",
    question="Which choice makes the difference: start, forget bias, optimizer or input coding?",
    runs=seeded([*changes("rnn").values(), *changes("lstm").values()]),
)
