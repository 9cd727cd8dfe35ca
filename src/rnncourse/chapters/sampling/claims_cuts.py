"""Claims on what is left to draw from, top-k and the nucleus, and on beam search."""

import itertools
from functools import partial

import numpy as np
import torch

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.sampling import cases, cases_cuts
from rnncourse.chapters.sampling.claims_writing import PROMPT, writer
from rnncourse.chapters.sampling.exercises_cuts import beam_search
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer
from rnncourse.sampling import generate, probabilities, ranked_beams
from rnncourse.text import Vocabulary

SUBSETS = "all sets of characters, one by one"
ENUMERATED = "all texts, one by one"
READER = f"stored weights: {reader.RUN}"
K = 7  # characters of a random guess


def conditional(yhat, kept) -> np.ndarray:
    """The probabilities of the characters, given that one of ``kept`` comes."""
    q = np.zeros(len(yhat))
    q[list(kept)] = yhat[list(kept)]
    return q / q.sum()


def sets_of(size: int):
    return itertools.combinations(range(K), size)


@claim("sample-top-k", shows="eq-sample-top-k", tolerance=1e-12, how=SUBSETS)
def top_k_is_conditional() -> float:
    """Top-k draws with the probabilities of the likeliest set of k characters, divided by their
    sum."""
    errors = []
    for p in cases.random_scores(count=20, K=K):
        yhat = probabilities(p)
        for k in range(1, K + 1):
            best = max(sets_of(k), key=lambda kept, yhat=yhat: yhat[list(kept)].sum())
            errors.append(relative_error(probabilities(p, top_k=k), conditional(yhat, best)))
    return largest_of(errors)


@claim("sample-nucleus", shows="eq-sample-nucleus", tolerance=1e-12, how=SUBSETS)
def nucleus_is_a_smallest_set() -> float:
    """The nucleus reaches the share, no set of fewer characters does, and it draws with the
    probabilities of its characters, divided by their sum."""
    errors = []
    for p in cases.random_scores(count=20, K=K):
        yhat = probabilities(p)
        for share in (0.05, 0.5, 0.9, 0.99):
            q = probabilities(p, top_p=share)
            kept = np.flatnonzero(q)
            fewer = largest_of(
                (yhat[list(small)].sum() for small in sets_of(len(kept) - 1)), default=0.0
            )
            wrong = float(yhat[kept].sum() < share or fewer >= share)
            errors += [wrong, relative_error(q, conditional(yhat, kept))]
    return largest_of(errors)


@claim("sample-cut-ends", tolerance=1e-300, how="100 random guesses", absolute="probabilities")
def narrow_and_wide() -> float:
    """k = 1 and a tiny share are greedy, k = K and the share 1 are plain sampling, bit by bit."""
    p = cases.random_scores()
    narrow = [probabilities(p, top_k=1), probabilities(p, top_p=1e-9)]
    wide = [probabilities(p, top_k=p.shape[1]), probabilities(p, top_p=1.0)]
    off = [abs(q - probabilities(p, 0)).max() for q in narrow]
    return largest_of([*off, *(abs(q - probabilities(p)).max() for q in wide)])


@claim(
    "sample-cut-price",
    shows="eq-sample-cut-price",
    tolerance=1e-9,
    how="10,000 rivals",
    absolute="nats",
)
def price_of_a_cut() -> float:
    """The divergence of what is drawn from the guess is −log of the probability that was kept, and
    no other distribution on the same characters has a smaller one."""

    def divergence(q, yhat):
        return np.where(q > 0, q * np.log(np.where(q > 0, q, 1) / yhat), 0).sum(axis=-1)

    rng, errors = np.random.default_rng(0), []
    for p in cases.random_scores(count=20, K=K):
        yhat = probabilities(p)
        for k in (1, 2, 4):
            q = probabilities(p, top_k=k)
            rivals = np.zeros((500, K))
            rivals[:, q > 0] = rng.dirichlet(np.ones(k), 500)
            ours = divergence(q, yhat)
            better = largest_of(ours - divergence(rivals, yhat).min(), 0.0)
            errors += [abs(ours + np.log(yhat[q > 0].sum())), better]
    return largest_of(errors)


def four(guess: dict[str, float], way: str) -> int:
    """How many characters a way leaves of a guess."""
    return int(np.count_nonzero(cases_cuts.cut_four_ways(guess)[way]))


def first_of(way: str) -> float:
    return float(cases_cuts.cut_four_ways(cases_cuts.GUESS)[way][0])


FOUR = {
    "sample-guess-top-k": Row(partial(first_of, "top-k, k = 3"), 0.506),
    "sample-guess-nucleus": Row(partial(first_of, "nucleus, p = 0.9"), 0.462),
    "sample-guess-cool": Row(partial(first_of, "temperature 0.5"), 0.640),
}
claim_rows(
    {f"{id}: The probability of i in the guess after the k, this way.": FOUR[id] for id in FOUR},
    how="computed",
)

SIZES = {
    "sample-nucleus-wide: Characters in the nucleus of 0.9 of the guess after the k.": Row(
        partial(four, cases_cuts.GUESS, "nucleus, p = 0.9"), 4
    ),
    "sample-nucleus-narrow: Characters in the nucleus of 0.9 where i has a probability of "
    "0.94.": Row(partial(four, cases_cuts.CERTAIN, "nucleus, p = 0.9"), 1),
}
claim_rows(SIZES, how="counted", tolerance=0.5)


# On the reader of the tales

PLACES = {
    "sample-nucleus-one: The share of the places of a text, drawn at temperature 1, at which the "
    "nucleus of 0.9 is one character.": Row(
        lambda: float(np.mean(cases_cuts.nucleus_sizes(0.9) == 1)), 0.116
    ),
    "sample-nucleus-most: The most characters that the nucleus of 0.9 had at a place of that "
    "text.": Row(lambda: float(cases_cuts.nucleus_sizes(0.9).max()), 24, 0.5),
    "sample-out-of-top-k: The share of the characters of fresh tales that the reader never draws "
    "from its 3 likeliest.": Row(partial(cases_cuts.out_of_reach, top_k=3), 0.158),
    "sample-out-of-nucleus: The share of the characters of fresh tales that the reader never draws "
    "from its nucleus of 0.8.": Row(partial(cases_cuts.out_of_reach, top_p=0.8), 0.079),
}
claim_rows(PLACES, how=READER)


@claim("sample-ways", tolerance=0.5, how=f"{READER}; 0 if right")
def ways_of_writing() -> float:
    """Top-k, nucleus and temperature 0.5 write more words of the tales than temperature 1, at a
    smaller surprise; the greedy and the searched text surprise least of all."""
    nats = {way: cases_cuts.surprise(cases_cuts.written_by(way)) for way in cases_cuts.WAYS}
    words = {way: cases.spelled(cases_cuts.written_by(way)) for way in cases_cuts.WAYS}
    plain, *cuts, greedy, beams = cases_cuts.WAYS
    better = all(nats[way] < nats[plain] and words[way] > words[plain] for way in cuts)
    dull = all(nats[way] < nats[cool] for way in (greedy, beams) for cool in cuts)
    return float(not (better and dull))


# Beams

BEAMS = {
    "sample-beam-fork: The probability of the text that two beams find in the chain.": Row(
        partial(cases_cuts.found, cases_cuts.CHAIN, 2, 2), 0.4, 1e-12
    ),
    "sample-beam-trap-1: The probability of the text that one beam finds in the trap.": Row(
        lambda: cases_cuts.found(cases_cuts.trap(), 3, 1), 0.16, 1e-12
    ),
    "sample-beam-trap-2: The probability of the text that two beams find in the trap.": Row(
        lambda: cases_cuts.found(cases_cuts.trap(), 3, 2), 0.0875, 1e-12
    ),
}
claim_rows(BEAMS, how="the source's own probabilities")


def small_vocabulary(model) -> Vocabulary:
    return Vocabulary("abcdefghi"[: model.W_ph.shape[0]])


def log_probabilities(model, prompt: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """All texts after the prompt as ids (K^length, length), and their log-probabilities."""
    texts = np.array(list(itertools.product(range(model.W_ph.shape[0]), repeat=length)))
    read = np.concatenate([np.tile(prompt, (len(texts), 1)), texts], axis=1)
    with torch.no_grad():
        p, _ = model(torch.from_numpy(read[:, :-1]))
    log = torch.log_softmax(p[:, len(prompt) - 1 :], dim=-1).numpy()
    return texts, np.take_along_axis(log, texts[:, :, None], axis=2).sum(axis=(1, 2))


@claim("sample-beam-exact", shows="eq-sample-beam", tolerance=1e-12, how=ENUMERATED)
def beam_that_drops_nothing() -> float:
    """With K^(N−1) beams the search finds the likeliest text of all, and says its
    log-probability."""
    errors = []
    for seed in range(5):
        model = writer(seed)
        vocabulary = small_vocabulary(model)
        texts, log = log_probabilities(model, PROMPT, 3)
        prompt = vocabulary.decode(PROMPT)
        best = ranked_beams(model, vocabulary, prompt, 3, 9**2)[0]
        same = best.text == vocabulary.decode(texts[log.argmax()])
        errors += [float(not same), relative_error(best.log_probability, log.max())]
    return largest_of(errors)


@claim("sample-beam-greedy", tolerance=0.5, how="five writers; 0 if right")
def one_beam_is_greedy() -> float:
    """One beam writes the greedy text of each of five networks."""
    wrong = 0
    for seed in range(5):
        model = writer(seed)
        asked = (model, small_vocabulary(model), "bca", 40)
        greedy = generate(*asked, temperature=0, rng=np.random.default_rng(0))
        wrong += ranked_beams(*asked, 1)[0].text != greedy
    return float(wrong)


@claim("sample-underflow", states=745, how="multiplied")
def product_is_zero() -> float:
    """After how many characters, each of probability 1/e, the product of the probabilities is 0 in
    double precision."""
    product, characters = 1.0, 0
    while product > 0:
        product, characters = product * np.exp(-1.0), characters + 1
    return characters


@claim("sample-beam-product", states=1.0, tolerance=0.5, how="800 characters of six")
def products_lose_the_text() -> float:
    """1 if a search that multiplies probabilities returns a less likely text than the one that adds
    logarithms."""
    wrong = wrong_answer("beam-search", "product")
    asked = cases_cuts.long_source()
    lost, best = (
        cases_cuts.log_probability(*asked[:2], find(*asked)) for find in (wrong, beam_search)
    )
    return float(lost < best)


def mean_probability(text: tuple[int, float]) -> float:
    """The geometric mean of the probabilities of a text's characters."""
    characters, p = text
    return p ** (1 / characters)


LENGTHS = {
    "sample-length-short: The geometric mean of the probabilities of a text of 2 characters with "
    "probability 0.20.": Row(partial(mean_probability, cases_cuts.SHORT), 0.447),
    "sample-length-long: The geometric mean of the probabilities of a text of 5 characters with "
    "probability 0.15.": Row(partial(mean_probability, cases_cuts.LONG), 0.684),
}
claim_rows(LENGTHS, how="computed")
