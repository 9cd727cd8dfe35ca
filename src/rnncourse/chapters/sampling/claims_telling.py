"""Claims of chapter 13 on written text: what was copied, and what was only guessed."""

from collections import Counter

import numpy as np

from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import best_match, reader_of_tales
from rnncourse.chapters.sampling import cases
from rnncourse.claims.registry import claim
from rnncourse.sampling import copied_share

READER = f"stored weights: {reader.RUN}"


def dice(seed: int, length: int, K: int = 4) -> str:
    """A text of K letters, each equally likely."""
    return "".join("abcdefgh"[k] for k in np.random.default_rng(seed).integers(0, K, length))


@claim("sample-copied-bound", shows="eq-sample-copied", tolerance=0.02, how="random texts")
def copies_by_chance() -> float:
    """Of texts of 4 equally likely letters the share that stands by chance in another text is at
    most the number of runs times the probability of one, and near it where that is small."""
    M = 30_000
    learned, fresh, beyond = dice(0, M), dice(1, M), []
    for n in range(1, 13):
        bound = min(1.0, (M - n + 1) / 4**n)
        share = copied_share(fresh, learned, n)
        beyond.append(share - bound)
        if bound < 0.2:
            beyond.append(abs(share - bound))
    return max(beyond)


@claim("sample-copied-by-counting", tolerance=1e-12, how="counting runs")
def copied_share_by_counting() -> float:
    """The package's share of copied runs is the share of the runs counted in a table."""
    sample, text = cases.other_tales()[:800], cases.learned_tales()[:20_000]
    errors = []
    for n in (3, 10, 40):
        there = {text[k : k + n] for k in range(len(text) - n + 1)}
        runs = Counter(sample[k : k + n] for k in range(len(sample) - n + 1))
        share = sum(times for run, times in runs.items() if run in there) / runs.total()
        errors.append(abs(share - copied_share(sample, text, n)))
    return max(errors)


@claim("sample-fresh-20", states=0.73, tolerance=0.03, how="10,000 characters of fresh tales")
def fresh_tales_look_copied() -> float:
    """The share of runs of 20 characters of fresh tales that stand in 100,000 other characters."""
    return copied_share(cases.other_tales(10_000), cases.learned_tales(), 20)


@claim("sample-fresh-80", states=0.0, tolerance=0.02, how="3000 characters of fresh tales")
def long_runs_are_new() -> float:
    """The same share of runs of 80 characters."""
    return copied_share(cases.other_tales(), cases.learned_tales(), 80)


# Guesses and written text


def shuffled_test(piece: str, text: str, rng, shuffles: int = 19) -> bool:
    """Does the piece match the text better somewhere than all of 19 shuffles of its letters?"""
    own = best_match(piece, text, len(piece))[1]
    letters = list(piece)
    for _ in range(shuffles):
        rng.shuffle(letters)
        if best_match("".join(letters), text, len(piece))[1] >= own:
            return False
    return True


@claim("sample-shuffled-letters", states=1.0, tolerance=1e-12, how="10 pieces", source="W28")
def shuffled_letters_condemn_the_innocent() -> float:
    """The share of pieces of 49 characters of tales by the source itself, unrelated to the text
    that they are laid on, that a test against shuffled letters at 5 % calls guesses."""
    _, _, text = reader_of_tales()
    rng, tale = np.random.default_rng(0), cases.other_tales()
    starts = range(0, 2000, 200)
    return float(np.mean([shuffled_test(tale[k : k + 49], text, rng) for k in starts]))


def guessed() -> tuple[str, str]:
    """Guesses one step ahead, and the text they were made on."""
    net, vocabulary, text = reader_of_tales()
    ids = net.guess(vocabulary.encode(text), rng=np.random.default_rng(3))
    return vocabulary.decode(ids), text


def best_counts(printed: str, text: str, length: int = 100) -> list[int]:
    """How many characters of each piece agree with the text at its best place."""
    starts = range(0, len(printed) - length + 1, length)
    return [best_match(printed[k : k + length], text, length)[1] for k in starts]


@claim("sample-match-overlap", tolerance=0.5, how=f"{READER}; 0 if right", source="W28")
def a_good_writer_agrees_with_any_book() -> float:
    """Half of the pieces of 100 characters by the source itself agree with an unrelated text in
    more places than half of the guesses agree with the text they were made on; half of the pieces
    that the reader has written agree with it in fewer places than any guess."""
    printed, text = guessed()
    guesses = best_counts(printed[:3000], text)
    source, free = best_counts(cases.other_tales(), text), best_counts(cases.written(1.0), text)
    middle = np.median(guesses)
    return float(not (np.median(source) > middle and np.median(free) < min(guesses)))


@claim("sample-moves-along", states=0.98, tolerance=0.05, how=READER, source="W28")
def guesses_move_along() -> float:
    """Cut into pieces of 100 characters, the share of pieces of guesses that fit best exactly where
    the piece before stops."""
    return cases.moves_along(*guessed())


@claim("sample-stays", tolerance=0.1, how=READER, source="W28")
def written_text_does_not() -> float:
    """The same share of 29 pieces that the reader has written, or that the source has told: the
    largest of three such texts."""
    _, text = guessed()
    honest = (cases.written(1.0), cases.written(0.5), cases.other_tales())
    return max(cases.moves_along(printed, text) for printed in honest)
