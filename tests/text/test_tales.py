"""Tales: told by one route, scored by others."""

import re

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse import text
from rnncourse.text.tale_scores import START
from rnncourse.text.tales import FIRST, HERO, LINES, WORD_LISTS, Draw, Recall

TALE = (
    "Once upon a time Mila lived in a golden mill by the lake.\n"
    "Soon a sly fox stole the jam.\n"
    "At last the cave was full of soup, and so, they say, was Mila.\n\n"
)
TALE_PROBABILITY = (2 / 5 / 8**4) * (2 / 4 / 8 / 16**2 / 8) * (2 / 15 / 8**2)
NAMES = re.compile("|".join(WORD_LISTS[HERO]))


@pytest.fixture(scope="module")
def told() -> str:
    return text.tales(np.random.default_rng(1), 300_000)


@pytest.fixture(scope="module")
def whole_tales(told) -> list[str]:
    """The tales without the last, which is cut off."""
    return [tale + "\n\n" for tale in told.split("\n\n")[:-1]]


def pattern_of(line) -> str:
    """A line as a regular expression: a group where a word is drawn, a reference where it returns.

    The hero is a reference outside of the first line, with the name put in later.
    """
    parts, drawn = [], set()
    for token in line.tokens:
        if isinstance(token, str):
            parts.append(re.escape(token))
        elif isinstance(token, Draw):
            label = f"(?P<{token.words}>" if token.words not in drawn else "("
            drawn.add(token.words)
            parts.append(label + "|".join(WORD_LISTS[token.words]) + ")")
        else:
            parts.append("HERO" if token.words == HERO else f"(?P={token.words})")
    return "".join(parts)


def parsed_probability(told: str, place: str = FIRST, hero: str = "") -> float:
    """Probability of whole tales, summed over every way to read them as lines."""
    if not told:
        return 1.0 if place == FIRST else 0.0
    total = sum(line.weight for line in LINES[place])
    probability = 0.0
    for line in LINES[place]:
        found = re.match(pattern_of(line).replace("HERO", hero), told)
        if found:
            draws = [token.words for token in line.tokens if isinstance(token, Draw)]
            share = line.weight / total / np.prod([len(WORD_LISTS[words]) for words in draws])
            name = found[HERO] if HERO in draws else hero
            probability += share * parsed_probability(told[found.end() :], line.then, name)
    return probability


def test_a_tale_has_the_probability_of_its_draws():
    assert text.tales_log_probability(TALE) == pytest.approx(np.log(TALE_PROBABILITY), rel=1e-12)
    assert parsed_probability(TALE) == pytest.approx(TALE_PROBABILITY, rel=1e-12)


def test_reading_by_characters_and_by_lines_gives_one_probability(whole_tales):
    for tale in whole_tales[:60]:
        by_lines = np.log(parsed_probability(tale))
        assert text.tales_log_probability(tale) == pytest.approx(by_lines, rel=1e-12)


def test_tales_are_independent():
    twice = text.tales_log_probability(TALE + TALE)
    assert twice == pytest.approx(2 * np.log(TALE_PROBABILITY), rel=1e-12)


def test_a_tale_cut_off_has_the_sum_over_all_that_may_follow(told):
    assert text.tales_log_probability("") == 0
    characters = sorted(set(told))
    for end in range(0, 800, 11):
        begun = told[:end]
        scores = [text.tales_log_probability(begun + character) for character in characters]
        assert np.logaddexp.reduce(scores) == pytest.approx(
            text.tales_log_probability(begun), rel=1e-12
        )


def test_lines_that_begin_alike_share_their_beginning():
    """After the trouble, At begins At dawn and At midnight, of two lines, and At last."""
    before = TALE[: TALE.index("At last")]
    share = np.exp(text.tales_log_probability(before + "At") - text.tales_log_probability(before))
    assert share == pytest.approx(7 / 15 * 2 / 8 + 2 / 15, rel=1e-12)


def test_conditional_log_probabilities_add_up(told):
    each = text.tales_conditional_log_probabilities(told[:5000])
    assert each.shape == (5000,)
    assert each.sum() == pytest.approx(text.tales_log_probability(told[:5000]), rel=1e-12)
    assert (each <= 0).all()


def states_and_arcs():
    """Every state of the reader with its number, and the arcs as (from, to, probability)."""
    numbers, arcs = {START: 0}, []
    waiting = [START]
    for state in waiting:
        for arc in state.arcs.values():
            if arc.state not in numbers:
                numbers[arc.state] = len(numbers)
                waiting.append(arc.state)
            arcs.append((numbers[state], numbers[arc.state], np.exp(arc.log_probability)))
    come, go, probability = zip(*arcs, strict=True)
    return len(numbers), np.array(come), np.array(go), np.array(probability)


def test_the_entropy_rate_is_that_of_the_characters():
    """Expected visits of each state in a tale, times the entropy of the character written there.

    The grammar counted draws; here no draw is known, only characters. Were two derivations to tell
    one tale, the characters would hold fewer bits than the draws.
    """
    size, come, go, probability = states_and_arcs()
    assert np.bincount(come, probability) == pytest.approx(np.ones(size), abs=1e-12)
    bits = np.bincount(come, -probability * np.log2(probability), size)
    mass, visits = np.eye(1, size)[0], np.zeros(size)
    while mass.sum() > 1e-9:
        visits += mass
        mass = np.bincount(go, mass[come] * probability, size)
        mass[0] = 0.0  # the tale is told
    assert text.tales_entropy() == pytest.approx(visits @ bits / visits.sum(), rel=1e-7)


def test_the_entropy_rate_is_what_tales_cost_on_average(whole_tales):
    """A ratio of two means over tales, with its standard error (delta method)."""
    bits = -np.array([text.tales_log_probability(tale) for tale in whole_tales]) / np.log(2)
    lengths = np.array([len(tale) for tale in whole_tales])
    rate = bits.sum() / lengths.sum()
    error = np.sqrt(np.mean((bits - rate * lengths) ** 2) / len(bits)) / lengths.mean()
    assert error < 0.001
    assert abs(rate - text.tales_entropy()) < 4 * error


def test_who_begins_a_tale_ends_it(whole_tales):
    for tale in whole_tales:
        first, last = NAMES.finditer(tale)
        assert first[0] == last[0]
        assert last.start() - first.end() >= 100
        assert tale.endswith(f"{last[0]}.\n\n")


def shortest(tokens) -> int:
    return sum(
        len(token) if isinstance(token, str) else min(map(len, WORD_LISTS[token.words]))
        for token in tokens
    )


def test_no_tale_returns_to_its_hero_in_less_than_a_hundred_characters():
    after = [line.tokens[line.tokens.index(Draw(HERO)) + 1 :] for line in LINES[FIRST]]
    troubles = [line.tokens for line in LINES["trouble"]]
    ends = [line.tokens for line in LINES["road"] if line.then == FIRST]
    before = [tokens[: tokens.index(Recall(HERO))] for tokens in ends]
    least = sum(min(map(shortest, lines)) for lines in (after, troubles, before))
    assert least >= 100


def test_kinds_of_a_tale_by_hand():
    kinds = text.tales_kinds(TALE)
    assert kinds.shape == (len(TALE),)
    chosen = "".join(TALE[i] for i in np.flatnonzero(kinds == "choice"))
    # On(ce), not Otto; M(ila); go(lden), not glass; m(ill); l(ake); S(oon); sly; fo(x); j(am); …
    assert chosen == "OnMgomlSsyfojAlcas"
    assert "".join(TALE[i] for i in np.flatnonzero(kinds == "name")) == "M"
    assert np.flatnonzero(kinds == "name")[0] == TALE.rindex("Mila")
    assert not (kinds == "echo").any()


def test_an_echo_is_where_the_words_of_its_list_part():
    """h … leaves hedgehog and heron, which part after he; b … parts at once, and be … is bell."""
    begun = TALE[: TALE.index("At last")]
    line = (
        'At dawn a tiny heron barred the way. "Every heron needs a clay bell," it said. '
        "The child found the bell down a well.\n"
    )
    kinds = text.tales_kinds(begun + line)[len(begun) :]
    again = line.index("heron needs")
    assert [*kinds[again : again + 5]] == ["echo", "spelling", "echo", "spelling", "spelling"]
    again = line.index("bell down")
    assert [*kinds[again : again + 3]] == ["echo", "echo", "spelling"]


def test_all_entropy_lies_in_the_choices(told):
    each = text.tales_conditional_log_probabilities(told[:20_000])
    kinds = text.tales_kinds(told[:20_000])
    assert set(kinds) == {"choice", "echo", "name", "spelling"}
    assert ((each < 0) == (kinds == "choice")).all()


def test_tales_have_the_length_asked_for_and_go_on_alike():
    short, long = (text.tales(np.random.default_rng(5), n) for n in (1, 5000))
    assert len(short) == 1
    assert len(long) == 5000
    assert long.startswith(short)
    assert text.tales(np.random.default_rng(6), 5000) != long


def test_what_is_no_tale_has_no_probability():
    assert text.tales_log_probability(TALE.replace("fox", "cat")) == -np.inf
    wrong_end = TALE.replace("was Mila", "was Otto")
    assert text.tales_log_probability(wrong_end) == -np.inf
    for function in (text.tales_kinds, text.tales_conditional_log_probabilities):
        with pytest.raises(ValueError, match=r"no tale goes on with 'O' after .* \(place 145\)"):
            function(wrong_end)


@bad_input(
    ((np.random, 5), "rng must be a numpy.random.Generator"),
    ((np.random.default_rng(0), 0), "characters must be at least 1, got 0"),
    ((np.random.default_rng(0), 2.5), "characters must be a whole number, got 2.5"),
)
def test_bad_arguments(arguments):
    text.tales(*arguments)


def test_the_corpus_of_tales_is_always_the_same():
    corpus = text.corpus("tales")
    assert len(corpus) == 1_000_000
    assert corpus == text.corpus("tales")
    assert len(text.Vocabulary.from_text(corpus)) == 46
    assert np.isfinite(text.tales_log_probability(corpus))
