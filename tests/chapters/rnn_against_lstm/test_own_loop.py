"""The lesson's training loop: its solution is right, and each slip is told where it lies."""

import json

import pytest
from solutions import LESSONS, SOLUTION

from rnncourse.chapters.rnn_against_lstm.own_loop import loop_verdict

[LESSON] = [path for path in LESSONS if path.stem.startswith("09_")]
TEXTS = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text("utf-8"))["cells"]]
[LOOP] = [found for text in TEXTS for found in SOLUTION.findall(text) if "def learn(" in found]


def verdict_of(source: str) -> str:
    space: dict = {}
    exec(source, space)
    return loop_verdict(space["learn"])


def test_the_folded_loop_is_right():
    assert verdict_of(LOOP).startswith("Right")


@pytest.mark.parametrize(
    "right, slip, told",
    [
        ("    return (p[:", "    share = (p[:", "Not yet"),
        ("        adam.zero_grad()\n", "", "zero_grad"),
        ("cross_entropy(p[:, -1], y)", "cross_entropy(p[:, 0], y)", "the loss"),
        ("p[:, -1], y)", "p[:, -1], y, reduction='sum')", "the loss"),
        ("lr=rate", "lr=2 * rate", "the rate"),
        ("        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)\n", "", "clipping"),
        ("palindromes(asked, 500, 10)", "palindromes(fresh, 500, 10)", "500 palindromes"),
        ("p[:, -1].argmax", "p[:, 0].argmax", "500 palindromes"),
    ],
)
def test_a_slip_is_told_where_it_lies(right, slip, told):
    assert LOOP.count(right) == 1
    assert told in verdict_of(LOOP.replace(right, slip))
