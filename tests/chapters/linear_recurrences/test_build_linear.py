"""What the student builds in the lesson: the folded solution finds the first eigenvector."""

import re

import nbformat
import numpy as np
from solutions import LESSONS

[LESSON] = [path for path in LESSONS if path.stem == "01_linear_recurrences"]


def test_the_solution_ends_at_the_largest_eigenvalue_and_its_eigenvector():
    texts = [cell.source for cell in nbformat.read(LESSON, as_version=4).cells]
    blocks = [b for text in texts for b in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    [code] = [block for block in blocks if "def spread(" in block]
    names = {"np": np}
    exec(code, names)
    G = np.random.default_rng(0).uniform(0.0, 1.0, (6, 6))
    eigenvalues, V = np.linalg.eigh(G + G.T)
    factors, state = names["spread"](G + G.T, np.eye(6)[2], 40)
    assert factors.shape == (40,)
    np.testing.assert_allclose(factors[0], np.linalg.norm((G + G.T)[:, 2]), rtol=1e-13)
    np.testing.assert_allclose(factors[-1], eigenvalues[-1], rtol=1e-10)
    np.testing.assert_allclose(state, np.abs(V[:, -1]), rtol=1e-8)
