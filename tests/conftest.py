"""What several test files ask for, and the order of the files."""

import numpy as np
import pytest

LONG = {"test_site.py": 0, "test_breaks.py": 1}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pytest_collection_modifyitems(items):
    """Put the long files first, so that the two workers of `make test` end together."""
    items.sort(key=lambda item: LONG.get(item.path.name, len(LONG)))
