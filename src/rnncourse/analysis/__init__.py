"""What can be said about a network without training it."""

from rnncourse.analysis.counts import count_parameters

__all__ = ["count_parameters"]
