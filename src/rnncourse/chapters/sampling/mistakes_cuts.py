"""The wrong answers to the exercises on cuts and beams, by name."""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.sampling.exercises_cuts import (
    beam_search,
    conditional,
    falling,
    nucleus,
    nucleus_of,
    search,
    top_k,
)
from rnncourse.exercises.registry import MISTAKES


def masked(yhat, kept, to=0.0) -> np.ndarray:
    """The entries of ``kept``, all others replaced, and nothing divided."""
    q = np.full(len(yhat), to)
    q[kept] = np.asarray(yhat)[kept]
    return q


def all_ties(p, k) -> np.ndarray:
    return conditional(softmax(p), p >= np.sort(p)[-k])


def without_maximum(p, k) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        return conditional(np.exp(p), falling(p)[:k])


MISTAKES[top_k] = {
    "no-sum: the kept probabilities are not divided by their sum": (
        lambda p, k: masked(softmax(p), falling(p)[:k]),
        lambda p, k: masked(np.exp(p - p.max()), falling(p)[:k]),
    ),
    "base: powers of 2 stand in place of powers of e": (
        lambda p, k: conditional(softmax(p * np.log(2.0)), falling(p)[:k])
    ),
    "sign: the scores have the wrong sign in exp, so the least of the kept gains most": (
        lambda p, k: conditional(softmax(-p), falling(p)[:k])
    ),
    "zeros: the cut scores are set to 0 in place of −∞; a score of 0 has a probability": (
        lambda p, k: softmax(masked(p, falling(p)[:k]))
    ),
    "ascending: the scores are sorted from the smallest on, so the k least likely are kept": (
        lambda p, k: conditional(softmax(p), np.argsort(p, kind="stable")[:k])
    ),
    "ties: all scores that equal the k-th are kept, so there are more than k": all_ties,
    "last-tie: of equal scores the ones with the larger index are kept": (
        lambda p, k: conditional(softmax(p), np.argsort(p, kind="stable")[-k:])
    ),
    "unstable: the sort may exchange equal scores; kind='stable' keeps the smaller index first": (
        lambda p, k: conditional(softmax(p), np.argsort(-p)[:k])
    ),
    "one-more: k + 1 are kept": lambda p, k: top_k(p, k + 1),
    "one-less: k − 1 are kept": (
        lambda p, k: top_k(p, max(k - 1, 1)),
        lambda p, k: top_k(p, k - 1) if k > 1 else np.full(len(p), np.nan),
    ),
    "even: the kept characters share evenly": (
        lambda p, k: conditional(np.ones(len(p)), falling(p)[:k])
    ),
    "sorted: the probabilities are returned from the largest on, not in the order of p": (
        lambda p, k: top_k(p, k)[falling(p)]
    ),
    "first: the first k scores are kept, not the largest k": (
        lambda p, k: conditional(softmax(p), np.arange(k))
    ),
    "rest: the k largest are cut, and the rest is kept": (
        lambda p, k: conditional(softmax(p), falling(p)[k:]) if k < len(p) else 0 * p
    ),
    "none: nothing is cut": lambda p, k: softmax(p),
    "greedy: the largest takes all; that is k = 1": lambda p, k: np.eye(len(p))[p.argmax()],
    "scores: scores are divided by their sum, without exp": (
        lambda p, k: conditional(p, falling(p)[:k])
    ),
    "overflow: exp overflows: the maximum was not subtracted": without_maximum,
}


def kept_below(yhat, share) -> np.ndarray:
    """The characters whose running sum does not pass the share: the one that reaches it is out."""
    order = falling(yhat)
    return order[np.cumsum(yhat[order]) <= share]


def excluded(yhat, share) -> np.ndarray:
    kept = kept_below(yhat, share)
    return conditional(yhat, kept if len(kept) else falling(yhat)[:1])


def excluded_or_nothing(yhat, share) -> np.ndarray:
    kept = kept_below(yhat, share)
    return conditional(yhat, kept) if len(kept) else np.zeros(len(yhat))


def strictly_below(yhat, share) -> np.ndarray:
    order = falling(yhat)
    kept = order[np.cumsum(yhat[order]) < share]
    return conditional(yhat, kept if len(kept) else order[:1])


def up_to_the_first(yhat, share, reached=np.greater_equal, more=0) -> np.ndarray:
    """The characters before the first whose running sum has reached the share, and some more."""
    order = falling(yhat)
    first = int(np.argmax(reached(np.cumsum(yhat[order]), share)))
    with np.errstate(invalid="ignore"):
        return conditional(yhat, order[: first + more])


def one_past(yhat, share) -> np.ndarray:
    """The running sum must exceed the share, so an exact one takes a further character."""
    order = falling(yhat)
    return conditional(yhat, order[: int(np.sum(np.cumsum(yhat[order]) <= share)) + 1])


def in_order_of_index(yhat, share, order=lambda yhat: np.arange(len(yhat))) -> np.ndarray:
    kept = order(yhat)
    reached = np.cumsum(yhat[kept]) >= share - 1e-12
    return conditional(yhat, kept[: int(np.argmax(reached)) + 1])


MISTAKES[nucleus] = {
    "excluded: the character whose probability brings the sum to the share is cut, too": (
        excluded,
        excluded_or_nothing,
        strictly_below,
        up_to_the_first,
    ),
    "no-sum: the kept probabilities are not divided by their sum": (
        lambda yhat, share: masked(yhat, nucleus_of(yhat, share))
    ),
    "by-share: the kept probabilities are divided by the share, not by their sum": (
        lambda yhat, share: masked(yhat, nucleus_of(yhat, share)) / share
    ),
    "one-more: the sum has to exceed the share; to reach it is enough": (
        one_past,
        lambda yhat, share: up_to_the_first(yhat, share, np.greater, 1),
    ),
    "unstable: the sort may exchange equal probabilities; kind='stable' keeps the smaller index "
    "first": lambda yhat, share: in_order_of_index(yhat, share, lambda yhat: np.argsort(-yhat)),
    "unsorted: the probabilities are added in the order of their indices, not from the largest "
    "on": in_order_of_index,
    "ascending: the probabilities are added from the smallest on": (
        lambda yhat, share: in_order_of_index(yhat, share, np.argsort)
    ),
    "threshold: each probability alone is compared with 1 − share, nothing is added": (
        lambda yhat, share: conditional(yhat, yhat >= min(1 - share, yhat.max()))
    ),
    "sorted: the probabilities are returned from the largest on, not in the order of yhat": (
        lambda yhat, share: nucleus(yhat, share)[falling(yhat)]
    ),
    "rest: the nucleus is cut, and the tail is kept": (
        lambda yhat, share: (
            conditional(yhat, falling(yhat)[len(nucleus_of(yhat, share)) :])
            if len(nucleus_of(yhat, share)) < len(yhat)
            else np.zeros(len(yhat))
        )
    ),
    "even: the kept characters share evenly": (
        lambda yhat, share: conditional(np.ones(len(yhat)), nucleus_of(yhat, share))
    ),
    "softmax: a softmax of probabilities is taken; they are no scores": (
        lambda yhat, share: conditional(softmax(yhat), nucleus_of(yhat, share))
    ),
    "none: nothing is cut": lambda yhat, share: yhat,
    "greedy: the largest takes all": lambda yhat, share: np.eye(len(yhat))[yhat.argmax()],
}


def product(total, more):
    """Probabilities multiplied: after some hundred characters they are all 0."""
    return total[:, None] * np.exp(more)


def its_own_best(start, step, N, beams) -> np.ndarray:
    """Every text of the first step goes on greedily, and none displaces another."""
    first = falling(start)[:beams]
    texts = [[k] for k in first]
    total = start[first].copy()
    for _ in range(N - 1):
        for row, text in enumerate(texts):
            total[row] += step[text[-1]].max()
            text.append(int(step[text[-1]].argmax()))
    return np.array(texts[int(np.argmax(total))])


def likeliest(start, step, N, beams) -> np.ndarray:
    """The likeliest text of all, by dynamic programming: no beam is needed for such a source."""
    total, back = start.copy(), []
    for _ in range(N - 1):
        sums = total[:, None] + step
        back.append(sums.argmax(axis=0))
        total = sums.max(axis=0)
    text = [int(total.argmax())]
    for best in reversed(back):
        text.append(int(best[text[-1]]))
    return np.array(text[::-1])


def transposed(start, step, N, beams) -> np.ndarray:
    return search(start, step.T, N, beams)


MISTAKES[beam_search] = {
    "greedy: one text is kept, whatever the number of beams": (
        lambda start, step, N, beams: search(start, step, N, 1)
    ),
    "product: probabilities are multiplied; a long product is 0, and 0 equals 0": (
        lambda *a: search(*a, worth=product, first=1.0)
    ),
    "sum: probabilities are added in place of their logarithms": (
        lambda *a: search(*a, worth=lambda total, more: total[:, None] + np.exp(more))
    ),
    "last-only: a text is judged by its last character alone, what came before is forgotten": (
        lambda *a: search(*a, worth=lambda total, more: 0 * total[:, None] + more)
    ),
    "apart: each beam goes on with its own best character, and none displaces another": (
        its_own_best
    ),
    "all: the likeliest text of all is returned; with so few beams the search loses it": likeliest,
    "ascending: the texts are sorted from the least likely on": (
        lambda *a: search(*a, rank=lambda worths: worths)
    ),
    "last-beam: the last of the kept texts is returned, not the first": (
        lambda *a: search(*a, best=-1)
    ),
    "one-more: one text more is kept": (
        lambda start, step, N, beams: search(start, step, N, beams + 1)
    ),
    "one-less: one text less is kept": (
        lambda start, step, N, beams: search(start, step, N, max(beams - 1, 1))
    ),
    "transposed: step[:, j] is taken for the next character after j; it is step[j]": transposed,
    "no-start: the first character is searched without the probabilities of start": (
        lambda start, step, N, beams: search(0 * np.maximum(start, -1), step, N, beams)
    ),
    "reversed: the text is returned from its end": lambda *a: beam_search(*a)[::-1],
}
