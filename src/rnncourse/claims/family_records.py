"""What the recorded runs of the LSTM's relatives say: tables and sentences of chapter 10.

Every number is computed from the records there are; what has no record is left out.
"""

from rnncourse.claims.palindrome_cases import baum_sweet_share, binary_majority
from rnncourse.experiments import EXPERIMENTS, results, summarize
from rnncourse.experiments.summary import Summary

FAMILY, BIAS = "family", "forget-bias"
WORDS = {"lstm": "LSTM", "gru": "GRU", "bidirectional": "both ways", "peephole": "peephole"}
TITLES = {
    "baum-sweet": "Baum–Sweet",
    "random-combinations": "random combinations",
    "binary-palindromes": "binary palindromes",
}


def constant(task: str, length: int) -> float:
    """What always giving the most frequent answer scores."""
    if task == "baum-sweet":
        share = baum_sweet_share(length)
        return max(share, 1.0 - share)
    return binary_majority() if task == "binary-palindromes" else 1.0 / length


def rows(name: str = FAMILY) -> list[Summary]:
    """One row a task, setting, cell and length."""
    return summarize(results(name))


def told(row: Summary) -> str:
    """Mean ± sd over the seeds, and how many of them solved it."""
    spread = f" ± {row.sd:.3f}" if row.sd is not None else ""
    return f"{row.mean:.3f}{spread} ({row.solved} of {row.seeds})"


def family_table(cells: tuple[str, ...] | None = None) -> str:
    """Every task and length with its constant answer and what each cell reached."""
    lines = ["| task | length | constant | cell | accuracy (solved) |", "|---|---:|---:|---|---|"]
    for row in rows():
        if cells is None or row.cell in cells:
            base = f"{constant(row.task, row.length):.3f}"
            names = f"{TITLES[row.task]} | {row.length} | {base} | {WORDS[row.cell]}"
            lines.append(f"| {names} | {told(row)} |")
    return "\n".join(lines)


def pair_table() -> str:
    """The LSTM and its relative side by side, one line a task and length."""
    lines = ["| task | length | LSTM | relative |", "|---|---:|---|---|"]
    found = {(row.task, row.length, row.cell): row for row in rows()}
    for task, length in dict.fromkeys((task, length) for task, length, _ in found):
        own = [row for key, row in found.items() if key[:2] == (task, length)]
        texts = [told(row) for row in own if row.cell == "lstm"] or ["–"]
        texts += [f"{WORDS[row.cell]}: {told(row)}" for row in own if row.cell != "lstm"] or ["–"]
        lines.append(f"| {TITLES[task]} | {length} | {' | '.join(texts)} |")
    return "\n".join(lines)


def settings_table() -> str:
    """With which settings each task of the family is trained: from the definitions."""
    heads = ("units", "batch_size", "optimizer", "learning_rate", "steps", "clip_norm")
    lines = [
        "| task | units | batch | optimizer | learning rate | updates | clipped at |",
        "|---|---:|---:|---|---:|---:|---:|",
    ]
    seen = {}
    for run in EXPERIMENTS[FAMILY].runs:
        seen.setdefault(run.task, run.config)
    for task, config in seen.items():
        values = [config[name] for name in heads]
        texts = (f"{v:,g}" if isinstance(v, int | float) and v >= 1 else str(v) for v in values)
        lines.append(f"| {TITLES[task]} | {' | '.join(texts)} |")
    return "\n".join(lines)


def bias_table() -> str:
    """The forget biases against the lengths: mean ± sd, and how many seeds solved it."""
    found = {(row.setting, row.length): row for row in rows(BIAS)}
    lengths = sorted({length for _, length in found})
    lines = [
        "| forget bias | " + " | ".join(f"length {length}" for length in lengths) + " |",
        "|---:|" + "---|" * len(lengths),
    ]
    for setting in dict.fromkeys(setting for setting, _ in found):
        texts = (told(found[setting, x]) if (setting, x) in found else "–" for x in lengths)
        lines.append(f"| {setting.split()[-1]} | {' | '.join(texts)} |")
    return "\n".join(lines)
