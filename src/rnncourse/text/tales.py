"""A source of fairy tales whose every probability is known."""

from collections.abc import Iterator

import numpy as np

from rnncourse.text.story import FIRST, LINES, WORD_LISTS, Draw, Line
from rnncourse.validate import require_count, require_generator


def tales(rng: np.random.Generator, characters: int) -> str:
    """Tell one tale after the other until there are ``characters`` characters; cut the last off.

    A tale has three lines or more and a blank line after them. Who begins it ends it: the hero of
    the first line is named again at the end of the last, a hundred or more characters later, and
    nowhere between. Nearer, an animal and a thing come back within their line. All else is drawn
    afresh. The lines and the words stand in ``rnncourse.text.story``. One tale:

        Once upon a time Otto lived in a wooden teapot by the hills.
        Soon a tiny ferret stole the milk.
        For three nights the child walked through rain and moonlight.
        At last the tower was full of turnips, and so, they say, was Otto.

    Raises: ValueError if characters < 1.
    """
    require_generator("rng", rng)
    require_count("characters", characters)
    told, missing, source = [], characters, _tales(rng)
    while missing > 0:
        told.append(next(source))
        missing -= len(told[-1])
    return "".join(told)[:characters]


def _tales(rng: np.random.Generator) -> Iterator[str]:
    """Lines of one tale after the other, for ever."""
    place, drawn = FIRST, {}
    while True:
        line = _any_line(rng, LINES[place])
        yield "".join(_spoken(rng, token, drawn) for token in line.tokens)
        place = line.then


def _any_line(rng: np.random.Generator, lines: tuple[Line, ...]) -> Line:
    ticket = _below(rng, sum(line.weight for line in lines))
    for line in lines:
        ticket -= line.weight
        if ticket < 0:
            return line
    raise AssertionError("the weights add up to the number of tickets")


def _below(rng: np.random.Generator, n: int) -> int:
    """A whole number of 0 … n − 1; several times faster than ``rng.integers``."""
    return int(rng.random() * n)


def _spoken(rng: np.random.Generator, token, drawn: dict[str, str]) -> str:
    """A token in words; what is drawn replaces the last word of its list."""
    if isinstance(token, str):
        return token
    if isinstance(token, Draw):
        words = WORD_LISTS[token.words]
        drawn[token.words] = words[_below(rng, len(words))]
    return drawn[token.words]


def tales_entropy() -> float:
    """The entropy rate of the tales in bits per character: no model can do better on average.

    The tales are independent, and the grammar is unambiguous, so that a tale's information is what
    its draws hold. With v the expected number of visits of each place of the story,

        rate = sum_p v_p H_p / sum_p v_p L_p,      v = e_begin + P^T v,

    H_p the bits of drawing a line at place p and the words of that line, L_p its expected length;
    P leaves out the step that ends a tale.
    """
    places = list(LINES)
    on = np.zeros((len(places), len(places)))  # P, from row to column
    bits, length = np.zeros(len(places)), np.zeros(len(places))
    for row, lines in enumerate(LINES.values()):
        total = sum(line.weight for line in lines)
        for line in lines:
            share = line.weight / total
            bits[row] += share * (_line_bits(line) - np.log2(share))
            length[row] += share * sum(_expected_length(token) for token in line.tokens)
            if line.then != FIRST:
                on[row, places.index(line.then)] += share
    start = np.array([place == FIRST for place in places], float)
    visits = np.linalg.solve(np.eye(len(places)) - on.T, start)
    return float(visits @ bits / (visits @ length))


def _line_bits(line: Line) -> float:
    draws = [token for token in line.tokens if isinstance(token, Draw)]
    return sum(np.log2(len(WORD_LISTS[token.words])) for token in draws)


def _expected_length(token) -> float:
    """A word that is said again has been drawn uniformly, so its expected length is the same."""
    return len(token) if isinstance(token, str) else np.mean([*map(len, WORD_LISTS[token.words])])
