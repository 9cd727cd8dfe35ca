"""Small worlds to learn in. Every task is called as ``task(rng, batch_size, length)``."""

from rnncourse.tasks.adding import adding
from rnncourse.tasks.batch import Batch, TimedBatch
from rnncourse.tasks.baum_sweet import baum_sweet, baum_sweet_labels
from rnncourse.tasks.binary_palindromes import binary_palindromes
from rnncourse.tasks.palindromes import palindromes
from rnncourse.tasks.random_combinations import random_combinations
from rnncourse.tasks.waves import SAMPLINGS, waves

__all__ = [
    "SAMPLINGS",
    "Batch",
    "TimedBatch",
    "adding",
    "baum_sweet",
    "baum_sweet_labels",
    "binary_palindromes",
    "palindromes",
    "random_combinations",
    "waves",
]
