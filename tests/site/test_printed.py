"""A lesson is committed with what its cells print: the outputs of the book's own execution.

`make book` executes each lesson, in a kernel of its own, when anything changed that it depends on.
What came out is held here against the outputs in the file, to the last letter. Under another
processor `tests/processors.py lessons` executes them again.
"""

from copy import deepcopy
from pathlib import Path

import browse
import nbformat
import pytest
from jupyter_cache import get_cache
from rnncourse_lessons import kept_execution
from solutions import LESSONS

CACHE = browse.ROOT / "_build" / ".jupyter_cache"


def executed(path: Path) -> nbformat.NotebookNode:
    """The lesson as the book has executed it, with the code and the library of now."""
    notebook = nbformat.read(path, as_version=4)
    found = CACHE.is_dir() and kept_execution(get_cache(CACHE), f"notebooks/{path.stem}", notebook)
    browse.need(bool(found), f"{path.name} was not executed since it could change: run make book")
    return found


def printed(cell) -> tuple[dict[str, str], list[dict]]:
    """What a cell shows in words: each stream in one piece, and the other outputs in order.

    Pictures are left out, for the site draws its own; the name of each stays.
    """
    streams, others = {}, []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
        else:
            data = output.get("data", {})
            words = {mime: data[mime] for mime in data if not mime.startswith("image/")}
            others.append({"type": output.output_type, **words})
    return streams, others


def differences(stored, now) -> list[str]:
    """The cells of a lesson that print something else than what is stored, with both."""
    pairs = [
        [cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (stored, now)
    ]
    return [
        f"cell {n}: {before.source}\nstored {printed(before)}\nnow    {printed(after)}"
        for n, (before, after) in enumerate(zip(*pairs, strict=True), start=1)
        if printed(before) != printed(after)
    ]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_prints_what_it_was_committed_with(path):
    found = differences(nbformat.read(path, as_version=4), executed(path))
    assert not found, "\n".join(found)


def stream(text: str, name: str = "stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def figure(mime: str = "image/png", words: str = "<Figure>"):
    return nbformat.v4.new_output("display_data", data={mime: "...", "text/plain": words})


def lesson(*outputs):
    cell = nbformat.v4.new_code_cell("print(1)", outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# One"), cell])


def test_pieces_of_a_print_and_other_pictures_are_no_difference():
    stored = lesson(stream("1\n2\n"), figure())
    now = lesson(stream("1\n"), figure("image/svg+xml"), stream("2\n"))
    assert not differences(stored, now)


@pytest.mark.parametrize(
    "outputs",
    [
        [stream("1\n3\n"), figure()],
        [stream("1\n2\n "), figure()],
        [stream("1\n2\n")],
        [stream("1\n2\n"), figure(), figure()],
        [stream("1\n2\n"), figure(words="<Other>")],
        [stream("1\n2\n"), figure(), stream("a warning", "stderr")],
        [stream("1\n2\n", "stderr"), figure()],
        [],
    ],
)
def test_every_other_output_is_one(outputs):
    stored, now = lesson(stream("1\n2\n"), figure()), lesson(*outputs)
    [found] = differences(stored, now)
    assert found.startswith("cell 1: print(1)\nstored ({'stdout': '1")
    assert not differences(now, deepcopy(now))
