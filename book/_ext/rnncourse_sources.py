"""What a measurement or a lesson depends on, as hashes.

A chapter's room is src/rnncourse/chapters/TOPIC, its pages are NN_TOPIC and NN_TOPIC_WORD. A
result depends on its room, on the rooms that this one imports from, and on what all share: the
library, the recorded runs, the versions and the processor.
"""

import hashlib
import os
import platform
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

from rnncourse.rooms import CHAPTERS, PACKAGE, room_of_page, topics

IMPORT = re.compile(r"\brnncourse\.chapters(?:\.| import )(\w+)")
EMULATED = re.compile(r"OPENBLAS_CORETYPE|NPY_\w+_CPU_FEATURES|ATEN_CPU_\w+|MKL_\w+|ONEDNN_\w+")


def rooms_of(docname: str) -> list[str]:
    """The room of a chapter's page or lesson; all rooms for a page that belongs to no chapter."""
    topic = room_of_page(docname)
    return [topic] if topic in topics() else topics()


@cache
def shared_hash() -> str:
    """The hash of what every result depends on."""
    files = [path for path in _files(PACKAGE) if not path.is_relative_to(CHAPTERS)]
    recorded = [path for path in _files(CHAPTERS) if _is_recorded(path)]
    return _hash([*files, *recorded], environment())


@cache
def room_hash(topic: str, claims: bool = True) -> str:
    """The hash of a room and of the rooms that it imports from; without claims*.py if so told."""
    files = [path for room in sorted(_with_imports(topic)) for path in _files(CHAPTERS / room)]
    return _hash(p for p in files if claims or not p.name.startswith("claims"))


def environment() -> str:
    """Versions, processor, and the variables that emulate another processor, in one text."""
    versions = [f"{name} {version(name)}" for name in ("numpy", "torch", "matplotlib", "rnncourse")]
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8", errors="replace").splitlines() if told.exists() else ()
    cores = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    emulated = sorted(f"{n} {value}" for n, value in os.environ.items() if EMULATED.fullmatch(n))
    python = f"python {platform.python_version()} {platform.machine()}"
    return "\n".join([python, *versions, *cores, *emulated])


def _with_imports(topic: str) -> set[str]:
    """The room and those that it reaches by imports."""
    found, waiting = set(), {topic}
    while waiting:
        room = waiting.pop()
        found.add(room)
        texts = (path.read_text(encoding="utf-8") for path in (CHAPTERS / room).rglob("*.py"))
        named = {name for text in texts for name in IMPORT.findall(text)}
        waiting |= named & set(topics()) - found
    return found


def _files(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.suffix != ".pyc")


def _is_recorded(path: Path) -> bool:
    """True for a definition or a record of an experiment, which any chapter may show."""
    return path.name.startswith("experiments") or "results" in path.parts


def _hash(paths, text: str = "") -> str:
    digest = hashlib.sha256(text.encode())
    for path in paths:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
