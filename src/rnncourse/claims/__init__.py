"""Every displayed gradient, count and identity of the book, measured."""

from rnncourse.claims import chapter02
from rnncourse.claims.registry import REGISTRY, Claim, ClaimResult, claim, verify

__all__ = ["REGISTRY", "Claim", "ClaimResult", "chapter02", "chapter03", "claim", "verify"]
