"""What a bag of words can mean: all readings of a scene's words, and the best guess from them.

A reading is what a sentence says of the scene, ten entries: petals, shape, size, color and center
of the left flower, then of the right one; None where the sentence leaves the attribute open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import permutations, product

import numpy as np

from rnncourse.tasks import flower_attributes, held_out_scene, split_caption
from rnncourse.tasks.captions import RARE
from rnncourse.tasks.flower_attributes import COMBINATIONS, COUNTS
from rnncourse.tasks.flower_scenes import OPEN, RELATIONS, scene_sentence

Reading = tuple[int | None, ...]  # ten entries
Spoken = tuple[str, ...]  # ten words in the order of the sentence, "" for what is open
ATTRIBUTES = tuple(flower_attributes)
RELATION_WORDS = Counter(9 * ["to", "the", "left", "right", "of", "is", "on", "has", "its"])


def readings(caption: str, kind: str = "seen", complete: bool = False) -> dict[Reading, float]:
    """The readings of all sentences with exactly the words of this one, and how likely each is.

    P(reading | bag) for scenes and sentences as ``flower_scenes(rng, n, combinations=kind,
    complete=complete)`` draws them.

    Raises: ValueError if scenes of this kind have no sentence with these words.
    """
    bag = Counter(split_caption(caption))
    weights: dict[Reading, float] = {}
    for spoken in assignments(bag):
        said = 1.0 if complete else _chance_said(spoken[:5]) * _chance_said(spoken[5:])
        if said == 0.0 or (complete and "" in spoken):
            continue
        said *= _chance_worded(spoken[:5]) * _chance_worded(spoken[5:])
        for form in _forms(spoken, bag):
            reading = _reading(spoken, RELATIONS[form][3])
            weights[reading] = weights.get(reading, 0.0) + said * scenes_with(reading, kind)
    total = sum(weights.values())
    if total == 0.0:
        raise ValueError(f"the caption must be one of {kind} scenes, got {caption!r}")
    return {reading: weight / total for reading, weight in weights.items() if weight}


def assignments(bag: Counter) -> Iterator[Spoken]:
    """Every way to say these attribute words of the two flowers of a sentence, each once."""
    for words in _joined(bag):
        plain = [
            _placed([word for word in words if word in _values(attribute)], 2)
            for attribute in ("petals", "shape", "size")
        ]
        colors = [word for word in words if word in _values("color") or word in _values("center")]
        for *pairs, four in product(*plain, _placed(colors, 4)):
            pairs += [four[:2], four[2:]]
            fits = all(
                word == "" or word in _values(attribute)
                for attribute, pair in zip(ATTRIBUTES, pairs, strict=True)
                for word in pair
            )
            if fits:
                yield tuple(pair[place] for place in (0, 1) for pair in pairs)


def _joined(bag: Counter) -> Iterator[list[str]]:
    """The words of the bag with every "dark" joined to a color: "dark purple" is one word."""
    words = list(bag.elements())
    darkened = [word for word in words if word in ("purple", "violet")]
    for chosen in set(permutations(darkened, bag["dark"])):
        if list(chosen) == sorted(chosen):
            rest = Counter(words) - Counter(["dark"] * bag["dark"]) - Counter(chosen)
            yield [*rest.elements(), *(f"dark {word}" for word in chosen)]


def _placed(words: list[str], places: int) -> set[tuple[str, ...]]:
    """The different ways to put these words into so many places."""
    if len(words) > places:
        return set()
    return set(permutations([*words, *[""] * (places - len(words))]))


@cache
def _values(attribute: str) -> dict[str, int]:
    """Which value each word of an attribute names, by its usual and by its rare word."""
    values = flower_attributes[attribute]
    usual = {value: place for place, value in enumerate(values)}
    return usual | {RARE[value]: place for value, place in usual.items() if value in RARE}


def _forms(spoken: Spoken, bag: Counter) -> list[int]:
    """The forms that can say this with just the words of the bag.

    Which of the two nouns is used for a flower and for its center makes no difference: the words
    of the bag can be put into the places for nouns of each of its sentences in as many ways.
    """
    words = _plain(" ".join(bag.elements()))
    related = _related(frozenset((bag & RELATION_WORDS).items()))
    return [form for form in related if _plain(_write(spoken, form)) == words]


@cache
def _related(words: frozenset) -> list[int]:
    """The forms whose words for left and right are these."""
    forms = range(len(RELATIONS))
    return [form for form in forms if frozenset((_own(form) & RELATION_WORDS).items()) == words]


def _own(form: int) -> Counter:
    return Counter(" ".join(RELATIONS[form][:3]).split())


def _plain(text: str) -> list[str]:
    """The words in order of the alphabet, with one word for a flower and one for its center."""
    plain = {"blossom": "flower", "heart": "center"}
    return sorted(plain.get(word, word) for word in split_caption(text))


def _write(spoken: Spoken, form: int) -> str:
    pair = [dict(zip(ATTRIBUTES, half, strict=True)) for half in (spoken[:5], spoken[5:])]
    return scene_sentence(pair, form, (0, 0, 0))


def _reading(spoken: Spoken, left_first: bool) -> Reading:
    values = [_values(name).get(word) for name, word in zip(ATTRIBUTES * 2, spoken, strict=True)]
    return tuple(values if left_first else values[5:] + values[:5])


def _chance_said(words: tuple[str, ...]) -> float:
    """That just these attributes of a flower are named: each by a coin, and one at least."""
    count = sum(word != "" for word in words)
    none = OPEN ** len(words)  # then one attribute is named all the same
    by_coin = (1.0 - OPEN) ** count * OPEN ** (len(words) - count)
    return {0: 0.0, 1: by_coin + none / len(words)}.get(count, by_coin)


def _chance_worded(words: tuple[str, ...]) -> float:
    """That just these of the named values are said by their rare words: in half of the sentences
    one of those that have a rare word."""
    able = sum(word != "" for word in words[1:])
    rare = sum(word in RARE.values() for word in words[1:])
    if able == 0:
        return 1.0
    return {0: 0.5, 1: 0.5 / able}.get(rare, 0.0)


@cache
def scenes_with(reading: Reading, kind: str) -> float:
    """How many scenes of this kind are as the reading says: flowers of two colors, in order."""
    left, right = (_by_color(half, kind) for half in (reading[:5], reading[5:]))
    return float(left @ _orders(kind) @ right)


@cache
def _by_color(half: Reading, kind: str) -> np.ndarray:
    """How many flowers of each color are as this half of a reading says, (6,)."""
    known = COMBINATIONS["unseen" if kind == "unseen" else "seen"]()
    open_entries = np.array([value is None for value in half])
    wanted = np.array([value or 0 for value in half])
    fits = ((known == wanted) | open_entries).all(axis=1)
    return np.bincount(known[fits][:, 3], minlength=COUNTS[3]).astype(float)


@cache
def _orders(kind: str) -> np.ndarray:
    """Which colors can stand left and right in scenes of this kind, (6, 6) of 0 and 1."""
    pairs = np.zeros((COUNTS[3] ** 2, 2, len(COUNTS)), np.int64)
    pairs[:, :, 3] = np.stack(np.divmod(np.arange(len(pairs)), COUNTS[3]), axis=1)
    left, right = pairs[:, :, 3].T
    fits = (held_out_scene(pairs) == (kind == "swapped")) & (left != right)
    return fits.reshape(COUNTS[3], COUNTS[3]).astype(float)


def best_scene(chances: dict[Reading, float]) -> float:
    """The largest probability with which one scene is as the sentence says: all named attributes.

    A scene may fit several readings: where each leaves open what the others name. So the readings
    are parted at an entry on which two of them disagree, until those that are left agree.
    """
    size = len(next(iter(chances)))
    for entry in range(size):
        values = {reading[entry] for reading in chances} - {None}
        if len(values) > 1:
            return max(
                best_scene({r: p for r, p in chances.items() if r[entry] in (None, value)})
                for value in values
            )
    return sum(chances.values())


def best_attributes(chances: dict[Reading, float]) -> float:
    """The largest expected number of named attributes that one scene has right."""
    right = 0.0
    for entry in range(len(next(iter(chances)))):
        by_value: dict[int, float] = {}
        for reading, chance in chances.items():
            if reading[entry] is not None:
                by_value[reading[entry]] = by_value.get(reading[entry], 0.0) + chance
        right += max(by_value.values(), default=0.0)
    return right


def bag_bound(captions: Iterable[str], kind: str) -> tuple[float, float]:
    """What no picture maker that sees bags of words alone exceeds on such sentences, on average.

    Returns: the share of the named attributes that stand at the right flower, and the share of the
    scenes that have all of them right. The average is over the reading that was meant.
    """
    known = [readings(caption, kind) for caption in captions]
    named = [sum(value is not None for value in next(iter(chances))) for chances in known]
    share = sum(best_attributes(chances) for chances in known) / sum(named)
    return share, sum(best_scene(chances) for chances in known) / len(known)
