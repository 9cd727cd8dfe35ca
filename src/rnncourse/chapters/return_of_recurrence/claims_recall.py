"""Claims on what a state can hold, by trying every state; on attention; on the recorded runs."""

from functools import cache, partial
from math import exp, log2

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.return_of_recurrence.exercises_recall import (
    all_right,
    causal_attention,
    crossover,
    keep_and_guess,
)
from rnncourse.chapters.return_of_recurrence.memory import (
    best_accuracy,
    bits_for,
    bits_needed,
    by_enumeration,
    cache_bytes,
    state_bytes,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

TRIED = ((2, 2, 2), (2, 2, 3), (3, 2, 2), (3, 2, 3), (2, 3, 2))  # pairs, values, states
EVERY_WAY = "every way to keep a state, with the best answers; five small cases"


@cache
def enumerated(pairs: int, values: int, states: int) -> tuple[float, float]:
    return by_enumeration(pairs, values, states)


# What a state can hold


@claim(
    "recall-count",
    shows="eq-recall-count",
    tolerance=1e-12,
    how=EVERY_WAY,
    absolute="probabilities",
)
def counting_bound_is_met() -> float:
    """The best probability that all answers are right is the number of states over the number of
    tables."""
    return largest_of(
        abs(enumerated(k, V, states)[1] - all_right(k, V, log2(states))) for k, V, states in TRIED
    )


@claim("recall-rate", shows="eq-recall-rate", tolerance=1e-12, how=EVERY_WAY, absolute="shares")
def no_state_beats_the_bound() -> float:
    """No way to keep a state has a mean accuracy above the bound, the largest p at which the k
    answers share no more bits than the state has: the largest excess."""
    worst = 0.0
    for k, V, states in TRIED:
        bound = best_accuracy(log2(states), k, V)
        worst = largest_of(worst, enumerated(k, V, states)[0] - bound)
        worst = largest_of(worst, abs(k * bits_for(bound, V) - log2(states)) - 1e-9)
    return worst


@claim(
    "recall-rate-information",
    tolerance=1e-12,
    how="the sum over all pairs of values",
    absolute="bits",
)
def rate_is_an_information() -> float:
    """R(p) is the information between a value and an answer that is right with probability p and
    otherwise one of the others, all equally often."""
    errors = []
    for V in (2, 3, 8):
        for p in (1 / V, 0.4, 0.75, 0.99):
            if p >= 1 / V:
                joint = (np.full((V, V), (1 - p) / (V - 1)) * (1 - np.eye(V)) + p * np.eye(V)) / V
                information = (joint * np.log2(joint * V * V)).sum()
                errors.append(abs(information - bits_for(p, V)))
    return float(largest_of(errors))


SMALL = {
    "recall-tried: Ways to send the 8 tables of three bits to two states.": Row(lambda: 2**8, 256),
    "recall-tried-most: The most ways of all five cases.": Row(
        lambda: largest_of(states ** (V**k) for k, V, states in TRIED), 6561
    ),
    "recall-small-best: Best mean accuracy of all these ways.": Row(
        lambda: enumerated(3, 2, 2)[0], 0.75
    ),
    "recall-small-whole: Best probability that all three answers are right.": Row(
        lambda: enumerated(3, 2, 2)[1], 0.25
    ),
    "recall-small-bound: What the bound allows.": Row(lambda: best_accuracy(1, 3, 2), 0.826),
}
claim_rows(SMALL, how="three keys, two values, one bit")
NEEDED = {
    "recall-needed: Bits that 16 pairs with 8 values need.": Row(lambda: bits_needed(16, 8), 48),
    "recall-bound-16: The best accuracy with 32 bits, 16 pairs, 8 values.": Row(
        lambda: best_accuracy(32, 16, 8), 0.856
    ),
    "recall-bound-32: The best accuracy with 32 bits, 32 pairs, 8 values.": Row(
        lambda: best_accuracy(32, 32, 8), 0.627
    ),
    "recall-keep-16: Keeping 10 values and guessing 6 with 32 bits.": Row(
        lambda: keep_and_guess(16, 8, 32), 0.672
    ),
}
claim_rows(NEEDED, how="the formulas")


@claim(
    "recall-keep-below",
    tolerance=1e-12,
    how="pairs 1 … 40, bits 1 … 64, values 2, 4 and 8",
    absolute="shares",
)
def keeping_some_is_below_the_bound() -> float:
    """Keeping some values and guessing the others never beats the bound: the largest excess."""
    excess = (
        keep_and_guess(k, V, bits) - best_accuracy(bits, k, V)
        for V in (2, 4, 8)
        for k in range(1, 41)
        for bits in range(1, 65)
    )
    return largest_of(0.0, *excess)


@claim(
    "recall-outer-product",
    tolerance=1e-12,
    how="32 random pairs, all asked; the scan",
    absolute="shares",
)
def a_large_state_recalls_all() -> float:
    """A linear recurrence with one number for each key and value, h ← h + key valueᵀ, answers
    every question: share of wrong answers."""
    import torch

    from rnncourse.chapters.return_of_recurrence.recall import KEYS, VALUES, recall
    from rnncourse.sequence import linear_scan

    batch = recall(np.random.default_rng(0), 8, KEYS, KEYS)
    x = torch.from_numpy(batch.x).double()
    key, value = x[..., :KEYS], x[..., KEYS:]
    written = (key[..., None] * value[..., None, :]).flatten(2)
    h = linear_scan(torch.ones_like(written), written)[:, KEYS:].unflatten(2, (KEYS, VALUES))
    answers = (key[:, KEYS:, None] @ h)[:, :, 0].argmax(dim=-1)
    return float((answers.numpy() != batch.y).mean())


# Attention


def small_attention(heads: int = 2, width: int = 6):
    """Attention in float64, and rows for it to read, (1, 7, 6)."""
    import torch

    from rnncourse.chapters.return_of_recurrence.transformer import Attention

    layer = Attention(width, heads, rng=np.random.default_rng(0)).double()
    x = np.random.default_rng(1).standard_normal((1, 7, width))
    return layer, torch.from_numpy(x)


def by_hand(layer, x: np.ndarray) -> np.ndarray:
    """Head after head in NumPy; x (T, w)."""
    W_q, W_k, W_v, W_o = (
        getattr(layer, name).detach().numpy() for name in ("W_q", "W_k", "W_v", "W_o")
    )
    parts = [np.split(x @ W.T, layer.heads, axis=1) for W in (W_q, W_k, W_v)]
    heads = [causal_attention(*each) for each in zip(*parts, strict=True)]
    return np.concatenate(heads, axis=1) @ W_o.T


@claim("attention-by-hand", shows="eq-attention", tolerance=1e-12, how="NumPy, head after head")
def attention_two_routes() -> float:
    """The layer is the softmax of its scores times the values, in each head."""
    layer, x = small_attention()
    return relative_error(layer(x)[0].detach().numpy()[0], by_hand(layer, x[0].numpy()))


def small_stack(mixer: str, positions: str = "none"):
    """Two blocks in float64 over 9 characters."""
    from rnncourse.chapters.return_of_recurrence.transformer import Stack

    options = {"positions": positions, "rng": np.random.default_rng(0)}
    return Stack(mixer, 9, 8, 9, **options).double()


def letters(seed: int = 2, T: int = 40):
    import torch

    return torch.from_numpy(np.random.default_rng(seed).integers(0, 9, (2, T)))


@claim(
    "attention-causal",
    tolerance=1e-13,
    how="40 characters, all after one place changed",
    absolute="scores",
)
def later_steps_do_not_matter() -> float:
    """What comes later changes no score of an earlier step."""
    model, ids, errors = small_stack("attention", "rotary"), letters(), []
    for t in (1, 2, 7, 20, 39):
        other = ids.clone()
        other[:, t:] = (other[:, t:] + 1) % 9
        p, q = (model(each)[0].detach().numpy() for each in (ids, other))
        errors.append(np.abs(p - q)[:, :t].max() if np.abs(p - q)[:, t].min() > 0 else np.inf)
    return float(largest_of(errors))


def carried(mixer: str, positions: str = "none") -> float:
    """Step by step with what is kept, against the whole at once: relative error of the scores."""
    model, ids, state, rows = small_stack(mixer, positions), letters(), None, []
    for t in range(ids.shape[1]):
        p, state = model(ids[:, t : t + 1], state)
        rows.append(p[:, 0].detach().numpy())
    return relative_error(np.stack(rows, axis=1), model(ids)[0].detach().numpy())


CARRIED = {
    "attention-cache: Keys and values kept: character by character is the whole at once.": Row(
        partial(carried, "attention", "rotary")
    ),
    "mingru-carried: The same for two blocks of minGRU.": Row(partial(carried, "mingru")),
    "lru-carried: The same for two blocks of LRU.": Row(partial(carried, "lru")),
}
claim_rows(CARRIED, tolerance=1e-12, how="40 characters, float64")


@claim("attention-order", tolerance=1e-12, how="16 pairs shuffled, one block in float64")
def pairs_may_be_shuffled() -> float:
    """Attention without positions answers the same when the pairs before it are shuffled."""
    import torch

    from rnncourse.chapters.return_of_recurrence import recall

    model = recall.build("attention", 32, 0).double()
    x = recall.recall(np.random.default_rng(0), 4, 16, 8).x.astype(np.float64)
    order = np.concatenate([np.random.default_rng(1).permutation(16), np.arange(16, 24)])
    p, q = (model(torch.from_numpy(rows))[0][:, 16:] for rows in (x, x[:, order]))
    return relative_error(p.detach().numpy(), q.detach().numpy())


@claim(
    "attention-weight",
    shows="eq-attention-weight",
    tolerance=1e-12,
    how="the softmax itself",
    absolute="weights",
)
def weight_of_the_right_pair() -> float:
    """If the fitting key scores β more than the others, its weight is e^β / (e^β + k − 1)."""
    errors = []
    for k in (1, 2, 16, 1000):
        for beta in (0.0, 2.0, 8.0):
            scores = np.zeros(k)
            scores[0] = beta
            weight = np.exp(scores)[0] / np.exp(scores).sum()
            errors.append(abs(weight - exp(beta) / (exp(beta) + k - 1)))
    return float(largest_of(errors))


def lead_for_half(k: int) -> float:
    """How far one score of k must stand above the others, which are equal, for half the weight."""
    low, high = 0.0, 50.0
    for _ in range(60):
        lead = 0.5 * (low + high)
        scores = np.exp(np.append(np.zeros(k - 1), lead))
        low, high = (low, lead) if scores[-1] / scores.sum() > 0.5 else (lead, high)
    return high


claim_rows(
    {
        "attention-half-16: How much more a key has to score among 16 for half the weight.": Row(
            partial(lead_for_half, 16), 2.71
        ),
        "attention-half-1024: And among 1,024.": Row(partial(lead_for_half, 1024), 6.93),
    },
    how="bisection on the softmax",
)


def attention_off(mistake: str) -> float:
    """How far a wrong form of attention is off, on six steps of five numbers."""
    q, k, v = np.random.default_rng(5).standard_normal((3, 6, 5))
    wrong = wrong_answer("causal-attention", mistake)
    return relative_error(wrong(q, k, v), causal_attention(q, k, v))


SLIPS = {
    "attention-zero-score: A score of 0 for later steps, in place of the weight 0.": (
        "zero-score",
        1.046,
    ),
    "attention-future: No mask at all.": ("future", 1.143),
}
claim_rows(
    {
        words: Row(partial(attention_off, mistake), states, mistake=("causal-attention", mistake))
        for words, (mistake, states) in SLIPS.items()
    },
    tolerance=5e-4,
    how="relative error, six steps",
)


# What is kept while a text is written


def kept_bytes(model: str) -> float:
    """Bytes that a model of the tales carries from step to step after 100 characters."""
    import torch

    from rnncourse.chapters.return_of_recurrence import tales

    made = tales.build(model, 46, tales.MODELS[model]["width"], seed=0)
    _, state = made(torch.zeros(1, 100, dtype=torch.int64))
    return float(sum(tensor.nbytes for tensor in tensors(state)))


def tensors(state) -> list:
    """All tensors of a state, whatever it is made of."""
    if isinstance(state, tuple | list):
        return [tensor for part in state for tensor in tensors(part)]
    return [state] if hasattr(state, "nbytes") else []


@claim(
    "cache-bytes", shows="eq-cache-bytes", tolerance=1e-12, how="the tensors, after 100 characters"
)
def cache_grows_by_the_formula() -> float:
    """Keys and values take 2 · layers · width · T numbers; the three states have their fixed
    sizes."""
    sizes = {
        "transformer": cache_bytes(2, 82, 100),
        "lstm": state_bytes(2, 88, 2),
        "mingru": state_bytes(2, 93),
        "lru": state_bytes(2, 81, 2),
    }
    return largest_of(abs(kept_bytes(model) - size) / size for model, size in sizes.items())


KEPT = {
    "cache-letter: Bytes that a character adds to the cache.": Row(
        lambda: cache_bytes(2, 82, 1), 1312
    ),
    "cache-2048: Megabytes of the cache after 2,048 characters.": Row(
        lambda: cache_bytes(2, 82, 2048) / 1e6, 2.69
    ),
    "cache-state-lstm: Bytes of the LSTM's state.": Row(lambda: state_bytes(2, 88, 2), 1408),
    "cache-state-mingru: Bytes of the minGRU's state.": Row(lambda: state_bytes(2, 93), 744),
    "cache-state-lru: Bytes of the LRU's state.": Row(lambda: state_bytes(2, 81, 2), 1296),
    "cache-crossover: The step after which the cache is larger than the LSTM's state.": Row(
        lambda: crossover(2, 82, 88), 2
    ),
}
claim_rows(KEPT, how="the formulas, at the sizes of the tales' models")
