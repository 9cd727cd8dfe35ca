"""Reading a file that should be a text, and saying what it is if it is none."""

import stat
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
        place = f"it holds a NUL at character {text.index(chr(0))}"
        raise ValueError(f"{path} is not a text: {place}{_advice(raw)}")
    if not text.strip():
        raise ValueError(f"{path} is empty: there is no text to learn")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a regular file; an OSError of one line that names it.

    What has no end, such as a named pipe or a device, is refused and never waited for.
    """
    path = expanded(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(f"{path} is a directory, not a text file")
        if not stat.S_ISREG(mode):
            raise OSError(f"{path} is {_kind(mode)}, not a file: write the text to a file first")
        return path.read_bytes()
    except MemoryError:
        raise OSError(f"cannot read {path}: it is larger than the memory") from None
    except OSError as error:
        if error.errno is None:
            raise
        raise type(error)(f"cannot read {path}: {error.strerror}") from None


KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def _kind(mode: int) -> str:
    return KINDS.get(stat.S_IFMT(mode), "something special")


def expanded(path: str | Path) -> Path:
    """The path with ~ and ~name replaced by a home; OSError if the system knows none."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise FileNotFoundError(f"cannot read {path}: there is no such home folder") from None


PACKED = {  # by the bytes in front: what it is, and what turns it into a text
    b"\x1f\x8b": ("compressed by gzip", "unpack it first (gunzip)"),
    b"PK\x03\x04": ("a zip archive", "unpack it first (unzip); save a document as plain text"),
    b"BZh": ("compressed by bzip2", "unpack it first (bunzip2)"),
    b"\xfd7zXZ\x00": ("compressed by xz", "unpack it first (unxz)"),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", "unpack it first (unzstd)"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"%PDF-": ("a PDF document", "save it as plain text first"),
    b"\x89PNG": ("a picture", "give a text file"),
    b"\xff\xd8\xff": ("a picture", "give a text file"),
    b"\x7fELF": ("a program", "give a text file"),
    b"\xff\xfe\0\0": ("UTF-32", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    b"\0\0\xfe\xff": ("UTF-32", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    b"\xff\xfe": ("UTF-16", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    b"\xfe\xff": ("UTF-16", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
}
LOOKED_AT = 4096  # bytes
MOST = 0.4  # a share of the bytes, NUL in one place of two, that tells UTF-16 without its mark


def _advice(raw: bytes) -> str:
    """What the file is, as far as its bytes tell, and what to do; nothing if they tell nothing.

    Latin letters in UTF-16 have a NUL for every other byte, at odd places with the low byte first.
    """
    for front, (kind, advice) in PACKED.items():
        if raw.startswith(front):
            return f"; it is {kind}: {advice}"
    head = raw[:LOOKED_AT]
    for first, name in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        here, other = head[first::2].count(0), head[1 - first :: 2].count(0)
        if here > MOST * len(head) / 2 and other < here / 10:
            return f"; it may be UTF-16 without a mark: save it as UTF-8 (iconv -f {name} -t UTF-8)"
    return ""


def _not_utf8(path, raw: bytes, error: UnicodeDecodeError) -> str:
    """Where it stops being UTF-8; what may be a text of bytes is told from what may not."""
    line = raw.count(b"\n", 0, error.start) + 1
    place = f"byte 0x{raw[error.start]:02X} at place {error.start} (line {line})"
    control = sum(byte < 9 or 13 < byte < 32 for byte in raw[:LOOKED_AT])
    if control * 50 > len(raw[:LOOKED_AT]):
        default = "; it does not look like a text at all"
    else:
        default = "; save it as UTF-8 (from Latin-1 or Windows: iconv -f WINDOWS-1252 -t UTF-8)"
    return f"{path} is not UTF-8: {place}{_advice(raw) or default}"
