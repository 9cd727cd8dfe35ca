"""Texts as sequences: characters and numbers, books and files, windows and streams."""

from rnncourse.text.corpora import corpus
from rnncourse.text.split import split
from rnncourse.text.streams import Chunk, Streams
from rnncourse.text.vocabulary import Vocabulary
from rnncourse.text.windows import Windows, windows

__all__ = ["Chunk", "Streams", "Vocabulary", "Windows", "corpus", "split", "windows"]
