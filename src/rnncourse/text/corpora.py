"""The texts to learn from: tales without end, the course's books, or any file."""

from pathlib import Path

import numpy as np

from rnncourse.text.books import BOOKS
from rnncourse.text.download import fetch
from rnncourse.text.files import read_text
from rnncourse.text.gutenberg import strip_gutenberg
from rnncourse.text.tales import tales

TALES = "tales"
TALES_CHARACTERS = 1_000_000
TALES_SEED = 2018  # a fresh text needs another one
CORPORA = (TALES, *BOOKS)


def corpus(name_or_path: str | Path) -> str:
    """The text of that name, or of a file.

    "tales" is a million characters of ``tales``, always the same. The books, "grimm", "democracy",
    "anna-karenina-nl" and "shakespeare", come from this machine or the network (see ``fetch``),
    without what Project Gutenberg puts around them. Any other name is a path to a UTF-8 file, which
    is taken whole; so is a name of the list with a folder in front, like ./grimm.

    Raises: ValueError or OSError, one line that names the file and what is wrong with it.
    """
    name = str(name_or_path)
    if name == TALES:
        return tales(np.random.default_rng(TALES_SEED), TALES_CHARACTERS)
    if name in BOOKS:
        return strip_gutenberg(read_text(fetch(name)))
    if not Path(name_or_path).expanduser().exists():
        raise FileNotFoundError(f"{name} is no file and none of the texts {', '.join(CORPORA)}")
    return read_text(name_or_path)
