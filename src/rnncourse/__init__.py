"""A course companion on recurrent networks: the derivation is the implementation.

``rnncourse.check`` and ``rnncourse.claims`` load on first use; importing the package is cheap.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["__version__", "check", "claims"]


def __getattr__(name: str):
    if name == "check":
        return import_module("rnncourse.exercises").check
    if name == "claims":
        return import_module("rnncourse.claims")
    raise AttributeError(f"module 'rnncourse' has no attribute {name!r}")
