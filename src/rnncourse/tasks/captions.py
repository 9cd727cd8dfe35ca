"""Sentences about drawn flowers, and the way back from a sentence to what it says."""

import re
from itertools import combinations, permutations

import numpy as np

from rnncourse.tasks.caption_forms import FILLERS, PARAPHRASES, USUAL, clauses
from rnncourse.tasks.flower_attributes import COUNTS, flower_attributes, require_attributes
from rnncourse.validate import require_choice, require_generator

OPEN = 0.25  # how often an attribute is left open
RARE = {
    "round": "rounded",
    "pointed": "sharp",
    "narrow": "slim",
    "small": "little",
    "large": "big",
    "red": "crimson",
    "pink": "rosy",
    "yellow": "golden",
    "white": "snowy",
    "blue": "azure",
    "violet": "purple",
    "dark purple": "dark violet",
}
ATTRIBUTES = tuple(flower_attributes)
HAS_RARE = np.array([attribute != "petals" for attribute in ATTRIBUTES])


def describe_flowers(
    rng: np.random.Generator,
    attributes: np.ndarray,
    *,
    wording: str = "usual",
    complete: bool = False,
    fillers: int | None = None,
) -> list[str]:
    """Say one sentence about each flower.

    Each attribute is left open with probability 1/4, at least one is named; with ``complete`` all
    five are. ``fillers`` clauses that say nothing about the flower are put in front (0, 1 or 2;
    by default one in a quarter of the sentences).

    usual        the fifteen sentence forms of training; at most one value is named by its rare word
                 ("purple" for violet, "golden" for yellow); in the form with one clause for each
                 attribute, the clauses come in an even permutation of the attributes' order
    paraphrased  four sentence forms that training never uses, made of words that it uses
    reordered    the form with one clause for each attribute, in an odd permutation: an order that
                 training never uses for these attributes; at least two are named
    synonyms     the forms of training, with the rare word for each value that has one; at least
                 two of them are named, and training never has two together

    Shapes: attributes (n, 5); result n sentences.
    Raises: ValueError if an attribute has no such value or the wording is unknown.
    """
    require_generator("rng", rng)
    require_attributes("attributes", attributes)
    require_choice("wording", wording, WORDINGS)
    if fillers is not None:
        require_choice("fillers", fillers, range(len(FILLERS)))
    named = _named(rng, len(attributes), wording, complete)
    rare = named & HAS_RARE if wording == "synonyms" else choose_rare(rng, named)
    chance = rng.random((len(attributes), 8))
    rows = zip(attributes, named, rare, chance, strict=True)
    return [_sentence(*row, wording, fillers) for row in rows]


def _named(rng, n, wording, complete) -> np.ndarray:
    """Which attributes each sentence names, (n, 5) bool."""
    chance = rng.random((n, len(COUNTS)))
    if complete:
        return np.ones_like(chance, bool)
    first, least = {"synonyms": (1, 2), "reordered": (0, 2)}.get(wording, (0, 1))
    bar = np.sort(chance[:, first:], axis=1)[:, least - 1]  # so many are named in any case
    return chance <= np.maximum(bar, 1.0 - OPEN)[:, None]


def choose_rare(rng: np.random.Generator, named: np.ndarray) -> np.ndarray:
    """In half of the sentences, one value that is named by its rare word, (n, 5) bool."""
    chance = np.where(named, rng.random(named.shape), 2.0)
    chance[:, 0] = 3.0  # numbers have no rare word
    one = chance == chance.min(axis=1, keepdims=True)
    return named & one & (rng.random(len(named)) < 0.5)[:, None]


def _sentence(attributes, named, rare, chance, wording, fillers) -> str:
    words = words_for(attributes, named, rare)
    words["flower"] = ("flower", "blossom")[int(chance[0] * 2)]
    words["heart"] = ("center", "heart")[int(chance[1] * 2)]
    text = WORDINGS[wording](words, chance)
    number = fillers if fillers is not None else int(chance[2] < 0.25)
    front = _pick(FILLERS[number], chance[3])
    text = f"{front} {text}".strip()
    return text[0].upper() + text[1:] + "."


def words_for(attributes, named, rare) -> dict[str, str]:
    """The word for each attribute's value, "" where it is left open."""
    words = {}
    for column, (attribute, values) in enumerate(flower_attributes.items()):
        word = values[attributes[column]] if named[column] else ""
        words[attribute] = RARE[word] if rare[column] else word
    return words


def _usual(words, chance) -> str:
    forms = [form for form in USUAL if form(words)] + 2 * [None]  # it has many orders
    form = _pick(forms, chance[4])
    return form(words) if form else clauses(words, _order(words, chance, odd=False))


def _paraphrased(words, chance) -> str:
    return _pick([form for form in PARAPHRASES if form(words)], chance[4])(words)


def _reordered(words, chance) -> str:
    return clauses(words, _order(words, chance, odd=True))


WORDINGS = {
    "usual": _usual,
    "paraphrased": _paraphrased,
    "reordered": _reordered,
    "synonyms": _usual,
}


def _order(words, chance, *, odd: bool) -> list[str]:
    """The named attributes in a random order of this parity."""
    named = [attribute for attribute in ATTRIBUTES if words[attribute]]
    orders = [order for order in permutations(range(len(named))) if _is_odd(order) == odd]
    return [named[place] for place in _pick(orders, chance[5])]


def _is_odd(order) -> bool:
    """A permutation is odd when an odd number of its pairs stand the wrong way round."""
    return sum(first > second for first, second in combinations(order, 2)) % 2 == 1


def _pick(options, chance):
    return options[int(chance * len(options))]


def split_caption(caption: str) -> list[str]:
    """The words of a caption in lower case, without punctuation.

    >>> split_caption("Small, round violet petals.")
    ['small', 'round', 'violet', 'petals']
    """
    if not isinstance(caption, str):
        raise ValueError(f"caption must be a str, got {type(caption).__name__}")
    words = re.findall(r"[^\W_]+", caption.lower())
    if not words:
        raise ValueError(f"caption must hold at least one word, got {caption!r}")
    return words


def read_caption(caption: str) -> tuple:
    """What a caption says about petals, shape, size, color and center, None for what it leaves out.

    The value of each attribute is its usual name, whatever word the caption used. A number, a
    shape and a size are the flower's wherever they stand. A color is that of the noun it stands
    before, or of the noun it is said of with "is" or "are".

    Raises: ValueError for a word that no caption uses, for a color without a noun, for a color
    that its noun never has, and if the caption says two things of one attribute.

    >>> read_caption("This flower has small, round violet petals with a dark purple center.")
    (None, 'round', 'small', 'violet', 'dark purple')
    """
    words = split_caption(caption)
    require_words(words, caption_words)
    return read_words(words)


def require_words(words: list[str], known: tuple[str, ...]) -> None:
    """Every word belongs to the language; the error names the first that does not."""
    for word in words:
        if word not in known:
            raise ValueError(f"no caption uses the word {word!r}")


def read_words(words: list[str]) -> tuple:
    """Walk through the words: colors wait for their noun, or follow a noun and its verb."""
    said = {}
    waiting, subject, after_verb, inner = [], None, False, False
    for word in _joined(words):
        if word in VALUES:
            attribute, value = VALUES[word]
            if attribute != "color":
                _say(said, attribute, value)
            elif after_verb and subject:
                _say_color(said, subject, value)
            else:
                waiting.append(value)
        elif word in NOUNS:
            for value in waiting:
                _say_color(said, NOUNS[word], value)
            waiting, after_verb = [], False
            subject, inner = (subject if inner else NOUNS[word]), False
        elif word in ("is", "are"):
            after_verb = True
        elif word != "and":
            after_verb, inner = False, word == "of" or inner
            subject = None if word in ("there", "here") else subject
    if waiting:
        raise ValueError(f"the color {waiting[0]} belongs to no noun")
    return tuple(said.get(attribute) for attribute in ATTRIBUTES)


def _joined(words: list[str]) -> list[str]:
    """The words, with "dark purple" and "dark violet" as one."""
    joined = []
    for word in words:
        if joined and joined[-1] == "dark":
            if f"dark {word}" not in VALUES:
                raise ValueError(f"dark must stand before purple or violet, got dark {word}")
            joined[-1] = f"dark {word}"
        else:
            joined.append(word)
    if joined[-1] == "dark":
        raise ValueError("the word dark stands alone, it must stand before purple or violet")
    return joined


def _say_color(said: dict, attribute: str, value: str) -> None:
    if value not in flower_attributes[attribute]:
        known = ", ".join(flower_attributes[attribute])
        part = {"color": "petals are", "center": "the center is"}[attribute]
        raise ValueError(f"{part} one of {known}; got {value}")
    _say(said, attribute, value)


def _say(said: dict, attribute: str, value: str) -> None:
    if said.setdefault(attribute, value) != value:
        raise ValueError(f"the caption says both {said[attribute]} and {value} of {attribute}")


def _values() -> dict:
    """Attribute and value of each adjective; every color, a center's too, stands under color."""
    table = {}
    for attribute, values in flower_attributes.items():
        for value in values:
            kind = "color" if attribute == "center" else attribute
            table[value] = table[RARE.get(value, value)] = (kind, value)
    return table


VALUES = _values()
NOUNS = {
    "flower": "color",
    "blossom": "color",
    "petals": "color",
    "color": "color",
    "one": "color",
    "center": "center",
    "heart": "center",
}
GRAMMAR = (
    "a an and are around blossom by center color flower garden has heart here in is it its of on "
    "petals picture surrounded sunny day the there this with"
)
caption_words = tuple(sorted({*" ".join((*VALUES, GRAMMAR)).split()}))
