"""The order of the test files, and what several of them ask for."""

import numpy as np
import pytest

LONG = {"test_site.py": 0, "test_breaks.py": 1}


def pytest_collection_modifyitems(items):
    """Put the long files first, so that the two workers of `make test` end together."""
    items.sort(key=lambda item: LONG.get(item.path.name, len(LONG)))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
