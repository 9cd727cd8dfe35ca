"""Breaking one thing turns the build red, and the message names it.

The book is a small one: the real configuration and extensions, one room with two claims, a page and
two lessons. All breaks go into one build with --keep-going: each must be reported, and with -W each
alone is fatal.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import browse
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

pytestmark = pytest.mark.slow
ROOT = browse.ROOT
PROGRAM = "from jupyter_book.cli.main import main; main()"
BUILD = [sys.executable, "-c", PROGRAM, "build", ".", "-W", "-n", "--keep-going"]

# 68 bytes: a picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
CONTENTS = """
format: jb-book
root: book/index
chapters:
  - file: book/01_small
    sections:
      - file: notebooks/01_small
  - file: notebooks/02_other
"""
INDEX = """
# A small book

```{claim-ledger}
```
"""
CHAPTER = """
# A chapter

## A section

One half and one half are all of it, in {eq}`eq-total`.{claim}`half,total`
![One grey dot](pixel.png)

```{math}
:label: eq-grad-half
x = 1 / 2
```

```{math}
:label: eq-total
x = 1
```
"""
CLAIMS = '''
from rnncourse.claims import claim


@claim("half", shows="eq-grad-half", tolerance=1e-9, how="halving")
def half() -> float:
    """A half is a half."""
    return 0.5 - 1 / 2


@claim("total", shows="eq-total", tolerance=1e-9, how="adding")
def total() -> float:
    """Two halves are one."""
    return 1.0 - (0.5 + 0.5)
'''
BROKEN_PAGE = """
An id with a slip {claim}`halt`, claims that fail {claim}`off-by-one,raises`, two numbers in
one {claim-value}`half,total`, a
[link to nowhere](no_such_page.md), and a picture without words: ![](pixel.png)

```{math}
:label: eq-grad-zzz
z = 1
```
"""
BROKEN_CLAIMS = '''

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
SHOW = f"from IPython.display import Image\n\nImage(bytes.fromhex({PIXEL.hex()!r}))"
ALT = {"mystnb": {"image": {"alt": "One grey dot, as on the page"}}}


def write_lesson(path: Path, source: str, metadata: dict) -> None:
    """A lesson of a title and one code cell, as it is before it is run."""
    cells = [new_markdown_cell("# A lesson"), new_code_cell(source, metadata=metadata)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)


def write_small_book(folder: Path) -> None:
    """The small book, and a package in which its room stands in place of all others."""
    for name in ("_config.yml", "CITATION.cff"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "_toc.yml").write_text(CONTENTS, encoding="utf-8")
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("*.md"))
    (folder / "book" / "pixel.png").write_bytes(PIXEL)
    (folder / "book" / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "book" / "01_small.md").write_text(CHAPTER, encoding="utf-8")
    (folder / "notebooks").mkdir()
    write_lesson(folder / "notebooks" / "01_small.ipynb", SHOW, ALT)
    write_lesson(folder / "notebooks" / "02_other.ipynb", "print(1)", {})
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("chapters"))
    room = folder / "src" / "rnncourse" / "chapters" / "small"
    room.mkdir(parents=True)
    for package in (room.parent, room):
        (package / "__init__.py").touch()
    (room / "claims.py").write_text(CLAIMS, encoding="utf-8")


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


def break_everything(folder: Path) -> None:
    """One break of each kind, each in a place of its own."""
    edit(folder / "book" / "index.md", lambda text: text + BROKEN_PAGE)
    edit(folder / "book" / "01_small.md", lambda text: text.replace(": eq-total", ": eq-totl"))
    edit(folder / "src/rnncourse/chapters/small/claims.py", lambda text: text + BROKEN_CLAIMS)
    write_lesson(folder / "notebooks" / "01_small.ipynb", SHOW, {})
    write_lesson(folder / "notebooks" / "02_other.ipynb", 'raise KeyError("a slip")', {})


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The small book as it is, broken, and broken once more without a further change."""
    folder = tmp_path_factory.mktemp("book")
    write_small_book(folder)
    sound = build(folder)
    break_everything(folder)
    return {"sound": sound, "broken": build(folder), "again": build(folder)}


def test_the_small_book_builds_before_it_is_broken(builds):
    code, said = builds["sound"]
    assert code == 0, said[-3000:]


BREAKS = {
    "an id that no claim has": r"index.*unknown claim 'halt'; near it: .*half",
    "two numbers in one place": r"index.*claim-value prints the number of one claim; 'half' is one",
    "a claim that no page shows": r"claim 'nobody-shows-me' of chapter small is shown on no page",
    "a claim that fails": r"index.*claim 'off-by-one' fails: error 1\.0, tolerance 10⁻⁹",
    "a claim that raises": r"index.*claim 'raises' fails: error ∞.*ZeroDivisionError",
    "a claim for an equation that is not there": r"'off-by-one' shows equation 'eq-nowhere'",
    "a gradient equation without a claim": r"index.*gradient equation 'eq-grad-zzz' has no",
    "an equation label with a slip": r"'total' shows equation 'eq-total', which no page",
    "a reference to that label": r"01_small\.md.*equation not found: eq-total",
    "a link to nowhere": r"index.*no_such_page\.md",
    "a picture without words": r"index.*image pixel\.png has no alt text",
    "a notebook's picture without words": r"notebooks/01_small.*has no alt text \(output of cell",
    "a cell that raises": r"notebooks/02_other.*[Ee]xecut.*fail",
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
    notebook = beginning(ROOT / f"{browse.page_of('bptt', 'notebooks')}.ipynb")
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
