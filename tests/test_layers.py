"""The layering table of the design, held against the code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rnncourse.rooms import load, topics

PACKAGE = Path(__file__).parents[1] / "src" / "rnncourse"
EVERYTHING = "everything above"
# room: (rooms it may import from, libraries it may import)
TABLE = {
    "validate": ((), {"numpy"}),
    "records": ((), set()),
    "rooms": ((), set()),
    "tasks": (("validate",), {"numpy"}),
    "text": (("validate",), {"numpy", "pooch"}),
    "byhand": (("validate", "records"), {"numpy"}),
    "cells": (("validate",), {"torch", "numpy"}),
    "fused": (("cells",), {"torch"}),
    "sequence": (("validate", "cells", "fused"), {"torch", "numpy"}),
    "training": (("validate", "records", "sequence"), {"torch", "numpy"}),
    "sampling": (("validate", "text", "byhand", "sequence"), {"numpy", "torch"}),
    "analysis": (("validate", "byhand", "cells"), {"torch", "numpy"}),
    "claims": (("validate", "records", "rooms"), {"numpy"}),
    "exercises": (("validate", "rooms", "byhand", "tasks"), {"numpy"}),
    "experiments": (EVERYTHING, {"torch", "numpy", "distributed"}),
    "plotting": (("records",), {"matplotlib", "numpy"}),
    "chapters": (EVERYTHING, {"matplotlib", "numpy", "torch"}),
    "bench": (EVERYTHING, {"torch", "numpy"}),
    "cli": (EVERYTHING, {"typer", "rich", "numpy", "torch"}),
}
# topic: the other chapters that it builds on; whoever drops one of those drops this one too
BUILDS_ON = {
    "rnn_against_lstm": {"lstm", "palindromes"},
    "gru_and_relatives": {"palindromes"},
    "phased_lstm": {"lstm"},
    "sampling": {"character_rnn"},
}
NUMPY_ONLY = ("exercises", "mistakes")  # modules of a chapter that load without torch
IN_ONE_FILE = {  # libraries that no other module of the room may import
    "cli/folder.py": {"filelock"},
    "fused/tanh.py": {"numpy"},
    "tasks/t_maze.py": {"gymnasium"},
    "chapters/graphs/karate.py": {"networkx"},
}
ORDER = list(TABLE)
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem[:2] != "__"
)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names of everything a module imports, at its top and inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def allowed_rooms(room: str) -> set[str]:
    """The rooms that ``room`` may import from, itself included."""
    above = TABLE[room][0]
    return {room, *(ORDER[: ORDER.index(room)] if above == EVERYTHING else above)}


def fits(name: str, room: str) -> bool:
    """Whether a module of ``room`` may import this dotted name."""
    top, *rest = name.split(".")
    if top == "rnncourse":
        return rest[0] == "__version__" or rest[0] in allowed_rooms(room)
    return top in sys.stdlib_module_names or top in TABLE[room][1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_room_allows(path):
    room = room_of(path)
    assert room in TABLE, f"{room} is not in the table: give it a room"
    own = IN_ONE_FILE.get(path.relative_to(PACKAGE).as_posix(), set())
    names = (name for name in imported(path) if name.partition(".")[0] not in own)
    wrong = [name for name in names if not fits(name, room)]
    assert not wrong, f"{path.relative_to(PACKAGE)} of {room} may not import {', '.join(wrong)}"


def test_no_module_calls_a_chapter_by_its_number():
    named = re.compile(r"chapters?[ _]?\d\d", re.IGNORECASE)
    texts = {path: path.read_text(encoding="utf-8") for path in MODULES}
    assert not {
        path.name: named.findall(text) for path, text in texts.items() if named.search(text)
    }


@pytest.mark.parametrize("topic", topics())
def test_a_chapter_builds_only_on_the_chapters_that_are_named(topic):
    others = {
        name.split(".")[2]
        for path in (PACKAGE / "chapters" / topic).glob("*.py")
        for name in imported(path)
        if name.startswith("rnncourse.chapters.")
    }
    assert others - {topic} == BUILDS_ON.get(topic, set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    in_a_chapter = room_of(path) == "chapters"
    assert len(text.splitlines()) <= (500 if in_a_chapter else 300)
    longest = 40 if in_a_chapter and path.name.startswith("claims") else 25
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= longest, f"{path.name}: {node.name} has {lines} lines"


IMPORT_ALL = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    if "torch" in sys.modules:
        sys.exit(f"{module} imports torch")
"""


def test_what_needs_no_torch_does_not_import_it():
    """All in one process: the first that imports torch is named."""
    modules = [
        "rnncourse",
        "rnncourse.cli.commands",
        "rnncourse.byhand",
        "rnncourse.tasks",
        "rnncourse.text",
        "rnncourse.exercises",
        *(module.__name__ for part in NUMPY_ONLY for module in load(part)),
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *modules], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
