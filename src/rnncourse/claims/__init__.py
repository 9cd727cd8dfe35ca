"""Every displayed gradient, count and identity of the book, measured."""

from importlib import import_module
from pkgutil import iter_modules

from rnncourse.claims.registry import REGISTRY, Claim, ClaimResult, claim, verify

for _module in iter_modules(__path__):
    if _module.name.startswith("chapter"):
        import_module(f"{__name__}.{_module.name}")  # registers the chapter's claims

__all__ = ["REGISTRY", "Claim", "ClaimResult", "claim", "verify"]
