"""What the recorded runs of the LSTM's relatives say: tables and sentences of the page.

Every number is computed from the records there are; what has no record is left out.
"""

from collections.abc import Iterable

from rnncourse.chapters.palindromes.cases import baum_sweet_share, binary_majority
from rnncourse.experiments import EXPERIMENTS, results, summarize
from rnncourse.experiments.summary import Summary
from rnncourse.records import markdown_table

FAMILY, BIAS = "family", "forget-bias"
WORDS = {"lstm": "LSTM", "gru": "GRU", "bidirectional": "both ways", "peephole": "peephole"}
TITLES = {
    "baum-sweet": "Baum–Sweet",
    "random-combinations": "random combinations",
    "binary-palindromes": "binary palindromes",
}
# What the sheet expects to be perfect: of the LSTM, then of its relatives.
SANITY = (
    ("baum-sweet", 6, "lstm"),
    ("random-combinations", 6, "lstm"),
    ("binary-palindromes", 10, "lstm"),
    ("baum-sweet", 6, "gru"),
    ("random-combinations", 5, "bidirectional"),
    ("binary-palindromes", 6, "peephole"),
)


def constant(task: str, length: int) -> float:
    """What always giving the most frequent answer scores."""
    if task == "baum-sweet":
        share = baum_sweet_share(length)
        return max(share, 1.0 - share)
    return binary_majority() if task == "binary-palindromes" else 1.0 / length


def rows(name: str = FAMILY) -> list[Summary]:
    """One row a task, setting, cell and length."""
    return summarize(results(name))


def found() -> dict[tuple, Summary]:
    """The rows of the family by task, length and cell."""
    return {(row.task, row.length, row.cell): row for row in rows()}


def mean_and_sd(row: Summary) -> str:
    """Mean ± sd of the accuracy over the seeds."""
    return f"{row.mean:.3f}" + (f" ± {row.sd:.3f}" if row.sd is not None else "")


def solved(row: Summary) -> str:
    """How many seeds solved it, and if most did, the median of the updates until then."""
    most = 2 * row.solved > row.seeds
    return f"{row.solved} of {row.seeds}" + (f", {row.steps:.0f}" if most else "")


def family_table(cells: Iterable[str]) -> str:
    """Every task and length with its constant answer and what these cells reached, one a task."""
    lines = []
    for (task, length, cell), row in found().items():
        if cell in cells:
            name = f"{TITLES[task]}, {length}"
            lines.append([name, f"{constant(task, length):.3f}", mean_and_sd(row), solved(row)])
    return markdown_table(["task, length", "constant:", "accuracy", "solved, updates"], lines)


def sanity_table() -> str:
    """What the sheet expects to be perfect, and what was reached there."""
    lines = []
    for task, length, cell in SANITY:
        row = found().get((task, length, cell))
        reached = (f"{row.solved} of {row.seeds}", mean_and_sd(row)) if row else "––"
        lines.append([f"{WORDS[cell]}: {TITLES[task]}, {length}", *reached])
    return markdown_table(["model, task, length", "seeds that solved it", "accuracy"], lines)


def settings_table() -> str:
    """With which settings each task of the family is trained: from the definitions."""
    configs = {run.task: run.config for run in EXPERIMENTS[FAMILY].runs}
    lines = [
        [TITLES[task], c["units"], c["batch_size"], c["learning_rate"], f"{c['steps']:,}"]
        for task, c in configs.items()
    ]
    return markdown_table(["task", "units:", "batch:", "rate:", "updates:"], lines)


def comparison(task: str) -> str:
    """One sentence on each length of a task: the LSTM and its relative, solved and updates."""
    parts = []
    for length in sorted({key[1] for key in found() if key[0] == task}):
        pair = [row for key, row in found().items() if key[:2] == (task, length)]
        texts = (f"{WORDS[row.cell]} {mean_and_sd(row)} ({solved(row)})" for row in pair)
        parts.append(f"at length {length}, {' and '.join(texts)}")
    return f"{TITLES[task][0].upper()}{TITLES[task][1:]}: {'; '.join(parts)}." if parts else ""


def bias_settings() -> str:
    """One sentence on the runs with different forget biases: from their definition."""
    run = EXPERIMENTS[BIAS].runs[0]
    return (
        f"{run.units} units, batches of {run.batch_size}, Adam with learning rate "
        f"{run.learning_rate:g}, up to {run.steps:,} updates."
    )


def bias_table() -> str:
    """The forget biases against the lengths: mean ± sd, and how many seeds solved it."""
    entries = {(row.setting, row.length): row for row in rows(BIAS)}
    lengths = sorted({length for _, length in entries})
    lines = []
    for setting in dict.fromkeys(setting for setting, _ in entries):
        own = (entries.get((setting, length)) for length in lengths)
        texts = (f"{mean_and_sd(row)}; {row.solved} of {row.seeds}" if row else "–" for row in own)
        lines.append([setting.split()[-1], *texts])
    heads = ["forget bias:", *(f"length {length}" for length in lengths)]
    return markdown_table(heads, lines) if lines else ""
