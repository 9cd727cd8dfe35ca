"""Reading tales character by character: how likely each is, and what it takes to know it.

The reader holds all the ways in which the tale may go on, with their exact probabilities (a
``Place`` each); a character leaves those that begin with it. Their number is finite, so the reader
is an automaton, whose states are made when they are first reached.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, cached_property
from math import log
from typing import NamedTuple

import numpy as np

from rnncourse.text.tales import FIRST, HERO, LINES, WORD_LISTS, Recall

SPELLING, CHOICE, ECHO, NAME = "spelling", "choice", "echo", "name"


class Place(NamedTuple):
    """A place in a tale, up to what can no longer matter."""

    word: str  # that is being written, or a piece of the line; empty between two
    written: int  # characters of it
    recalled: str | None  # the list from which it was drawn before, if it is said again
    tokens: tuple  # what follows in the line
    then: str  # where the next line is drawn
    memory: tuple[tuple[str, str], ...]  # drawn words that are still to be said again


class Arc(NamedTuple):
    """A character that may come next."""

    log_probability: float  # nats
    kind: str
    state: "State"


class State:
    """What a reader knows after some text: the places where the tale can be, and how likely."""

    def __init__(self, places: frozenset[tuple[Place, Fraction]]):
        self.places = places

    @cached_property
    def arcs(self) -> dict[str, Arc]:
        """The characters that can come next."""
        ways = defaultdict(lambda: defaultdict(Fraction))
        for place, weight in self.places:
            for share, ready in _about_to_write(place):
                ways[ready.word[ready.written]][ready] += weight * share
        return {character: _arc(after, len(ways)) for character, after in ways.items()}


@cache
def _state(places: frozenset[tuple[Place, Fraction]]) -> State:
    return State(places)


START = _state(frozenset({(Place("", 0, None, (), FIRST, ()), Fraction(1))}))


def walk(text: str) -> Iterator[Arc]:
    """The arcs that spell ``text``; it stops early where no tale can go on as the text does."""
    state = START
    for character in text:
        arc = state.arcs.get(character)
        if arc is None:
            return
        yield arc
        state = arc.state


def _arc(ready: dict[Place, Fraction], alternatives: int) -> Arc:
    """Write the next character, which is the same for every place of ``ready``."""
    share = sum(ready.values())
    after = {_one_written(place): weight / share for place, weight in ready.items()}
    kind = CHOICE if alternatives > 1 else _kind(next(iter(ready)))
    return Arc(log(share), kind, _state(frozenset(after.items())))


def _one_written(place: Place) -> Place:
    word, written, recalled, *later = place
    if written + 1 == len(word):
        return Place("", 0, None, *later)
    return Place(word, written + 1, recalled, *later)


def _kind(place: Place) -> str:
    """What it takes to know a character that is certain to come."""
    if place.recalled is None:
        return SPELLING
    begun = place.word[: place.written]
    nexts = {w[len(begun)] for w in WORD_LISTS[place.recalled] if w.startswith(begun)}
    if len(nexts) == 1:  # the word has begun as no other of its list
        return SPELLING
    return NAME if place.recalled == HERO else ECHO


def _about_to_write(place: Place) -> Iterator[tuple[Fraction, Place]]:
    """The places with a character to write to which ``place`` leads, with their shares."""
    if place.word:
        yield Fraction(1), place
        return
    for share, nearer in _next_word(place) if place.tokens else _next_line(place):
        for part, ready in _about_to_write(nearer):
            yield share * part, ready


def _next_line(place: Place) -> Iterator[tuple[Fraction, Place]]:
    lines = LINES[place.then]
    total = sum(line.weight for line in lines)
    for line in lines:
        yield Fraction(line.weight, total), Place("", 0, None, line.tokens, line.then, place.memory)


def _next_word(place: Place) -> Iterator[tuple[Fraction, Place]]:
    """Begin the next token of the line, with every word that it can be."""
    token, rest, memory = place.tokens[0], place.tokens[1:], dict(place.memory)
    if isinstance(token, str):
        yield Fraction(1), place._replace(word=token, tokens=rest)
        return
    recalled = token.words if isinstance(token, Recall) else None
    words = (memory[recalled],) if recalled else WORD_LISTS[token.words]
    for word in words:
        memory[token.words] = word
        kept = tuple(item for item in memory.items() if _is_needed(item[0], rest, place.then))
        yield Fraction(1, len(words)), Place(word, 0, recalled, rest, place.then, kept)


def _is_needed(name: str, tokens: tuple, then: str) -> bool:
    """Whether a word of this list may be said again, in this line or as the tale's hero."""
    return Recall(name) in tokens or (name == HERO and then != FIRST)


def tales_log_probability(text: str) -> float:
    """The exact log-probability, in nats, that the source begins with ``text``.

    The text starts where a tale starts. It may stop anywhere: a tale cut off counts with the sum
    over all its continuations, so ``tales(rng, N)`` has this probability among all texts of N
    characters. A text that no tales begin with has −∞; the empty one has 0.
    """
    arcs = list(walk(text))
    if len(arcs) < len(text):
        return -np.inf
    return float(sum(arc.log_probability for arc in arcs))


def tales_conditional_log_probabilities(text: str) -> np.ndarray:
    """Log-probability of each character given all before it, in nats, (N,).

    No model that reads the same characters scores better on average. The sum is
    ``tales_log_probability(text)``.

    Raises: ValueError if no tales begin with the text; it names the place.
    """
    return np.array([arc.log_probability for arc in _whole_walk(text)])


def tales_kinds(text: str) -> np.ndarray:
    """What it takes to predict each character, (N,) strings:

    "choice" where the source draws, so that more than one character can come. Where one only can,
    "name" if the hero tells it, named a hundred or more characters before, "echo" if an animal or
    a thing of the same line tells it, and "spelling" if neither is needed. All of the entropy lies
    in "choice". A word that returns is "name" or "echo" only where words of its list part: of
    "heron" these are h and r, for hedgehog begins with he too.

    Raises: ValueError if no tales begin with the text; it names the place.
    """
    return np.array([arc.kind for arc in _whole_walk(text)], dtype="<U8")


def _whole_walk(text: str) -> list:
    arcs = list(walk(text))
    if len(arcs) < len(text):
        stop = len(arcs)
        began = text[max(0, stop - 20) : stop]
        raise ValueError(f"no tale goes on with {text[stop]!r} after {began!r} (place {stop})")
    return arcs
