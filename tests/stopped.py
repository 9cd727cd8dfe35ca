"""Runs that a test stops in the middle, and what their records must have in common."""

import os
from dataclasses import replace

import pytest


class Killed(Exception):
    """In place of a signal, within a process."""


def killed_at(step, run, *arguments, **options):
    """Call ``run`` and stop it after this step."""

    def die(now):
        if getattr(now, "step", now) == step:
            raise Killed

    with pytest.raises(Killed):
        run(*arguments, on_step=die, **options)


def told(record):
    """The record but for its provenance."""
    return replace(record, provenance={})


class Payload:
    """Whoever unpickles it makes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)
