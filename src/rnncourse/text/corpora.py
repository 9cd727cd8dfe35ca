"""The texts to learn from: the course's books, or any file."""

from pathlib import Path

from rnncourse.text.books import BOOKS, find_book, require_checksum
from rnncourse.text.files import read_text
from rnncourse.text.gutenberg import strip_gutenberg


def corpus(name_or_path: str | Path) -> str:
    """The text of a name of the course, or of a UTF-8 file.

    Raises: ValueError or OSError, one line that names the file and what is wrong with it.
    """
    name = str(name_or_path)
    if name not in BOOKS:
        return read_text(name_or_path)
    path = find_book(name)
    if path is None:
        raise FileNotFoundError(f"{BOOKS[name].file} is in no folder of this machine")
    require_checksum(name, path)
    return strip_gutenberg(read_text(path))
