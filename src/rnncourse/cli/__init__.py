"""The command ``rnncourse``. Exit codes: 0 done, 1 a check failed, 2 bad usage or input."""

from rnncourse.cli.ends import main

__all__ = ["main"]
