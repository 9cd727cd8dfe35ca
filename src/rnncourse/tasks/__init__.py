"""Small worlds to learn in. Every task is called as ``task(rng, batch_size, length)``."""

from rnncourse.tasks.batch import Batch
from rnncourse.tasks.palindromes import palindromes

__all__ = ["Batch", "palindromes"]
