"""Breaking one thing turns the build red, and the message names it.

The breaking is done in a copy of the book that brings the executed notebooks along. All breaks go
into one build with --keep-going: each must be reported, and with -W each alone is fatal.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("_config.yml", "_toc.yml", "book", "notebooks", "src")
PROGRAM = "from jupyter_book.cli.main import main; main()"
BUILD = [sys.executable, "-c", PROGRAM, "build", ".", "-W", "-n", "--keep-going"]

# 68 bytes: a picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
PAGE = """
An id with a slip {claim}`bptt-dL-dWhg`, claims that fail {claim}`off-by-one` {claim}`raises`, a
[link to nowhere](no_such_page.md), and a picture without words: ![](pixel.png)

```{math}
:label: eq-grad-zzz
z = 1
```
"""
CLAIMS = '''

@claim("nobody-shows-me", tolerance=1.0, how="nothing")
def unseen() -> float:
    """No page shows this."""
    return 0.0


@claim("off-by-one", shows="eq-nowhere", tolerance=1e-9, how="nothing")
def fails() -> float:
    """One is zero."""
    return 1.0


@claim("raises", tolerance=1e-9, how="nothing")
def raises() -> float:
    """Zero has an inverse."""
    return 1 / 0
'''


def build(folder: Path) -> tuple[int, str]:
    """Build the book in this folder with its own package: exit code and everything it said."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        BUILD, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    return done.returncode, re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)


def edit(path: Path, change) -> None:
    """Replace a file's text by what ``change`` makes of it, which must be another."""
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text, f"nothing to break in {path}"
    path.write_text(changed, encoding="utf-8")


def without_alt_text(text: str) -> str:
    """The notebook without its first alt text; its code is as before."""
    notebook = nbformat.reads(text, as_version=4)
    cell = next(c for c in notebook.cells if "image" in c.metadata.get("mystnb", {}))
    del cell.metadata["mystnb"]["image"]
    return nbformat.writes(notebook)


def with_an_error(text: str) -> str:
    """The notebook with a first code cell that raises."""
    notebook = nbformat.reads(text, as_version=4)
    next(c for c in notebook.cells if c.cell_type == "code").source = 'raise KeyError("a slip")'
    return nbformat.writes(notebook)


def break_everything(folder: Path) -> None:
    """One break of each kind, each in a place of its own."""
    (folder / "book" / "pixel.png").write_bytes(PIXEL)
    edit(folder / "book" / "notation.md", lambda text: text + PAGE)
    edit(folder / "book" / "02_bptt.md", lambda text: text.replace(": eq-total\n", ": eq-totl\n"))
    edit(folder / "src/rnncourse/claims/chapter02.py", lambda text: text + CLAIMS)
    edit(folder / "notebooks" / "02_bptt.ipynb", without_alt_text)
    edit(folder / "notebooks" / "03_gradient_checking.ipynb", with_an_error)


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The copy as it is, broken, and broken once more without a further change."""
    folder = tmp_path_factory.mktemp("book")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        copy(ROOT / part, folder / part)
    executed = ROOT / "_build" / ".jupyter_cache"
    if executed.is_dir():
        shutil.copytree(executed, folder / "_build" / ".jupyter_cache")
    sound = build(folder)
    break_everything(folder)
    return {"sound": sound, "broken": build(folder), "again": build(folder)}


def test_the_copy_builds_before_it_is_broken(builds):
    code, said = builds["sound"]
    assert code == 0, said[-3000:]


BREAKS = {
    "an id that no claim has": r"notation.*unknown claim 'bptt-dL-dWhg'; near it: .*bptt-dL-dWhh",
    "a claim that no page shows": r"claim 'nobody-shows-me' of chapter 02 is shown on no page",
    "a claim that fails": r"notation.*claim 'off-by-one' fails: error 1\.0, tolerance 10⁻⁹",
    "a claim that raises": r"notation.*claim 'raises' fails: error ∞.*ZeroDivisionError",
    "a claim for an equation that is not there": r"'off-by-one' shows equation 'eq-nowhere'",
    "a gradient equation without a claim": r"notation.*gradient equation 'eq-grad-zzz' has no",
    "an equation label with a slip": r"'total-derivative' shows equation 'eq-total', which no page",
    "a reference to that label": r"02_bptt\.md.*equation not found: eq-total",
    "a link to nowhere": r"notation.*no_such_page\.md",
    "a picture without words": r"notation.*image pixel\.png has no alt text",
    "a notebook's picture without words": r"notebooks/02_bptt.*has no alt text \(output of cell",
    "a cell that raises": r"notebooks/03_gradient_checking.*[Ee]xecut.*fail",
}


@pytest.mark.parametrize("broken", BREAKS)
def test_the_build_reports(builds, broken):
    lines = [line for line in builds["broken"][1].splitlines() if "WARNING" in line]
    assert any(re.search(BREAKS[broken], line) for line in lines), "\n".join(lines)


def test_a_broken_book_stays_red_when_it_is_built_again(builds):
    assert builds["broken"][0] != 0
    assert builds["again"][0] != 0


def beginning(lesson: Path) -> nbformat.NotebookNode:
    """A lesson up to its first cell that prints something."""
    notebook = nbformat.read(lesson, as_version=4)
    for i, cell in enumerate(notebook.cells):
        if any(output.output_type == "stream" for output in cell.get("outputs", [])):
            notebook.cells = notebook.cells[: i + 1]
            return notebook
    raise AssertionError(f"{lesson} prints nothing")


def test_a_changed_output_is_noticed(tmp_path):
    notebook = beginning(ROOT / "notebooks" / "02_bptt.ipynb")
    nbformat.write(notebook, tmp_path / "same.ipynb")
    stream = next(o for o in notebook.cells[-1].outputs if o.output_type == "stream")
    stream.text = stream.text.rstrip("\n") + "1\n"
    nbformat.write(notebook, tmp_path / "changed.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1, done.stdout
    assert "changed.ipynb::Cell" in done.stdout
    assert "FAILED" in done.stdout and "same.ipynb" not in done.stdout.split("FAILED", 1)[1]
