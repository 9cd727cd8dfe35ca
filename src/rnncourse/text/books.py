"""The four books of the course: where each comes from, and by which hash it is known."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from rnncourse.text.files import read_bytes

COURSE = (
    "https://raw.githubusercontent.com/uvadlc/uvadlc_practicals_2018/"
    "aa002deeb30a144a87b39374678bcda9f32926f9/assignment_2/part3/assets/"
)
CHAR_RNN = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/"
    "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt"
)
FOLDER_VARIABLE = "RNNCOURSE_DATA"


class Book(NamedTuple):
    """A public-domain text."""

    title: str
    language: str
    file: str  # its name in a data folder
    sha256: str  # of the file's bytes
    url: str
    characters: int  # after loading


BOOKS = {
    "grimm": Book(
        "Grimms' Fairy Tales",
        "English",
        "book_EN_grimms_fairy_tails.txt",
        "e6439bd511820742e842e21b75e89b394d3809eec82ca56b506c39ff39d4a7d6",
        COURSE + "book_EN_grimms_fairy_tails.txt",
        520_738,
    ),
    "democracy": Book(
        "Tocqueville, Democracy in America, volume 1",
        "English",
        "book_EN_democracy_in_the_US.txt",
        "1ba23c5acbb00b0ffbfe48be30273f5b965eaedca5e8dfce55253e6bb24f2ca5",
        COURSE + "book_EN_democracy_in_the_US.txt",
        1_128_956,
    ),
    "anna-karenina-nl": Book(
        "Tolstoy, Anna Karenina",
        "Dutch",
        "book_NL_tolstoy_anna_karenina.txt",
        "e8516bf15a6636966224617543fa22a129b35655f66fdfe8af224a9802e8e633",
        COURSE + "book_NL_tolstoy_anna_karenina.txt",
        1_294_850,
    ),
    "shakespeare": Book(
        "A million characters of Shakespeare's plays",
        "English",
        "tinyshakespeare.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        CHAR_RNN,
        1_115_394,
    ),
}


def find_book(name: str) -> Path | None:
    """Where the book lies on this machine: the data folder first, then the cache; else None."""
    folders = [data_folder(), cache_folder()]
    places = [folder / BOOKS[name].file for folder in folders if folder is not None]
    return next((place for place in places if place.is_file()), None)


def data_folder() -> Path | None:
    """The folder that RNNCOURSE_DATA names; it is read and never written."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else None


def cache_folder() -> Path:
    """The user's folder for downloaded books: XDG_CACHE_HOME/rnncourse or ~/.cache/rnncourse."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "rnncourse"


def require_checksum(name: str, path: Path) -> None:
    """The file's bytes are the book's; the error names the file and both hashes."""
    got = hashlib.sha256(read_bytes(path)).hexdigest()
    if got != BOOKS[name].sha256:
        raise ValueError(
            f"{path} is not the file of {name!r}: its sha256 must be {BOOKS[name].sha256}, "
            f"got {got}; remove it, or give it to corpus by its path"
        )
