"""Claims: what a loss in bits means, a best batch does not, and the runs show."""

from functools import cache
from itertools import product
from statistics import median

import numpy as np

from rnncourse.chapters.language_model.cases import (
    all_texts,
    counted_loss,
    expected_best,
    random_source,
    small_model,
    source_log_probability,
    step_log_probabilities,
)
from rnncourse.chapters.language_model.experiments import RATES, STEPS
from rnncourse.chapters.language_model.records import GUESS, TITLES, books, chosen, lowest, values
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.records import Record
from rnncourse.text import tales, tales_conditional_log_probabilities, tales_entropy
from rnncourse.text.corpora import BOOKS
from rnncourse.training import read

REPORTED = 500_000 * 64 * 30  # characters that the report's networks read
ENUMERATED = "every text of a small source"
TRAINING = "U18-3.1a"


@claim("lm-chain", shows="eq-lm-chain", tolerance=1e-12, how="all 81 texts", source=TRAINING)
def chain_rule() -> float:
    """The products of a network's conditional probabilities are probabilities of texts: over
    every text of four further characters they add up to 1."""
    texts = np.pad(all_texts(3, 4), ((0, 0), (1, 0)))
    logs = step_log_probabilities(small_model(K=3), texts)
    return abs(np.exp(logs.sum(axis=1)).sum() - 1.0)


@claim(
    "lm-teacher",
    shows="eq-lm-loss",
    tolerance=1e-12,
    how="a run for each beginning",
    absolute="nats",
)
def one_pass_is_every_prefix() -> float:
    """One pass over the text gives the conditional probabilities that reading each of its
    beginnings anew gives, and the loss is minus the mean of their logarithms."""
    model, ids = small_model(), np.random.default_rng(0).integers(0, 5, (1, 13))
    at_once = step_log_probabilities(model, ids)[0]
    anew = [step_log_probabilities(model, ids[:, : t + 1])[0, -1] for t in range(1, 13)]
    loss = read(model, ids[0]).loss
    return float(largest_of(np.abs(at_once - anew).max(), abs(loss + np.mean(anew))))


@claim("lm-units", shows="eq-lm-units", tolerance=1e-13, how="the geometric mean of 1/yhat")
def units() -> float:
    """Perplexity is e to the nats, 2 to the bits, and the geometric mean of 1/yhat."""
    yhat = np.random.default_rng(0).uniform(0.01, 1.0, 50)
    nats = -np.log(yhat).mean()
    geometric = np.prod(1.0 / yhat) ** (1.0 / 50)
    return largest_of(
        abs(np.exp(nats) / geometric - 1), abs(2 ** (nats / np.log(2)) / geometric - 1)
    )


@claim(
    "lm-letters",
    shows="eq-lm-letters",
    tolerance=1e-12,
    how="20 other constant models",
    absolute="nats",
)
def letter_frequencies() -> float:
    """A model that says the same probabilities at every step costs the entropy of the letters'
    frequencies and its divergence from them."""
    text = np.array(list(tales(np.random.default_rng(0), 5000)))
    letters, places = np.unique(text, return_inverse=True)
    r = np.bincount(places) / len(text)
    errors = []
    for seed in range(20):
        q = np.random.default_rng(seed).dirichlet(np.ones(len(letters)))
        cost = -np.log(q[places]).mean()
        errors.append(cost - (-(r * np.log(r)).sum() + (r * np.log(r / q)).sum()))
    own = -np.log(r[places]).mean() + (r * np.log(r)).sum()
    return float(np.abs([own, *errors]).max())


@claim("lm-letters-tales", states=4.38, how="200,000 characters")
def letters_of_tales() -> float:
    """The entropy of the letters' frequencies in tales, in bits."""
    _, counts = np.unique(list(tales(np.random.default_rng(0), 200_000)), return_counts=True)
    r = counts / counts.sum()
    return float(-(r * np.log2(r)).sum())


@claim("lm-entropy", states=0.2086, how="exact, from the grammar")
def entropy_of_tales() -> float:
    """The entropy rate of the tales, in bits a character."""
    return tales_entropy()


@cache
def fresh_tales() -> tuple[str, float]:
    """A fresh text, and what its characters after the 20th cost the source itself, in bits."""
    text = tales(np.random.default_rng(11), 40_000)
    return text, float(-tales_conditional_log_probabilities(text)[20:].mean() / np.log(2))


@claim("lm-entropy-sample", tolerance=0.02, how="the exact probability of 40,000 characters")
def entropy_by_a_sample() -> float:
    """The source's own loss on a fresh text is near the entropy rate: relative difference."""
    return fresh_tales()[1] / tales_entropy() - 1.0


@claim("lm-excess", shows="eq-lm-kl", tolerance=1e-12, how=ENUMERATED, absolute="nats")
def excess_adds_up() -> float:
    """A model's expected loss exceeds the source's by the expected divergence of each step."""
    rng = np.random.default_rng(0)
    p, q, texts = random_source(rng), random_source(rng), all_texts(3, 6)
    log_p, log_q = (source_log_probability(rows, texts) for rows in (p, q))
    excess = np.exp(log_p) @ (log_p - log_q)
    divergence = (p * np.log(p / q)).sum(axis=1)  # of a step, by the character before
    visits, row = np.zeros(3), np.full(3, 1 / 3)
    for _ in range(5):
        visits, row = visits + row, row @ p
    return abs(excess - visits @ divergence) if excess > 0 else np.inf


@claim("lm-leak", shows="eq-lm-leak", tolerance=1e-9, how=f"{ENUMERATED}, 200 models")
def beating_the_source() -> float:
    """That a model beats the source by m nats has at most the probability exp(−m); reached."""
    texts, worst = all_texts(3, 5), 0.0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        log_p, log_q = (source_log_probability(random_source(rng), texts) for _ in range(2))
        worst = largest_of(worst, largest_share(log_p, log_q))
    best = np.full(len(texts), -np.inf)  # all on one text: nothing beats the source there by more
    best[0] = 0.0
    reached = largest_share(log_p, best)
    return (
        largest_of(0.0, worst - 1.0, reached - 1.0) if reached > 0.999 and worst > 0.5 else np.inf
    )


def largest_share(log_p: np.ndarray, log_q: np.ndarray) -> float:
    """The largest P(log q − log p ≥ m) exp(m) over all m > 0 that occur; 0 where none does."""
    ahead = log_q - log_p
    gains = ahead[ahead > 0]
    return largest_of(
        (np.exp(log_p[ahead >= m - 1e-12]).sum() * np.exp(m) for m in gains), default=0.0
    )


@claim("lm-leak-own", states=-0.092, how="counts after 20 characters")
def counts_on_their_own_text() -> float:
    """A model of counts on the text that it has counted: bits above the source's own loss."""
    text, best = fresh_tales()
    return counted_loss(text, text, 20) - best


@claim("lm-leak-fresh", states=2.416, how="counts after 20 characters")
def counts_on_fresh_tales() -> float:
    """The same model on another text: bits above the source's own loss."""
    text, best = fresh_tales()
    return counted_loss(tales(np.random.default_rng(12), 40_000), text, 20) - best


@claim(
    "lm-best",
    shows="eq-lm-best",
    tolerance=1e-12,
    how="all outcomes of 4 batches of 3",
    absolute="shares",
)
def best_of_some() -> float:
    """The expected best batch, from the distribution of one, is that of all outcomes."""
    right = np.array([0.4**k * 0.6 ** (3 - k) * (1, 3, 3, 1)[k] for k in range(4)])
    outcomes = product(range(4), repeat=4)
    exact = sum(largest_of(each) / 3 * np.prod(right[list(each)]) for each in outcomes)
    return abs(expected_best(4, 0.4, 3) - exact)


@claim("lm-best-60", states=0.6524, how="binomial distribution", source="W29")
def best_batch_of_a_steady_model() -> float:
    """A model that is always right 0.6 of the time: the best of 500,000 batches of 64 × 30."""
    return expected_best(500_000, 0.6, 64 * 30)


# Arithmetic


def passes(book: str) -> float:
    """Of our recorded runs, over the nine tenths of a book that they learn from."""
    return STEPS * 64 * 30 / (0.9 * BOOKS[book].characters)


REPORTS = {
    "lm-report-bits: 1.020 nats a character, in bits.": Row(lambda: 1.020 / np.log(2), 1.4715),
    "lm-report-perplexity: 1.020 nats a character, as a perplexity.": Row(
        lambda: np.exp(1.020), 2.773
    ),
    "lm-report-grimm: 500,000 batches of 64 times 30 characters, in passes over a file of "
    "540,241.": Row(lambda: REPORTED / 540_241, 1777),
    "lm-report-anna: The same over a file of 1,314,252 characters.": Row(
        lambda: REPORTED / 1_314_252, 730
    ),
    "lm-report-rate: A learning rate of 0.002, times 0.95 every 10,000 updates, after "
    "500,000.": Row(lambda: 2e-3 * 0.95**50, 1.539e-4, source="R1-28"),
}
claim_rows(REPORTS, how="arithmetic on the report's number", source="R1-29")
COSTS = {
    "lm-uniform-tales: A uniform guess among the 46 characters of the tales, in bits.": Row(
        lambda: np.log2(46), 5.524
    ),
    "lm-exposure-cost: What 0.01 of impossible characters at each step cost, in nats a "
    "character.": Row(lambda: -np.log(0.99), 0.01005),
    "lm-exposure: The share of written texts of 100 characters with at least one impossible "
    "character.": Row(lambda: 1.0 - 0.99**100, 0.634),
    "lm-run-grimm: 20,000 batches of 64 times 30 characters, in passes over nine tenths of "
    "Grimm.": Row(lambda: passes("grimm"), 81.9, source=TRAINING),
    "lm-run-anna: The same over nine tenths of Anna Karenina.": Row(
        lambda: passes("anna-karenina-nl"), 33.0, source=TRAINING
    ),
}
claim_rows(COSTS, how="arithmetic")


# The recorded runs on two books, beside the figures of the report


def run(corpus: str, setting: str = "good") -> Record:
    """The one recorded run of a recipe on a book."""
    wanted = {"corpus": corpus, "setting": setting}
    [found] = [r for r in books() if wanted.items() <= r.config.items()]
    return found


def reached(corpus: str, key: str) -> float:
    """Over all of the text that was learned."""
    return run(corpus).summary[f"text_{key}"]


BOUNDS = {
    "lm-run-grimm-loss: Over all of the text learned the loss on Grimm is at most the reported "
    "1.020 nats.": Row(lambda: largest_of(0.0, reached("grimm", "loss") - 1.02), absolute="nats"),
    "lm-run-grimm-accuracy: Over all of the text learned the accuracy on Grimm is above 69.6 "
    "%.": Row(lambda: largest_of(0.0, 0.696 - reached("grimm", "accuracy")), absolute="shares"),
    "lm-run-anna-accuracy: Over all of the text learned the accuracy on Anna Karenina is above "
    "65.0 %.": Row(
        lambda: largest_of(0.0, 0.65 - reached("anna-karenina-nl", "accuracy")), absolute="shares"
    ),
}
claim_rows(BOUNDS, tolerance=1e-12, how="recorded run; what it lacks to the bound", source=TRAINING)


@claim("lm-run-fewer", states=25, tolerance=1e-9, how="recorded runs", source=TRAINING)
def fewer_characters() -> float:
    """How many times as many characters the report's networks have read as any of ours."""
    return REPORTED / largest_of(record.summary["characters"] for record in books())


@claim("lm-run-rise", states=0.28, how="recorded run", source=TRAINING)
def rise_on_grimm() -> float:
    """Nats by which the held-out loss on Grimm rises after its lowest point, at most a tenth of
    the way along, while the loss of the text learned goes on falling."""
    record = run("grimm")
    low, curve = lowest(record), record.curve
    learned = curve["text_loss"][curve["characters"].index(low.characters)]
    early = low.characters <= 0.1 * record.summary["characters"]
    return low.rise if early and curve["text_loss"][-1] < learned else float("inf")


@claim("lm-run-turned", tolerance=0.5, how="recorded runs; books where not so", source=TRAINING)
def better_is_worse() -> float:
    """Of the two recipes, the one with the lower loss on the text learned has the higher loss on
    the held-out text, for both books."""
    pairs = [(run(corpus).summary, run(corpus, "course").summary) for corpus in TITLES]
    apart = [
        [a[f"{part}_loss"] - b[f"{part}_loss"] for part in ("text", "held_out")] for a, b in pairs
    ]
    return float(sum(learned * held_out >= 0 for learned, held_out in apart))


# The recorded runs of three cells on tales


@claim("lm-cells-forget", states=15, tolerance=0.5, how="recorded runs, counted", source=TRAINING)
def networks_that_forget_the_hero() -> float:
    """Networks at the chosen rates to whom a hero's name costs no less than guessing, less 0.1."""
    costs = [cost for runs in chosen().values() for cost in values(runs, "above_name")]
    return float(sum(cost > GUESS - 0.1 for cost in costs))


@claim("lm-cells-lstm", states=0.245, how="recorded runs, and the exact entropy", source=TRAINING)
def what_fresh_tales_cost_an_lstm() -> float:
    """What a character of fresh tales costs the middle one of five LSTMs at their chosen rate."""
    return tales_entropy() + median(values(chosen()["lstm"], "above"))


@claim("lm-cells-edge", tolerance=0.5, how="recorded runs", source=TRAINING)
def chosen_rates_at_the_edge() -> float:
    """The largest rate tried is chosen for the GRU and the LSTM, a middle one for the RNN."""
    places = {"rnn": 1, "gru": -1, "lstm": -1}
    rates = {cell: runs[0].config["learning_rate"] for cell, runs in chosen().items()}
    return float(sum(rates[cell] != sorted(RATES[cell])[place] for cell, place in places.items()))
