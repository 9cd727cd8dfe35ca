"""What a finished run leaves behind: one JSON file that says what was done and what came out."""

import contextlib
import errno
import hashlib
import io
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
FIELDS = {
    "name": str,
    "config": dict,
    "seed": int,
    "curve": dict,
    "summary": dict,
    "provenance": dict,
}


class MissingRecords(LookupError):
    """What was recorded is not in this installation: nothing is wrong, nothing can be said."""


@dataclass(frozen=True)
class Record:
    """One run. Two runs with the same name, config and seed agree in all but ``provenance``.

    config      the choices that were made, as plain JSON values
    curve       lists of equal length by name, ``step`` (optimizer updates) among them
    summary     scalars: the numbers a table would show
    provenance  versions, device, seconds: what may differ between two equal runs
    """

    name: str
    config: dict[str, Any]
    seed: int
    curve: dict[str, list] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of everything but the provenance: equal for equal runs, broken by an edit."""
        kept = {key: value for key, value in asdict(self).items() if key != "provenance"}
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()

    def save(self, path: str | Path) -> Path:
        """Write the record as JSON, whole or not at all, with its digest."""
        kept = {"format": FORMAT, **asdict(self), "digest": self.digest()}
        text = json.dumps(kept, allow_nan=False)
        return write_whole(path, lambda file: file.write(text.encode()))

    @classmethod
    def load(cls, path: str | Path) -> "Record":
        """Read a record; ``ValueError`` names the file and what is wrong with it.

        A record that was edited is refused: it is not what its digest was taken of.
        """
        try:
            data = json.loads(read_file(path).decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} is not a record: it is not JSON ({error})") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"{path} is not a record of format {FORMAT}")
        lacks = [name for name, kind in FIELDS.items() if not isinstance(data.get(name), kind)]
        if lacks:
            raise ValueError(f"{path} is not a whole record: it lacks {', '.join(lacks)}")
        record = cls(**{name: data[name] for name in FIELDS})
        digests = [kept["digest"] for kept in (data, record.provenance) if "digest" in kept]
        if any(digest != record.digest() for digest in digests):
            raise ValueError(f"{path} was changed after it was written: its digest differs")
        return record


def markdown_table(heads: Iterable[str], rows: Iterable[Iterable]) -> str:
    """A table of a page; a head that ends with a colon has its column set flush right."""
    heads = list(heads)
    rule = "|".join("---:" if head.endswith(":") else "---" for head in heads)
    lines = [[head.removesuffix(":") for head in heads], *rows]
    first, *rest = (f"| {' | '.join(map(str, cells))} |" for cells in lines)
    return "\n".join([first, f"|{rule}|", *rest])


def require_folder(path: Path) -> None:
    """A folder that can be written to, made if it is missing; before work that ends in a file."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(
            errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename
        ) from None
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def require_place(path: Path) -> None:
    """A place where a file can be written or written over; before work that ends in it."""
    require_folder(path.parent)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise ValueError(f"{path} is not a file that can be written over")


def read_file(path: str | Path) -> bytes:
    """The bytes of a regular file; what would never end, such as a named pipe, is not opened."""
    path = Path(path)
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise ValueError(f"{path} is not a regular file")
    return path.read_bytes()


def write_whole(path: str | Path, write) -> Path:
    """Call ``write(file)`` on a temporary neighbor and rename it to ``path``.

    A reader, and a run killed at any moment, sees the old file or the new one, never a part.

    Raises: OSError that names ``path``, if the disk is full or the like.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.errno:
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise
    return path


def open_kept(path: str | Path, sha256: str) -> io.BytesIO:
    """A file of which a record keeps the SHA-256; ValueError if it is another one by now."""
    content = read_file(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path} was changed after it was written: its checksum differs")
    return io.BytesIO(content)


PART = ".part"
SEAL = b"rnncourse checkpoint 4, sha256 "
NOT_WHOLE = "is not a whole checkpoint of rnncourse"


def write_sealed(path: str | Path, content: bytes | memoryview) -> Path:
    """Write ``content`` below a line that holds its SHA-256, whole or not at all."""

    def write(file) -> None:
        file.write(_seal(content))
        file.write(content)

    return write_whole(path, write)


def read_sealed(path: str | Path) -> bytes:
    """What ``write_sealed`` wrote; ValueError if a single bit of the file is another one."""
    raw = read_file(path)
    seal, content = raw[: len(_seal(b""))], raw[len(_seal(b"")) :]
    if not seal.startswith(SEAL):
        raise ValueError(
            f"{path} {NOT_WHOLE}: it does not begin with a checksum "
            "(another program wrote it, or a version before there were checksums)"
        )
    if seal != _seal(content):
        raise ValueError(f"{path} {NOT_WHOLE}: it was cut or changed, its checksum differs")
    return content


def _seal(content: bytes | memoryview) -> bytes:
    return SEAL + hashlib.sha256(content).hexdigest().encode() + b"\n"
