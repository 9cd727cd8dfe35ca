"""Run lessons and store their outputs: `make lessons`, or one: `make lesson L=phased_lstm`.

What depends on the machine and not on the lesson is left out of the files: times, the version of
Python, and the widths of a terminal. A lesson that raises is not stored.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

QUIET = ["--IPKernelApp.log_level=ERROR"]  # a kernel warns at each start that it is not encrypted
TIMEOUT = 120  # seconds for a cell
AT_ONCE = 2  # lessons; each has one thread


def run(path: Path) -> None:
    """Execute one notebook from a fresh kernel and write it back."""
    print(f"running {path}", flush=True)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=QUIET,
        record_timing=False,
        coalesce_streams=True,  # pieces of one print arrive together or apart
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


def find(folder: Path, name: str | None) -> list[Path]:
    """The lesson phased_lstm, 11 or 11_phased_lstm; all for None."""
    lessons = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    wanted = name.zfill(2) if name else name
    found = [path for path in lessons if wanted in (None, path.stem, path.stem[3:], path.stem[:2])]
    if not found:
        known = ", ".join(path.stem[3:] for path in lessons)
        sys.exit(f"There is no lesson {name!r}; make lesson L= takes one of {known}")
    return found


def main(folder: str, name: str | None = None) -> None:
    """Run the notebooks of a folder, or one."""
    with ProcessPoolExecutor(AT_ONCE) as workers:
        list(workers.map(run, find(Path(folder), name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
