"""Signs that touch a formula stay on its line."""

import pytest
import rnncourse_together as together
from docutils import nodes


def tied(before: str, behind: str) -> str:
    """A sentence with a formula, its boxes in braces."""
    formula = nodes.math("", "x")
    sentence = nodes.paragraph("", "", nodes.Text(before), formula, nodes.Text(behind))
    together.tie(None, nodes.section("", sentence))
    words = [part.astext() for part in sentence]
    for place in map(sentence.index, sentence.findall(nodes.inline)):
        words[place] = "{" + words[place] + "}"
    return "".join(words)


@pytest.mark.parametrize(
    "before, behind, expected",
    [
        ("It is ", ".", "It is {x.}"),
        ("It is ", ", and so on.", "It is {x,} and so on."),
        ("The ", "-th row", "The {x-th} row"),
        ("One (of ", ").", "One (of {x).}"),
        ("One (", ") more", "One {(x)} more"),
        ("That ", " is it.", "That x is it."),
        ("An ", "-dimensional one", "An x-dimensional one"),
        ("", "", "x"),
    ],
)
def test_signs_go_with_the_formula(before, behind, expected):
    assert tied(before, behind) == expected


def test_a_formula_that_stands_alone_stays_alone():
    alone = nodes.paragraph("", "", nodes.math("", "x"))
    together.tie(None, nodes.section("", alone))
    assert isinstance(alone[0], nodes.math)
