"""What a finished run leaves behind: one JSON file that says what was done and what came out."""

import errno
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
FIELDS = ("name", "config", "seed", "curve", "summary", "provenance")


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
        """Write the record as JSON, whole or not at all."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, allow_nan=False)
        return write_whole(path, lambda file: file.write(text.encode()))

    @classmethod
    def load(cls, path: str | Path) -> "Record":
        """Read a record; ``ValueError`` names the file and what is wrong with it."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path} is not a record: it is not JSON ({error})") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"{path} is not a record of format {FORMAT}")
        missing = [name for name in FIELDS if name not in data]
        if missing:
            raise ValueError(f"{path} is not a whole record: it lacks {', '.join(missing)}")
        return cls(**{name: data[name] for name in FIELDS})


def markdown_table(heads: Iterable[str], rows: Iterable[Iterable]) -> str:
    """A table of a page; a head that ends with a colon has its column set flush right."""
    heads = list(heads)
    rule = "|".join("---:" if head.endswith(":") else "---" for head in heads)
    lines = [[head.removesuffix(":") for head in heads], *rows]
    first, *rest = (f"| {' | '.join(map(str, cells))} |" for cells in lines)
    return "\n".join([first, f"|{rule}|", *rest])


def require_folder(path: Path) -> None:
    """A folder that can be written to, made if it is missing; before work that ends in a file."""
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def write_whole(path: str | Path, write) -> Path:
    """Call ``write(file)`` on a temporary neighbour and rename it to ``path``.

    A reader, and a run killed at any moment, sees the old file or the new one, never a part.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path
