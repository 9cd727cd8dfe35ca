"""The lesson's training loop on text: its solution is right, each slip is told where it lies."""

import json

import pytest
from solutions import LESSONS, SOLUTION

from rnncourse.chapters.language_model.own_loop import loop_verdict

[LESSON] = [path for path in LESSONS if path.stem.endswith("language_model")]
TEXTS = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text("utf-8"))["cells"]]
[LOOP] = [found for text in TEXTS for found in SOLUTION.findall(text) if "def learn(" in found]
CUT = "        state = type(state)(*(value.detach() for value in state))\n"


def verdict_of(source: str) -> str:
    space: dict = {}
    exec(source, space)
    return loop_verdict(space["learn"])


def test_the_folded_loop_is_right():
    assert verdict_of(LOOP).startswith("Right")


@pytest.mark.parametrize(
    "right, slip, told",
    [
        ("    return losses\n", "", "Not yet"),
        (CUT, "", "detach"),
        ("        adam.zero_grad()\n", "", "zero_grad"),
        ("None if restart else state", "None", "the state that goes on"),
        ("None if restart else state", "state", "the restart"),
        ("y.flatten())", "y.flatten(), reduction='sum')", "the loss"),
        ("lr=rate", "lr=2 * rate", "the rate"),
        ("        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n", "", "clipping"),
        ("losses.append(loss.item())", "losses = loss.item()", "one number for each update"),
        ("losses.append(loss.item())", "losses.append(loss)", "one number for each update"),
    ],
)
def test_a_slip_is_told_where_it_lies(right, slip, told):
    assert LOOP.count(right) == 1
    assert told in verdict_of(LOOP.replace(right, slip))
