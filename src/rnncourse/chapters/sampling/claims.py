"""Claims on temperature: what it does to one guess, to learning and to a whole text."""

from functools import partial

import numpy as np
import torch

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.sampling import cases
from rnncourse.chapters.sampling.exercises import entropy_slope
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.sampling import entropy, generate, probabilities
from rnncourse.text import Streams, Vocabulary
from rnncourse.training import TextConfig, text_model, train_text

DECIMAL = "decimal arithmetic of 40 digits"
DIFFERENCES = "central differences"
GUESSES = "100 random guesses"
TEMPERATURES = (0.3, 0.5, 1.0, 2.0, 7.0)


def worst(measure, scores=None) -> float:
    """The largest of ``measure(p, T)`` over random scores and temperatures."""
    scores = cases.random_scores() if scores is None else scores
    return largest_of(float(measure(p, T)) for p in scores for T in TEMPERATURES)


def exact(id: str, T: str, states: float, source: str) -> dict[str, Row]:
    statement = f"The entropy in nats of the scores 2, 1, 0, −1 at temperature {T}."
    return {f"{id}: {statement}": Row(partial(cases.exact_entropy, T), states, source=source)}


claim_rows(
    exact("sample-H-sharp", "0.5", 0.455428622853, "U18-3.1c W16"),
    exact("sample-H-one", "1", 0.947536963975, "U18-3.1c"),
    exact("sample-H-flat", "2", 1.245050427467, "U18-3.1c W16"),
    how=DECIMAL,
)


@claim("sample-H", tolerance=1e-12, how=DECIMAL)
def entropy_of_the_package() -> float:
    """The package's probabilities have the entropies of the exact ones."""
    exact = np.array([cases.exact_entropy(T) for T in ("0.5", "1", "2")])
    ours = [entropy(probabilities(cases.SCORES, T)) for T in (0.5, 1.0, 2.0)]
    return relative_error(np.array(ours), exact)


@claim("sample-swapped", tolerance=1e-12, how=DECIMAL, source="W16 U20-2.1c")
def multiplied_in_place_of_divided() -> float:
    """Scores multiplied by 2 have the entropy of temperature 0.5, multiplied by 0.5 of 2."""
    ours = [float(entropy(softmax(tau * cases.SCORES))) for tau in (2.0, 0.5)]
    return relative_error(np.array(ours), np.array([cases.exact_entropy(T) for T in ("0.5", "2")]))


@claim("sample-power", shows="eq-sample-power", tolerance=1e-12, how=GUESSES)
def sharpened() -> float:
    """Temperature T raises the probabilities to the power 1/T and makes them add up to 1 again."""

    def off(p, T):
        e = np.exp(p)
        power = (e / e.sum()) ** (1 / T)
        return relative_error(probabilities(p, T), power / power.sum())

    return worst(off)


@claim("sample-ratio", shows="eq-sample-ratio", tolerance=1e-12, how=GUESSES)
def ratio_of_two() -> float:
    """The log of the ratio of two probabilities is divided by T; so their order stays."""

    def off(p, T):
        cooled, plain = probabilities(p, T), probabilities(p)
        order = np.array_equal(np.argsort(cooled), np.argsort(plain))
        kept = relative_error(T * np.log(cooled[1:] / cooled[0]), np.log(plain[1:] / plain[0]))
        return kept if order else 1.0

    return worst(off, cases.random_scores(K=6))


@claim("sample-cold", shows="eq-sample-cold", tolerance=1e-9, how="ties, ever colder")
def cold() -> float:
    """What lies outside the m largest scores is at most the bound, and near it where it is cold;
    the m largest share evenly."""
    errors = []
    for m, gap in ((1, 0.5), (2, 1.0), (3, 0.2)):
        p = np.array([1.0] * m + [1.0 - gap] * 4)
        for T in (0.05, 0.01, 0.005):
            q, bound = probabilities(p, T), 4 / m * np.exp(-gap / T)
            errors += [largest_of(q[m:].sum() - bound, 0) / bound, np.ptp(q[:m])]
        errors.append(abs(q[m:].sum() / bound - 1))
    return largest_of(errors)


@claim("sample-hot", shows="eq-sample-hot", tolerance=1e-12, how=GUESSES)
def hot() -> float:
    """K times a probability lies between the exponentials of minus and plus the range over T."""

    def beyond(p, T):
        share, limit = len(p) * probabilities(p, T), np.exp(np.ptp(p) / T)
        return largest_of(share.max() / limit - 1, 1 / limit - share.min(), 0)

    return worst(beyond) + abs(8 * probabilities(cases.random_scores(1)[0], 1e14) - 1).max()


@claim("sample-dlog", shows="eq-sample-dlog", tolerance=1e-8, how=DIFFERENCES)
def slope_of_the_logarithms() -> float:
    """d log q_k / dT is the mean score minus p_k, over T squared."""

    def off(p, T):
        by_nudging = cases.slope(lambda t: np.log(probabilities(p, t)), T, 1e-4 * T)
        return relative_error((probabilities(p, T) @ p - p) / T**2, by_nudging)

    return worst(off)


def slope_error(formula, quantity) -> float:
    """Of ``formula(p, T)`` as the slope of ``quantity(p, T)`` by T, the worst of all."""

    def off(p, T):
        by_nudging = cases.slope(lambda t: quantity(p, t), T, 1e-4 * T)
        return abs(formula(p, T) - by_nudging) / largest_of(abs(by_nudging), 1e-3)

    return worst(off)


@claim("sample-dH", shows="eq-sample-dH", tolerance=1e-7, how=DIFFERENCES)
def slope_of_the_entropy() -> float:
    """dH/dT is the variance of the scores over T cubed."""
    return slope_error(entropy_slope, lambda p, T: entropy(probabilities(p, T)))


@claim("sample-dloss", shows="eq-sample-dloss", tolerance=1e-8, how=DIFFERENCES)
def slope_of_the_own_loss() -> float:
    """The mean of −log ŷ over what is drawn grows with T by the variance over T squared."""

    def own_loss(p, T):
        return -probabilities(p, T) @ np.log(probabilities(p))

    return slope_error(lambda p, T: T * entropy_slope(p, T), own_loss)


@claim("sample-tail", shows="eq-sample-tail", tolerance=1e-8, how=DIFFERENCES)
def slope_of_the_tail() -> float:
    """The log of the mass of the m lowest scores grows by the gap of the means over T squared."""

    def gap(p, T):
        q, low = probabilities(p, T), np.argsort(p)[:5]
        grows = (q @ p - q[low] @ p[low] / q[low].sum()) / T**2
        return grows if grows > 0 else np.inf

    return slope_error(gap, lambda p, T: np.log(probabilities(p, T)[np.argsort(p)[:5]].sum()))


# What a temperature does not change


def trained_with(temperature: float) -> tuple[list[np.ndarray], list[str]]:
    """The weights after 10 updates with dropout, and the samples written along the way."""
    vocabulary = Vocabulary.from_text(cases.learned_tales())
    ids = vocabulary.encode(cases.learned_tales()[:4000])
    model = text_model("lstm", len(vocabulary), hidden=8, layers=2, dropout=0.3).double()

    def sample(model, step):
        rng = np.random.default_rng(step)
        return generate(model, vocabulary, "O", 20, temperature=temperature, rng=rng)

    config = TextConfig(steps=10, evaluations=3, evaluation_size=100)
    streams = Streams(ids[:3000], 4, 10)
    record = train_text(model, streams, ids[3000:], config, record_name="s", seed=0, sample=sample)
    return [value.detach().numpy() for value in model.parameters()], record.curve["sample"]


@claim(
    "sample-learns-nothing",
    tolerance=1e-300,
    how="10 updates, bit by bit",
    source="W17",
    absolute="weights",
)
def temperature_of_samples_changes_no_weight() -> float:
    """Trained with samples at temperature 0.5 and at 2 along the way, all weights are equal."""
    (cool, written), (hot, others) = trained_with(0.5), trained_with(2.0)
    assert written != others
    return largest_of(float(abs(a - b).max()) for a, b in zip(cool, hot, strict=True))


@claim("sample-in-the-loss", tolerance=1e-12, how="autograd", source="W17")
def temperature_inside_the_loss() -> float:
    """A loss with p/T has the value and, for the layers below, the gradient of the loss of a
    network whose output weights and biases are divided by T."""
    ids = torch.tensor([[0, 3, 1, 4, 1, 2, 0]])
    told = []
    for divide in ("scores", "weights"):
        model = text_model("lstm", 5, hidden=4, layers=1, seed=1).double()
        if divide == "weights":
            with torch.no_grad():
                model.W_ph.div_(2.5)
                model.b_p.div_(2.5)
        p, _ = model(ids[:, :-1])
        scores = p / 2.5 if divide == "scores" else p
        loss = torch.nn.functional.cross_entropy(scores[0], ids[0, 1:])
        loss.backward()
        grads = [value.grad.flatten() for value in model.cells.parameters()]
        told.append(torch.cat([loss.detach()[None], *grads]).numpy())
    return relative_error(*told)


# The entropy of a whole text


def rate(share_out: float, silent: int = 9) -> float:
    """The page's formula: 1/ε draws of the place of choice, then the silent characters."""
    q = np.array([share_out, 1 - share_out])
    visits = 1 / share_out
    return float(visits * -(q @ np.log(q)) / (visits + silent))


@claim("sample-rate", shows="eq-sample-rate", tolerance=1e-10, how="the chain at rest")
def rate_of_the_writer() -> float:
    """The entropy a character of the writer with a place of choice is that of its chain at rest."""
    outs = (0.01, 0.1, 0.3, 0.5)
    return largest_of(abs(rate(out) / cases.branching_rate(out) - 1) for out in outs)


RATES = {
    "sample-rate-one: Nats a character of that writer at temperature 1.": Row(
        partial(cases.branching_rate, 0.1), 0.1711
    ),
    "sample-rate-flat: Nats a character of that writer at a temperature without end.": Row(
        partial(cases.branching_rate, 0.5), 0.1260, 5e-5
    ),
}
claim_rows(RATES, how="the chain at rest")


# On the reader of the tales

READER = f"3000 characters, stored weights: {reader.RUN}"


@claim("sample-reader-H", tolerance=0.5, how=f"{READER}; 0 if right")
def measured_entropies() -> float:
    """Written at 0.25, 0.5, 1 and 2, the mean entropy and what lies outside the five likeliest
    characters grow each time, and the share of words that the tales have falls."""
    temperatures = (0.25, 0.5, 1.0, 2.0)
    H = [cases.guess_entropy(T) for T in temperatures]
    tail = [cases.outside(T) for T in temperatures]
    words = [cases.spelled(cases.written(T)) for T in temperatures]
    return float(not (sorted(H) == H and sorted(tail) == tail and sorted(words)[::-1] == words))
