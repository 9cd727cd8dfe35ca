"""A text from a file of the user's."""

import os
from pathlib import Path


def read_text(path: str | Path) -> str:
    """The whole file, which must be UTF-8; every line ends in a single newline.

    A byte order mark in front is dropped; CRLF and CR become newlines.

    Raises: OSError if the file cannot be read; ValueError that names the file, and the place where
    it stops being text, if it is not UTF-8, holds a NUL or is empty.
    """
    raw = read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(_not_utf8(path, raw, error)) from None
    if "\0" in text:
        raise ValueError(f"{path} is not a text: it holds a NUL at character {text.index(chr(0))}")
    if not text.strip():
        raise ValueError(f"{path} is empty: there is no text to learn")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a file; an OSError of one line that names it."""
    path = Path(path).expanduser()
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory, not a text file")
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        raise type(error)(f"cannot read {path}: {reason}") from None


def _not_utf8(path, raw: bytes, error: UnicodeDecodeError) -> str:
    line = raw.count(b"\n", 0, error.start) + 1
    byte = f"0x{raw[error.start]:02X}"
    return (
        f"{path} is not UTF-8: byte {byte} at place {error.start} (line {line}); save it as UTF-8"
    )
