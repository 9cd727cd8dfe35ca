"""The pieces of a file or a notebook that Python can read, each with its place.

A file is one piece, and so is a notebook's cell. Where one has a fault, every statement at its top
is a piece, and those with the fault are left out: so a fault stands in the way only of the
functions that need it.
"""

import ast
import json
import linecache
import re
import symtable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

LARGEST = 20_000_000  # bytes; a notebook with many figures has five million
MAGIC = re.compile(r"^(\s*)([%!?].*|\w[\w.]*\s*=\s*[%!].*|.*\w\?{1,2})$")
PYTHON_BEHIND = re.compile(r"%%(time|timeit|capture|prun)\b")  # magics of a cell of Python
SETS = re.compile(
    r"(?:^|[;:=])[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)"
    r"|(\w+)(?=[ \t]*(?::[^=\n]*)?=(?!=)))",
    re.MULTILINE,
)
REACH = 40  # statements that a string over many lines may seem to be


class Piece(NamedTuple):
    """``fault`` says where and why Python cannot read the text; then there is no tree.

    ``reason`` is the same without the place.
    """

    place: str  # answers.py, or lesson.ipynb, cell 5
    text: str
    tree: ast.Module | None
    scopes: symtable.SymbolTable | None
    fault: str = ""
    reason: str = ""  # line 2: invalid syntax


def pieces_of(content: bytes, path: Path) -> list[Piece]:
    """Raises: ValueError, one line that names the file, if nothing of it is Python."""
    if len(content) > LARGEST:
        raise ValueError(f"{path} has {len(content):,} bytes; at most {LARGEST:,} are read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: not UTF-8") from None
    if path.suffix == ".ipynb" or (str(path) == "-" and text.lstrip().startswith("{")):
        cells = [piece(*cell) for cell in cells_of(text, path)]
        return [each for cell in cells for each in readable(cell)]
    whole = piece(str(path), text)
    found = readable(whole)
    if all(each.fault for each in found):
        raise ValueError(whole.fault)
    return found


def readable(whole: Piece) -> list[Piece]:
    return statements_of(whole) if whole.fault else [whole]


def piece(place: str, text: str) -> Piece:
    try:
        tree, scopes = ast.parse(text, place), symtable.symtable(text, place, "exec")
    except SyntaxError as error:
        reason = f"line {error.lineno}: {error.msg}" if error.lineno else error.msg
        between = ", " if error.lineno else ": "
        return Piece(place, text, None, None, f"{place}{between}{reason}", reason)
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or type(error).__name__
        return Piece(place, text, None, None, f"{place} is not Python: {reason}", reason)
    return Piece(place, text, tree, scopes)


# Files with a fault


def statements_of(whole: Piece) -> list[Piece]:
    """The statements at the top of a file or a cell, those with a fault as such.

    A line that begins at the margin begins a statement, unless Python reads it only together with
    the lines before it, as in a string over many lines.
    """
    lines = whole.text.splitlines(keepends=True)
    starts = [i for i, line in enumerate(lines) if re.match(r"[\w@'\"(\[{]", line)]
    starts = [i for n, i in enumerate(starts) if not n or not lines[starts[n - 1]].startswith("@")]
    if starts[:1] != [0] and piece("", "".join(lines[: starts[0] if starts else None])).fault:
        starts.insert(0, 0)  # the text begins with what is not at the margin
    starts.append(len(lines))
    found, at = [], 0
    while at < len(starts) - 1:
        for end in range(at + 1, min(at + REACH, len(starts))):
            text = "\n" * starts[at] + "".join(lines[starts[at] : starts[end]])
            each = piece(whole.place, text)
            if not each.fault and not _goes_on(lines, starts[end]):
                break
        else:
            each, end = piece(whole.place, _first(lines, starts, at)), at + 1
        found.append(each)
        at = end
    return found


def _first(lines: list[str], starts: list[int], at: int) -> str:
    return "\n" * starts[at] + "".join(lines[starts[at] : starts[at + 1]])


def _goes_on(lines: list[str], start: int) -> bool:
    """Does a line at the margin go on with the statement before it?"""
    return start < len(lines) and bool(re.match(r"(else|elif|except|finally)\b", lines[start]))


def left_out(pieces: list[Piece], path: Path) -> list[str]:
    """A note on each part that could not be read: faults that follow each other are one."""
    notes = []
    for (place, fault), run in groupby(pieces, lambda each: (each.place, bool(each.fault))):
        if fault:
            whole = all(each.fault for each in pieces if each.place == place)
            name = ("" if whole else "part of ") + place.removeprefix(f"{path}, ")
            notes.append(f"{name} could not be read ({next(run).reason}) and was left out")
    return notes


def seem_set(text: str) -> set[str]:
    """The names that a text with a fault seems to set for the rest of the file."""
    own = re.match(r"\s*(@.*\s+)*(async|def|class)\b", text)  # then what it assigns is its own
    found = {name for each in SETS.finditer(text) for name in each.groups()[: 1 if own else 2]}
    return found - {None}


# Notebooks


def cells_of(text: str, path: Path) -> list[tuple[str, str]]:
    """Place and text of the cells with code; cells of text count, too, for the number of a cell.

    Raises: ValueError, one line that names the file, if it is no notebook, or not one of Python.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"{path}{line} is not a notebook: it cannot be read as JSON") from None
    cells = _cells(notebook)
    if cells is None:
        raise ValueError(f"{path} is not a notebook: it has no list of cells")
    language = _language(notebook)
    if not language.lower().startswith(("python", "ipython")):
        raise ValueError(f"{path} is a notebook of {language}, not of Python")
    found = []
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            found.append((f"{path}, cell {number}", without_magics(_source(cell))))
    if not found:
        raise ValueError(f"{path} has no cell with code")
    for place, source in found:
        linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    return found


def _cells(notebook) -> list | None:
    """The cells, of all worksheets where an old notebook (format 3) has such."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        listed = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in listed if isinstance(cells, list) for cell in cells]
    cells = notebook.get("cells")
    return cells if isinstance(cells, list) else None


def _language(notebook: dict) -> str:
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for entry, name in (("language_info", "name"), ("kernelspec", "language")):
        value = metadata.get(entry)
        if isinstance(value, dict) and isinstance(value.get(name), str):
            return value[name]
    return "Python"


def _source(cell: dict) -> str:
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(map(str, source or ()))


def without_magics(text: str) -> str:
    """The Python of a cell: no line of it goes to IPython or to the shell."""
    if text.lstrip().startswith("%%"):
        first, _, rest = text.lstrip().partition("\n")
        text = "\n" + rest if PYTHON_BEHIND.match(first) else ""
    if not piece("", text).fault:
        return text  # a line of Python may begin with %, too
    lines = text.split("\n")
    return "\n".join(MAGIC.sub(r"\1pass", line) for line in lines)
