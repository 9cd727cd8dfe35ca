"""A build with warnings stays red: the next build reads all pages again.

Without this Sphinx keeps what it has read, reads nothing the second time, warns of nothing, and
reports success. The warnings of rnncourse_claims_check come again in every build by themselves.
"""

from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME


def forget_failed_build(app, exception):
    """Delete what was read if there was a warning, as Sphinx does after an exception."""
    if app._warncount > getattr(app, "rnncourse_repeated", 0):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app):
    """Look at the count when the build has ended."""
    app.connect("build-finished", forget_failed_build)
    return {"version": "1", "parallel_read_safe": True}
