"""What the recorded palindrome runs say: selections, tables and sentences of the page.

Every number is computed from the records there are; a run without a record counts as not solved
where a claim asks for all of them, and as absent in a table.
"""

from collections.abc import Callable, Iterable

import numpy as np

from rnncourse.chapters.rnn_against_lstm import experiments as palindrome_ablation
from rnncourse.experiments import EXPERIMENTS, results
from rnncourse.records import Record, markdown_table

COLUMNS = tuple((setting, cell) for setting in ("course", "good") for cell in ("rnn", "lstm"))
NAMES = {"rnn": "RNN", "lstm": "LSTM"}
ABLATION = "palindrome-ablation"
LENGTH = "palindrome-length"
# Of the LSTM's recipes: the one change that fails, and what opens a forget gate at the start.
NEEDED = "good, forget bias 0"
OPEN = ("forget bias 1", "forget bias 3", "chrono")


def runs(name: str, **choices) -> list[Record]:
    """The records of an experiment whose configuration has these values."""
    return [record for record in results(name) if choices.items() <= record.config.items()]


def of_length(setting: str, cell: str, length: int) -> list[Record]:
    """The records of one recipe, cell and length."""
    return runs(LENGTH, setting=setting, cell=cell, length=length)


def planned(name: str, **choices) -> int:
    """How many runs of these choices the experiment defines, recorded or not."""
    return sum(choices.items() <= run.config.items() for run in EXPERIMENTS[name].runs)


def final(records: Iterable[Record]) -> np.ndarray:
    """Accuracy on fresh data at the last evaluation of each run."""
    return np.array([record.summary["accuracy"] for record in records])


def best(records: Iterable[Record]) -> np.ndarray:
    """The highest of all evaluations of each run."""
    return np.array([max(record.curve["accuracy"]) for record in records])


def solved(records: Iterable[Record]) -> int:
    return sum(record.summary["solved"] for record in records)


def updates(records: Iterable[Record]) -> np.ndarray:
    """Optimizer updates until the task was solved, of the runs that did."""
    return np.array([r.summary["steps_to_solve"] for r in records if r.summary["solved"]])


def planned_updates(name: str, **choices) -> np.ndarray:
    """The same, one entry a planned run; infinite for one that did not solve it, or is missing."""
    found = updates(runs(name, **choices))
    return np.append(found, np.full(planned(name, **choices) - len(found), np.inf))


def lengths() -> list[int]:
    return sorted({run.length for run in EXPERIMENTS[LENGTH].runs})


def unsolved(name: str, **choices) -> int:
    """Runs of these choices that are not solved; without a record they count as not solved."""
    return planned(name, **choices) - solved(runs(name, **choices))


def seeds_text(records: list[Record]) -> str:
    """Of how many runs so many solved the task: 3 of 5."""
    return f"{solved(records)} of {len(records)}" if records else "–"


def updates_text(records: list[Record]) -> str:
    """The median number of updates until the task was solved, if every run did."""
    every = records and solved(records) == len(records)
    return f"{np.median(updates(records)):,.0f}" if every else "–"


def right_text(records: list[Record]) -> str:
    """The median share of right answers on fresh data at the last evaluation."""
    return f"{np.median(final(records)):.0%}" if records else "–"


def length_table(text: Callable[[list[Record]], str]) -> str:
    """Every length and both cells with both settings, as a Markdown table of one quantity."""
    heads = (f"{NAMES[cell]}, {setting}:" for setting, cell in COLUMNS)
    rows = (
        [length, *(text(of_length(*column, length)) for column in COLUMNS)] for length in lengths()
    )
    return markdown_table(["length:", *heads], rows)


def digit_table(text: Callable[[list[Record]], str]) -> str:
    """One-hot rows beside the raw digit as one number, with the course's settings."""
    rows = []
    for length in sorted({run.length for run in EXPERIMENTS[LENGTH].runs if run.coding == "digit"}):
        for cell, name in NAMES.items():
            pair = (text(of_length(coding, cell, length)) for coding in ("course", "digit"))
            rows.append([length, name, *pair])
    return markdown_table(["length:", "cell", "one-hot:", "one number:"], rows)


def longest(setting: str, cell: str, at_least: int) -> int | None:
    """The largest length that this many seeds solved, with every shorter one solved as often."""
    reached = None
    for length in lengths():
        if solved(of_length(setting, cell, length)) < at_least:
            break
        reached = length
    return reached


def reach(setting: str, cell: str, at_least: int) -> str:
    """The longest length solved; "or more" where no longer one is recorded."""
    end = longest(setting, cell, at_least)
    tried = [r.config["length"] for r in runs(LENGTH, setting=setting, cell=cell)]
    return "none" if end is None else f"{end} or more" if end == max(tried) else str(end)


def reach_table() -> str:
    """Up to which length each recipe solves the task, with every seed and with one of them."""
    rows = (
        [f"{NAMES[cell]}, {setting}", *(reach(setting, cell, at_least) for at_least in (5, 1))]
        for setting, cell in COLUMNS
    )
    heads = ["recipe", "solved by every seed up to:", "by at least one up to:"]
    return markdown_table(heads, rows)


def counts(setting: str, length: int) -> list[int]:
    """Solved runs of the RNN and of the LSTM; empty where one of them is not recorded yet."""
    found = [of_length(setting, cell, length) for cell in NAMES]
    return [solved(records) for records in found] if all(found) else []


def with_more_updates(cell: str) -> str:
    """One sentence: what the course's recipe reaches at the ablation's length in 10 000 updates."""
    length = palindrome_ablation.TASK[cell]["length"]
    records = of_length("course", cell, length)
    if not records:
        return "The longer runs of this recipe are not recorded yet."
    steps = max(record.config["steps"] for record in records)
    median = f", in a median of {np.median(updates(records)):.0f}" if solved(records) else ""
    return (
        f"Given up to {steps:,} updates, the course's recipe solves length {length} with "
        f"{solved(records)} of {len(records)} seeds of the {NAMES[cell]}{median}."
    )


def listed(numbers: Iterable) -> str:
    """1, 2 and 3."""
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last


def choices(cell: str) -> list[str]:
    """The ablation's settings of one cell in the order of their definition."""
    defined = (run.setting for run in EXPERIMENTS[ABLATION].runs if run.cell == cell)
    return list(dict.fromkeys(defined))


def splits() -> list[tuple[int, int]]:
    """Every comparison that the page invites: the solved runs of five on either side.

    RNN against LSTM at each length and recipe, one number against one-hot, and each row of the
    ablation against the recipe from which it differs in one choice, and good against course.
    """
    pairs = [counts(setting, length) for setting in ("course", "good") for length in lengths()]
    for length in sorted({run.length for run in EXPERIMENTS[LENGTH].runs if run.coding == "digit"}):
        for cell in NAMES:
            pairs.append(
                [solved(of_length(coding, cell, length)) for coding in ("course", "digit")]
            )
    for cell in NAMES:
        named = {name: solved(runs(ABLATION, setting=name, cell=cell)) for name in choices(cell)}
        bases = {name: "good" for name in named if name != "good"}
        bases |= {name: "course" for name in named if name.startswith("course,")}
        pairs += [[named[name], named[base]] for name, base in bases.items()]
    return [tuple(pair) for pair in pairs if pair]


def ablation_titles() -> dict[str, str]:
    """The name of each cell and the length that it reads in the ablation."""
    lengths = {cell: task["length"] for cell, task in palindrome_ablation.TASK.items()}
    return {cell: f"{NAMES[cell]}, length {length}" for cell, length in lengths.items()}


def ablation_table(cell: str) -> str:
    """Every choice of the ablation and what it gave one cell, as a Markdown table."""
    rows = []
    for setting in choices(cell):
        records = runs(ABLATION, setting=setting, cell=cell)
        rows.append([setting, seeds_text(records), updates_text(records), right_text(records)])
    return markdown_table(["recipe", "solved:", "updates:", "right:"], rows)


def unsolved_sentence(setting: str) -> str:
    """One sentence: which runs of a recipe did not solve their task, and where they ended."""
    records = [r for r in runs(LENGTH, setting=setting) if not r.summary["solved"]]
    if not records:
        return f"With the {setting} recipes every recorded run solved its task."
    told = "; ".join(
        f"{NAMES[r.config['cell']]}, length {r.config['length']}, seed {r.seed} "
        f"(accuracy {r.summary['accuracy']:.2f} after {r.summary['steps']:,} updates)"
        for r in records
    )
    total = len(runs(LENGTH, setting=setting))
    return f"With the {setting} recipes {len(records)} of {total} runs did not solve it: {told}."


def accuracy_range(setting: str, cell: str, length: int, seed: int) -> str:
    """The lowest and the highest of all evaluations of one run."""
    records = of_length(setting, cell, length)
    curves = [record.curve["accuracy"] for record in records if record.seed == seed]
    return " ".join(f"{min(curve):.2f} to {max(curve):.2f}" for curve in curves) or "–"


def rnn_square() -> str:
    """The RNN's start against its optimizer: how many of the ablation's seeds solved the task."""
    square = {"torch": ("course", "good, torch start"), "orthogonal": ("good, rmsprop", "good")}
    rows = (
        [start, *(seeds_text(runs(ABLATION, setting=name, cell="rnn")) for name in settings)]
        for start, settings in square.items()
    )
    return markdown_table(["start", "RMSprop:", "Adam:"], rows)


def lstm_rows() -> str:
    """The LSTM's recipes by what their forget gates are at the start, with their solved seeds."""
    groups = {"open": [], "not open": []}
    for setting in choices("lstm"):
        is_open = setting.endswith(OPEN) or (setting.startswith("good") and setting != NEEDED)
        text = f"{setting} ({seeds_text(runs(ABLATION, setting=setting, cell='lstm'))})"
        groups["open" if is_open else "not open"].append(text)
    return markdown_table(
        ["forget gates", "recipe and solved seeds"],
        ([name, "; ".join(told)] for name, told in groups.items()),
    )


def overstatement() -> str:
    """One sentence: what the best evaluation of unsolved runs says beside the last."""
    records = [r for r in results(LENGTH) if not r.summary["solved"]]
    if not records:
        return "Every recorded run solved its task, so that best and last are the same."
    gain = best(records) - final(records)
    worst = int(np.argmax(gain))
    return (
        f"In the {len(records)} recorded runs that did not solve their task, the best evaluation "
        f"is above the last by {np.median(gain):.2f} in the median, and by {gain[worst]:.2f} at "
        f"most: {best(records)[worst]:.2f} in place of {final(records)[worst]:.2f}."
    )
