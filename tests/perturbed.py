"""All claims from weights that differ in the thirteenth digit: does training magnify it?

    python tests/perturbed.py [OPTION ...]

is `rnncourse claims --json` with these options, after every normally distributed number that NumPy
draws, and every weight of a torch module that turns to float64, was changed by a relative 1e-13.
"""

import sys

import numpy as np
import torch

from rnncourse.cli import main

SIZE = 1e-13


def near(values):
    """The values, each changed by a relative 1e-13 or less; equal ones stay equal."""
    return values * (1.0 + SIZE * np.cos(1e3 * values))


class NearlyTheSame(np.random.Generator):
    """A generator whose normally distributed numbers are a little off."""

    def standard_normal(self, *arguments, **options):
        return near(super().standard_normal(*arguments, **options))

    def normal(self, *arguments, **options):
        return near(super().normal(*arguments, **options))


def nearly_double(module: torch.nn.Module) -> torch.nn.Module:
    """``module.double()``, its weights a little off."""
    module.to(torch.float64)
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(torch.from_numpy(near(weight.numpy())))
    return module


def perturb() -> None:
    """From here on every network starts from weights that are a little off."""
    draws = np.random.default_rng
    np.random.default_rng = lambda seed=None: NearlyTheSame(draws(seed).bit_generator)
    torch.nn.Module.double = nearly_double


if __name__ == "__main__":
    perturb()
    sys.argv[1:1] = ["claims", "--json"]
    sys.exit(main())
