"""What the student builds in the lesson: the folded solution has the package's gradients."""

import re

import nbformat
import numpy as np
from solutions import LESSONS

from rnncourse import byhand
from rnncourse.byhand.examples import small_network

[LESSON] = [path for path in LESSONS if path.stem == "02_bptt"]


def built(name: str):
    """The function of this name in a folded solution of the lesson."""
    texts = [cell.source for cell in nbformat.read(LESSON, as_version=4).cells]
    blocks = [b for text in texts for b in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    [code] = [block for block in blocks if f"def {name}(" in block]
    names = {"np": np, "byhand": byhand}
    exec(code, names)
    return names[name]


def test_the_solution_has_the_loss_and_all_five_gradients():
    for seed, T in enumerate((1, 2, 7)):
        params, x, y, _ = small_network(seed, T=T)
        loss, grads = built("my_loss_and_gradients")(params, x, y)
        right_loss, right = byhand.rnn.loss_and_gradients(params, x, y, "sum")
        np.testing.assert_allclose(loss, right_loss, rtol=1e-13)
        assert grads.keys() == params.keys()
        for name, found in grads.items():
            np.testing.assert_allclose(found, right[name], rtol=1e-10, atol=1e-13)
