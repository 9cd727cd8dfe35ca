"""Texts as sequences: characters and numbers, books and files, windows and streams, tales."""

from rnncourse.text.corpora import corpus, fetch
from rnncourse.text.tale_scores import (
    tales_conditional_log_probabilities,
    tales_kinds,
    tales_log_probability,
)
from rnncourse.text.tales import tales, tales_entropy
from rnncourse.text.vocabulary import Vocabulary
from rnncourse.text.windows import Chunk, Streams, Windows, split, windows

__all__ = [
    "Chunk",
    "Streams",
    "Vocabulary",
    "Windows",
    "corpus",
    "fetch",
    "split",
    "tales",
    "tales_conditional_log_probabilities",
    "tales_entropy",
    "tales_kinds",
    "tales_log_probability",
    "windows",
]
