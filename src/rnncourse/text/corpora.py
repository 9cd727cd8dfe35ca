"""The texts to learn from: tales without end, the course's four books, or any file."""

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncourse.text.files import expanded, read_bytes, read_text
from rnncourse.text.tales import tales
from rnncourse.validate import require_choice

START = re.compile(r"^\*\*\* ?START OF (?:THIS|THE) PROJECT GUTENBERG EBOOK.*\n", re.MULTILINE)
END = re.compile(r"^(?:\*\*\* ?END OF|End of) (?:(?:THIS|THE|the) )?P(?:ROJECT|roject) G.*", re.M)
CREDIT = re.compile(r"\A\s*Produced by [^\n]*(?:\n[^\n]+)*")


def strip_gutenberg(text: str) -> str:
    """What stands between the header and the license, without the line of credits.

    The text keeps its single newline at the end. A text without both marks is returned as it is.
    """
    start, end = START.search(text), END.search(text)
    if start is None or end is None or end.start() < start.end():
        return text
    return CREDIT.sub("", text[start.end() : end.start()]).strip() + "\n"


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
    folders = [folder for folder in (data_folder(), cache_folder()) if folder is not None]
    places = [os.path.join(folder, BOOKS[name].file) for folder in folders]
    return next((Path(place) for place in places if os.path.isfile(place)), None)


def data_folder() -> Path | None:
    """The folder that RNNCOURSE_DATA names; it is read and never written."""
    named = os.environ.get(FOLDER_VARIABLE)
    return expanded(named) if named else None


def cache_folder() -> Path | None:
    """The user's folder for downloaded books: XDG_CACHE_HOME/rnncourse or ~/.cache/rnncourse.

    None for a user whom the system gives no home.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "rnncourse"
    except RuntimeError:
        return None


def require_checksum(name: str, path: Path) -> None:
    """The file's bytes are the book's; the error names the file and both hashes."""
    got = hashlib.sha256(read_bytes(path)).hexdigest()
    if got != BOOKS[name].sha256:
        raise ValueError(
            f"{path} is not the file of {name!r}: its sha256 must be {BOOKS[name].sha256}, "
            f"got {got}; remove it, or give it to corpus by its path"
        )


def fetch(name: str, progress=None) -> Path:
    """Where the book's file lies, after it was downloaded if it lay nowhere.

    A book is looked for in the folder that RNNCOURSE_DATA names, which is never written, and in
    the user's cache; else it is downloaded into the cache under another name, checked, and renamed.

    ``progress`` follows a download: an object with ``total`` (bytes), ``update(n)``,
    ``reset()`` and ``close()``.

    Raises: ValueError if a file's checksum is wrong; OSError if a download fails.
    """
    require_choice("name", name, BOOKS)
    path = find_book(name)
    if path is None:
        return _download(name, progress)
    require_checksum(name, path)
    return path


def _download(name: str, progress) -> Path:
    import pooch

    pooch.get_logger().setLevel("WARNING")  # callers say themselves what they fetch
    downloader = pooch.HTTPDownloader(
        progressbar=progress or False,
        chunk_size=2**16,
        headers={"Accept-Encoding": "identity"},  # else its total counts compressed bytes
    )
    book, folder = BOOKS[name], cache_folder()
    if folder is None:
        raise OSError(f"cannot download {name!r}: there is no home folder; set XDG_CACHE_HOME")
    try:
        pooch.retrieve(book.url, book.sha256, book.file, folder, downloader=downloader)
    except OSError as error:
        raise OSError(
            f"cannot download {name!r} from {book.url} to {folder}: {_reason(error)}; "
            f"or put {book.file} into a folder and name the folder in {FOLDER_VARIABLE}{_named()}"
        ) from None
    return folder / book.file


def _named() -> str:
    """What the variable says now, if it is of no use."""
    folder = data_folder()
    return "" if folder is None or folder.is_dir() else f" (now {folder}, which is no folder)"


def _reason(error: OSError) -> str:
    """A full disk and the like have an errno; what the server says has a response."""
    if error.strerror:
        return error.strerror
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server says {response.status_code} {response.reason}"
    return f"the connection failed ({type(error).__name__})"


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
    if not os.path.lexists(expanded(name_or_path)):
        raise FileNotFoundError(f"{name} is no file and none of the texts {', '.join(CORPORA)}")
    return read_text(name_or_path)
