"""A browser for each test file, and the site that it looks at."""

import browse
import pytest


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests of a file."""
    with browse.started() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def base():
    """The address of the site, served on this machine."""
    server = browse.serve(browse.SITE)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
