"""Every displayed gradient, count and identity of the book, measured."""

from rnncourse.claims.registry import Claim, ClaimResult, Row, all_claims, claim, claim_rows, verify

__all__ = ["REGISTRY", "Claim", "ClaimResult", "Row", "claim", "claim_rows", "verify"]


def __getattr__(name: str):
    if name == "REGISTRY":
        return all_claims()
    raise AttributeError(f"module 'rnncourse.claims' has no attribute {name!r}")
