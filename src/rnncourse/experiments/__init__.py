"""Named experiments, defined and recorded in the rooms of the chapters, and what they gave."""

from pathlib import Path

from rnncourse.experiments.definitions import Experiment
from rnncourse.experiments.run import Run, execute
from rnncourse.experiments.runner import load_record, record_path, run_experiment, unfinished
from rnncourse.experiments.summary import (
    Spread,
    Summary,
    TextSummary,
    spread,
    summarize,
    summarize_text,
)
from rnncourse.experiments.text_run import TextRun
from rnncourse.records import MissingRecords, Record
from rnncourse.rooms import load
from rnncourse.validate import require_choice

__all__ = [
    "EXPERIMENTS",
    "Experiment",
    "Run",
    "Spread",
    "Summary",
    "TextRun",
    "TextSummary",
    "execute",
    "record_path",
    "recorded",
    "results",
    "run_experiment",
    "spread",
    "summarize",
    "summarize_text",
    "unfinished",
]


def __getattr__(name: str):
    if name == "EXPERIMENTS":
        return {name: experiment for name, (experiment, _) in _defined().items()}
    raise AttributeError(f"module 'rnncourse.experiments' has no attribute {name!r}")


def _defined() -> dict[str, tuple[Experiment, Path]]:
    """Every experiment by name, with the folder of its room's results."""
    return {
        value.name: (value, Path(module.__file__).parent / "results")
        for module in load("experiments")
        for value in vars(module).values()
        if isinstance(value, Experiment)
    }


def recorded(name: str) -> Path:
    """The folder in which the book keeps the records of this experiment.

    Raises: ValueError for an unknown name.
    """
    defined = _defined()
    require_choice("experiment", name, defined)
    return defined[name][1] / name


def results(name: str, folder: Path | None = None) -> list[Record]:
    """The records of an experiment in the order of its definition: those that are there.

    They are the book's own, or those in ``folder/name``.

    Raises: ValueError for an unknown name or a damaged record; MissingRecords if the book's own
    are not in this installation.
    """
    place = recorded(name) if folder is None else folder / name
    runs = _defined()[name][0].runs
    found = [path for path in (record_path(place, run) for run in runs) if path.is_file()]
    if folder is None and not found:
        raise MissingRecords(f"the recorded runs of {name!r} are not in this installation")
    return [load_record(path) for path in found]
