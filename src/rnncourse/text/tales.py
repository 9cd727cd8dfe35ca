"""A source of fairy tales whose every probability is known: its grammar, and what it writes.

A tale goes from line to line. In a line, ``[animal]`` draws one of the animals and ``{animal}``
says again the one that this line drew. Only the hero lives longer: drawn by the first line, and
said again by the last. Lines are drawn by their weights, words uniformly.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_count, require_generator

FIRST = "begin"  # a line that is followed by this one ends the tale
HERO = "hero"

WORDS = {
    HERO: "Anka Bruno Greta Hanno Ida Jorin Mila Otto",
    "animal": "bear beetle crow donkey ferret fox goose hedgehog heron magpie mole rat snail toad "
    "wolf wren",
    "mood": "bald bored drowsy grumpy hungry jolly lonely moody nervous noisy polite proud sleepy "
    "sly tiny wicked",
    "thing": "bell boot broom bucket candle drum feather fiddle hammer key ladle mirror needle "
    "pumpkin spoon thimble",
    "stuff": "brass clay copper glass golden paper silver wooden",
    "food": "bread cheese honey jam milk porridge soup turnips",
    "job": "baker bishop cook king miller queen tailor witch",
    "home": "cave chimney lighthouse mill palace shoe teapot tower",
    "wild": "birches dunes forest hills lake marsh moor river",
    "weather": "fog frost hail moonlight rain snow thunder wind",
    "number": "two three four five six seven nine twelve",
    "when": "At_dawn At_midnight Before_breakfast By_and_by Next_day One_evening Soon Too_late",
    "where": "at_the_bakery behind_the_moon down_a_well in_a_nest inside_a_whale on_a_cloud "
    "under_a_bridge up_a_pear_tree",
    "needs": "deserves dreams_of loves must_have needs sings_for waits_for wants",
    "thanks": "bowed danced_a_jig flew_away gave_three_crumbs sang sneezed told_a_secret "
    "wept_for_joy",
}

STORY = {
    FIRST: [
        (2, "Once upon a time [hero] lived in a [stuff] [home] by the [wild].", "trouble"),
        (2, "When the moon was made of [food], [hero] slept in a [stuff] [home].", "trouble"),
        (1, "[hero] was born in a [home] with a [stuff] [thing] in one hand.", "trouble"),
    ],
    "trouble": [
        (2, "[when] a [mood] [animal] stole the [food].", "road"),
        (1, "Then the [weather] came, and the [job] ran out of [food].", "road"),
        (1, "But the [job] had lost a [stuff] [thing] [where].", "road"),
    ],
    "road": [
        (
            4,
            '[when] a [mood] [animal] barred the way. "Every {animal} [needs] a [stuff] [thing]," '
            "it said. The child found the {thing} [where].",
            "road",
        ),
        (
            3,
            "[when] the child wept [where], shared the [food] with a [mood] [animal] and walked "
            "on, and the {animal} [thanks].",
            "road",
        ),
        (2, "For [number] nights the child walked through [weather] and [weather].", "road"),
        (1, '"What has a [thing] but no [thing]?" A [animal], said the child.', "road"),
        (2, "So all the bells rang, and the [mood] [job] danced with {hero}.\n", FIRST),
        (2, "At last the [home] was full of [food], and so, they say, was {hero}.\n", FIRST),
        (1, "The [stuff] [thing] is rusty now, but the tale belongs to {hero}.\n", FIRST),
    ],
}


class Draw(NamedTuple):
    """Any word of a list, each equally likely."""

    words: str


class Recall(NamedTuple):
    """The word of a list that was drawn before."""

    words: str


class Line(NamedTuple):
    """One line of a tale; ``weight`` over the sum of its alternatives' is its probability."""

    weight: int
    tokens: tuple[str | Draw | Recall, ...]
    then: str  # where the next line is drawn


def _token(piece: str) -> str | Draw | Recall:
    kind = {"[": Draw, "{": Recall}.get(piece[0])
    return kind(piece[1:-1]) if kind else piece


def _line(weight: int, text: str, then: str) -> Line:
    pieces = re.split(r"(\[\w+\]|\{\w+\})", text + "\n")
    return Line(weight, tuple(_token(piece) for piece in pieces if piece), then)


WORD_LISTS = {
    name: tuple(word.replace("_", " ") for word in words.split()) for name, words in WORDS.items()
}
LINES = {name: tuple(_line(*line) for line in lines) for name, lines in STORY.items()}


def tales(rng: np.random.Generator, characters: int) -> str:
    """Tell one tale after the other until there are ``characters`` characters; cut the last off.

    A tale has three lines or more and a blank line after them. Who begins it ends it: the hero of
    the first line is named again at the end of the last, a hundred or more characters later, and
    nowhere between. Nearer, an animal and a thing come back within their line. All else is drawn
    afresh. The lines and the words stand in ``rnncourse.text.tales``. One tale:

        Once upon a time Otto lived in a wooden teapot by the hills.
        Soon a tiny ferret stole the milk.
        For three nights the child walked through rain and moonlight.
        At last the tower was full of turnips, and so, they say, was Otto.

    Raises: ValueError if characters < 1.
    """
    require_generator("rng", rng)
    require_count("characters", characters)
    lines, missing, source = [], characters, _tales(rng)
    while missing > 0:
        lines.append(next(source))
        missing -= len(lines[-1])
    return "".join(lines)[:characters]


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
