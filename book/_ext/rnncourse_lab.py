"""A copy of the lessons to work in, and JupyterLab on it: `make lab`.

    python book/_ext/rnncourse_lab.py [options of JupyterLab]

The folder lab/, which git ignores, gets every lesson without outputs: what you predict is not told
before you run it, and what you write meets no update of the course. A copy that you changed or ran
is never overwritten: the new version of its lesson is put beside it, under another name.

A link from a lesson to its page leads to the built page, which JupyterLab's server hands out below
/static. Where the book is not built, a line there says how to build it.
"""

import hashlib
import json
import re
import sys
from itertools import count
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
KEPT, STUBS, SETTINGS = ".copies.json", ".pages", ".settings"
QUIET = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}
LINK = re.compile(r"\]\(\.\./book/([\w-]+)\.md((?:#[\w-]*)?)\)")
STUB = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not built yet</title></head><body>
<p>The page {page} is not built yet. Stop JupyterLab, run <code>make book</code>, then <code>make
lab</code> again, and this link leads to it.</p>
</body></html>
"""


def copy_of(lesson: str) -> str:
    """The text of a lesson's copy: no outputs, and links to pages as the server has them."""
    notebook = nbformat.reads(lesson, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = LINK.sub(r"](/static/book/\1.html\2)", cell.source)
    return nbformat.writes(notebook) + "\n"


def digest(text: str) -> str | None:
    """Of the cells and of which of them have outputs; None for a text that is no notebook.

    JupyterLab writes other metadata when a notebook is only opened; that is no change.
    """
    try:
        cells = [
            [cell["cell_type"], "".join(cell["source"]), bool(cell.get("outputs"))]
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def names(stem: str):
    """The names under which a lesson may lie in lab/: its own, and those beside it."""
    yield f"{stem}.ipynb"
    yield f"{stem}_new.ipynb"
    yield from (f"{stem}_new_{number}.ipynb" for number in count(2))


def put(lab: Path, stem: str, text: str, kept: dict[str, str]) -> str:
    """Write the copy where it destroys nothing; returns its name, "" if it is there already."""
    new = digest(text)
    for name in names(stem):
        path, given = lab / name, kept.get(name)
        if path.exists() and given == new:
            return ""
        if not path.exists() or (given and given == digest(path.read_text("utf-8", "replace"))):
            path.write_text(text, encoding="utf-8")
            kept[name] = new
            return name


def refresh(root: Path) -> list[str]:
    """Bring lab/ up to date; returns the names of the copies that were written."""
    lab = root / "lab"
    lab.mkdir(exist_ok=True)
    notes = lab / KEPT
    kept = json.loads(notes.read_text("utf-8")) if notes.is_file() else {}
    written = []
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        lesson = path.read_text(encoding="utf-8")
        written.append(put(lab, path.stem, copy_of(lesson), kept))
        for page, _ in LINK.findall(lesson):
            write_stub(lab, page)
    notes.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    (lab / SETTINGS).mkdir(exist_ok=True)
    (lab / SETTINGS / "overrides.json").write_text(json.dumps(QUIET), encoding="utf-8")
    return [name for name in written if name]


def first_lesson(lab: Path) -> str:
    """The lesson to begin with as long as no copy was changed or run; none, later."""
    kept = json.loads((lab / KEPT).read_text("utf-8"))
    there = {name: lab / name for name in kept if (lab / name).is_file()}
    changed = any(digest(there[name].read_text("utf-8", "replace")) != kept[name] for name in there)
    return "" if changed else min(there)


def write_stub(lab: Path, page: str) -> None:
    """The page that stands where the built one is missing."""
    path = lab / STUBS / "book" / f"{page}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STUB.format(page=page), encoding="utf-8")


def told(written: list[str]) -> str:
    """What a reader should know of this, in a line or two."""
    beside = [name for name in written if "_new" in name]
    lines = ["Your copy of the lessons is the folder lab/. What you change there is kept."]
    if beside:
        lines.append(f"New versions of lessons that you changed: {', '.join(beside)}")
    return "\n".join(lines)


def options(root: Path, first: str = "") -> list[str]:
    """What JupyterLab is told: the folder, the pages, and to ask nobody about news.

    ``first`` is the lesson to open; none, and it shows what was open the last time.
    """
    lab = root / "lab"
    pages = [root / "_build" / "html", lab / STUBS]
    return [
        f"--ServerApp.root_dir={lab}",
        *(f"--ServerApp.extra_static_paths={path}" for path in pages),
        *([f"--LabApp.default_url=/lab/tree/{first}"] if first else []),
        f"--LabApp.app_settings_dir={lab / SETTINGS}",
    ]


def main(arguments: list[str]) -> None:
    """Refresh the copies and open JupyterLab on them."""
    from jupyterlab.labapp import main as jupyterlab

    print(told(refresh(ROOT)), flush=True)
    first = first_lesson(ROOT / "lab")
    sys.exit(jupyterlab([*options(ROOT, first), *arguments]))


if __name__ == "__main__":
    main(sys.argv[1:])
