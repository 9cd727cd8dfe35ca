"""The mathematics as on paper: NumPy, float64, one sequence at a time."""

from rnncourse.byhand import gradcheck, rnn
from rnncourse.byhand.softmax import cross_entropy, softmax

__all__ = ["cross_entropy", "gradcheck", "rnn", "softmax"]
