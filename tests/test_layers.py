"""The layering table of the design, held against the code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "rnncourse"
EVERYTHING = "everything above"
# room: (rooms it may import from, libraries it may import)
TABLE = {
    "validate": ((), {"numpy"}),
    "records": ((), set()),
    "tasks": (("validate",), {"numpy"}),
    "text": (("validate",), {"numpy", "pooch"}),
    "byhand": (("validate", "records"), {"numpy"}),
    "cells": (("validate",), {"torch", "numpy"}),
    "fused": (("cells",), {"torch"}),
    "sequence": (("validate", "cells", "fused"), {"torch", "numpy"}),
    "training": (("validate", "records", "sequence"), {"torch", "numpy"}),
    "sampling": (("validate", "text", "byhand", "sequence"), {"numpy", "torch"}),
    "bench": (("validate", "cells", "sequence", "byhand"), {"torch", "numpy"}),
    "analysis": (("validate", "byhand", "cells"), {"torch", "numpy"}),
    "experiments": (EVERYTHING, {"torch", "numpy", "distributed"}),
    "chapters": (EVERYTHING, {"numpy"}),
    "claims": (EVERYTHING, {"numpy", "torch"}),
    "exercises": (("validate", "byhand", "tasks"), {"numpy"}),
    "figures": (("records",), {"matplotlib", "numpy"}),
    "cli": (EVERYTHING, {"typer", "rich", "numpy", "torch"}),
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_room_allows(path):
    room = room_of(path)
    assert room in TABLE, f"{room} is not in the table: give it a room"
    libraries = TABLE[room][1]
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "rnncourse" and rest[0] != "__version__":
            later_exercises = room == "cli" and rest[0] == "exercises"
            assert rest[0] in allowed_rooms(room) or later_exercises, f"{path.name}: {name}"
        elif top != "rnncourse" and top not in sys.stdlib_module_names:
            assert top in libraries, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 25, f"{path.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize(
    "module",
    [
        "rnncourse",
        "rnncourse.cli",
        "rnncourse.byhand",
        "rnncourse.tasks",
        "rnncourse.text",
        "rnncourse.exercises",
    ],
)
def test_what_needs_no_torch_does_not_import_it(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
