"""Getting a book that is not on this machine."""

from pathlib import Path

from rnncourse.text.books import BOOKS, FOLDER_VARIABLE, cache_folder, find_book, require_checksum
from rnncourse.validate import require_choice


def fetch(name: str, progress=None) -> Path:
    """Where the book's file lies, after it was downloaded if it lay nowhere.

    A book is looked for in the folder that RNNCOURSE_DATA names, which is never written, and in
    the user's cache; else it is downloaded into the cache under another name, checked, and renamed.

    ``progress`` is told how far a download is: an object with ``total`` (bytes), ``update(n)``,
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
    try:
        pooch.retrieve(book.url, book.sha256, book.file, folder, downloader=downloader)
    except OSError as error:
        raise OSError(
            f"cannot download {name!r} from {book.url} to {folder}: {_reason(error)}; "
            f"or put {book.file} into a folder and name the folder in {FOLDER_VARIABLE}"
        ) from None
    return folder / book.file


def _reason(error: OSError) -> str:
    """A full disk and the like have an errno; what the server says has a response."""
    if error.strerror:
        return error.strerror
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server says {response.status_code} {response.reason}"
    return f"the connection failed ({type(error).__name__})"
