"""The grammar of the tales: lines of a story, the words they draw, and which line may follow.

A tale goes from line to line. In a line, ``[animal]`` draws one of the animals and ``{animal}``
says again the one that this line drew. Only the hero lives longer: drawn by the first line, and
said again by the last. Lines are drawn by their weights, words uniformly.
"""

import re
from typing import NamedTuple

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
