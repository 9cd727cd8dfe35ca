"""The first cell of every lesson installs the package where it is missing, as on Colab.

    python book/_ext/rnncourse_first_cell.py notebooks

puts it there, or renews it after the address in pyproject.toml has changed; nothing is executed
again. The cell prints nothing, the book does not show it, and where the package is installed it
does nothing.
"""

import sys
from pathlib import Path

import nbformat
from rnncourse_repository import address

NAME = "install"
TAGS = ["remove-cell"]
INSTALL = """\
# Where the course is missing, as on Colab, install it.
import importlib.util
import subprocess
import sys

if importlib.util.find_spec("rnncourse") is None:
    source = "git+{address}"
    pip = [sys.executable, "-m", "pip", "install", "-q", source]
    subprocess.run(pip, check=True)"""


def cell(execution_count: int | None = 1):
    """The cell, as it stands in every lesson."""
    source = INSTALL.format(address=address())
    metadata = {"tags": TAGS, "jupyter": {"source_hidden": True}}
    made = nbformat.v4.new_code_cell(source, metadata=metadata, execution_count=execution_count)
    made["id"] = NAME
    return made


def with_first_cell(notebook):
    """The same lesson with the cell behind its title, and its cells counted from the top."""
    others = [each for each in notebook.cells if each["id"] != NAME]
    notebook.cells = [others[0], cell(), *others[1:]]
    code = [each for each in notebook.cells if each.cell_type == "code"]
    for count, each in enumerate(code, start=1):
        each.execution_count = count
        for output in each.outputs:
            if "execution_count" in output:
                output["execution_count"] = count
    return notebook


def main(folder: str) -> None:
    """Write it into every lesson of a folder that has it not, or another one."""
    for path in sorted(Path(folder).glob("[0-9][0-9]_*.ipynb")):
        before = path.read_text(encoding="utf-8")
        changed = with_first_cell(nbformat.reads(before, as_version=4))
        after = nbformat.writes(changed) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"changed {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
