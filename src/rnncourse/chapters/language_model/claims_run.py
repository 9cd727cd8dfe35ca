"""Claims of chapter 12 on the recorded runs on two books, beside the figures of a report."""

from rnncourse.chapters.language_model.records import TITLES, books, lowest
from rnncourse.claims.registry import claim
from rnncourse.records import Record

SHORT = "recorded run; what it lacks to the bound"
SOURCE = "U18-3.1a"
REPORTED = 500_000 * 64 * 30  # characters that the report's networks read


def run(corpus: str, setting: str = "good") -> Record:
    """The one recorded run of a recipe on a book."""
    wanted = {"corpus": corpus, "setting": setting}
    [found] = [r for r in books() if wanted.items() <= r.config.items()]
    return found


@claim("lm-run-grimm-loss", tolerance=1e-12, how=SHORT, source=SOURCE)
def loss_on_grimm() -> float:
    """Over all of the text learned the loss on Grimm is at most the reported 1.020 nats."""
    return max(0.0, run("grimm").summary["text_loss"] - 1.02)


@claim("lm-run-grimm-accuracy", tolerance=1e-12, how=SHORT, source=SOURCE)
def accuracy_on_grimm() -> float:
    """Over all of the text learned the accuracy on Grimm is above 69.6 %."""
    return max(0.0, 0.696 - run("grimm").summary["text_accuracy"])


@claim("lm-run-anna-accuracy", tolerance=1e-12, how=SHORT, source=SOURCE)
def accuracy_on_anna() -> float:
    """Over all of the text learned the accuracy on Anna Karenina is above 65.0 %."""
    return max(0.0, 0.65 - run("anna-karenina-nl").summary["text_accuracy"])


@claim("lm-run-fewer", states=25, tolerance=1e-9, how="recorded runs", source=SOURCE)
def fewer_characters() -> float:
    """How many times as many characters the report's networks have read as any of ours."""
    return REPORTED / max(record.summary["characters"] for record in books())


@claim("lm-run-rise", states=0.28, tolerance=0.005, how="recorded run", source=SOURCE)
def rise_on_grimm() -> float:
    """Nats by which the held-out loss on Grimm rises after its lowest point, at most a tenth of
    the way along, while the loss of the text learned goes on falling."""
    record = run("grimm")
    low, curve = lowest(record), record.curve
    learned = curve["text_loss"][curve["characters"].index(low.characters)]
    early = low.characters <= 0.1 * record.summary["characters"]
    return low.rise if early and curve["text_loss"][-1] < learned else float("inf")


@claim("lm-run-turned", tolerance=0.5, how="recorded runs; books where not so", source=SOURCE)
def better_is_worse() -> float:
    """Of the two recipes, the one with the lower loss on the text learned has the higher loss on
    the held-out text, for both books."""
    pairs = [(run(corpus).summary, run(corpus, "course").summary) for corpus in TITLES]
    apart = [
        [a[f"{part}_loss"] - b[f"{part}_loss"] for part in ("text", "held_out")] for a, b in pairs
    ]
    return float(sum(learned * held_out >= 0 for learned, held_out in apart))
