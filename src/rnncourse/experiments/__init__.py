"""Named experiments, one file each, and what they gave."""

from pathlib import Path

from rnncourse.experiments import (
    books,
    character_rnn,
    democracy,
    family,
    forget_bias,
    optimizers,
    palindrome_ablation,
    palindrome_length,
    tales_cells,
    waves,
)
from rnncourse.experiments.definitions import Experiment
from rnncourse.experiments.run import Run, execute
from rnncourse.experiments.runner import record_path, run_experiment, unfinished
from rnncourse.experiments.summary import Spread, Summary, spread, summarize
from rnncourse.experiments.text_run import TextRun
from rnncourse.experiments.text_summary import TextSummary, summarize_text
from rnncourse.records import Record
from rnncourse.validate import require_choice

EXPERIMENTS: dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (
        palindrome_length,
        palindrome_ablation,
        optimizers,
        family,
        forget_bias,
        waves,
        tales_cells,
        books,
        democracy,
        character_rnn,
    )
}
RESULTS = Path(__file__).parents[3] / "experiments" / "results"

__all__ = [
    "EXPERIMENTS",
    "RESULTS",
    "Experiment",
    "Run",
    "Spread",
    "Summary",
    "TextRun",
    "TextSummary",
    "execute",
    "record_path",
    "results",
    "run_experiment",
    "spread",
    "summarize",
    "summarize_text",
    "unfinished",
]


def results(name: str, folder: Path = RESULTS) -> list[Record]:
    """The records of an experiment in the order of its definition; those there are.

    Raises: ValueError for an unknown name or a damaged record.
    """
    require_choice("experiment", name, EXPERIMENTS)
    paths = (record_path(folder / name, run) for run in EXPERIMENTS[name].runs)
    return [Record.load(path) for path in paths if path.exists()]
