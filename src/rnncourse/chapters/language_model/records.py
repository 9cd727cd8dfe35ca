"""What the recorded language models say: the tables and sentences of the page.

Every number is computed from the records there are; every function takes the folder they lie in.
"""

import textwrap
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from rnncourse.experiments import results
from rnncourse.records import Record, markdown_table

BOOKS, CELLS = "books", "tales-cells"
TITLES = {"grimm": "Grimm", "anna-karenina-nl": "Anna Karenina"}
NAMES = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
KINDS = ("choice", "spelling", "echo", "name")
GUESS = 3.0  # bits of one of eight heroes
BITS = 1.0 / np.log(2.0)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LINE = 44  # characters of a sample's line: it fits a phone
OPENING = (0, 2, -1)  # the evaluations whose samples open the page
FED = (1, 2, 5, 10, 30)  # characters read from an empty state


def books(folder: Path | None = None) -> list[Record]:
    return results(BOOKS, folder)


def title(record: Record) -> str:
    return f"{TITLES[record.config['corpus']]}, {record.config['setting']}"


def settings_table(folder: Path | None = None) -> str:
    """With which choices the two recipes train, from the records."""
    recipes = {record.config["setting"]: record.config for record in books(folder)}
    names = {
        "learning_rate": "learning rate",
        "schedule": "schedule",
        "optimizer": "optimizer",
        "clip_norm": "largest norm of the gradient",
        "dropout": "dropout between the layers",
    }
    rows = ([words, *(c[key] for c in recipes.values())] for key, words in names.items())
    return markdown_table(["choice", *(f"{name} recipe" for name in recipes)], rows)


def book_table(folder: Path | None = None) -> str:
    """Loss and accuracy at the end of each run, on the text it learned from and on the rest."""
    rows = []
    for record in books(folder):
        for part, words in (("text", "learned"), ("held_out", "held out")):
            nats = record.summary[f"{part}_loss"]
            accuracy = f"{100 * record.summary[f'{part}_accuracy']:.1f} %"
            rows.append([title(record), words, f"{nats:.3f}", f"{nats * BITS:.3f}", accuracy])
    return markdown_table(["run", "text", "nats:", "bits:", "accuracy:"], rows)


class Lowest(NamedTuple):
    """Where the held-out loss of a run was lowest, and what came after."""

    characters: int
    loss: float
    rise: float  # of the last point of the curve above it


def lowest(record: Record) -> Lowest:
    losses = record.curve["held_out_loss"]
    place = int(np.argmin(losses))
    return Lowest(record.curve["characters"][place], losses[place], losses[-1] - losses[place])


def learned_by_heart(record: Record) -> str:
    """One sentence: what a run has learned of its text only."""
    low = lowest(record)
    gap = (record.summary["held_out_loss"] - record.summary["text_loss"]) * BITS
    more = f"{abs(gap):.2f} bits {'more' if gap > 0 else 'less'}"
    after = (
        "lowest at the end"
        if low.rise == 0
        else f"lowest ({low.loss:.3f}) after {scientific(low.characters)} characters, "
        f"{low.rise:.3f} nats lower than at the end"
    )
    return (
        f"**{title(record)}**: a character of the held-out text costs {more} than one of the "
        f"text learned. Along the curve the held-out loss was {after}."
    )


def scientific(number: float) -> str:
    """As 2.3·10⁷."""
    digits, power = f"{number:.1e}".split("e+")
    return f"{digits}·10{str(int(power)).translate(RAISED)}"


def sentences(folder: Path | None = None) -> str:
    """What each run on a book has learned by heart, as a Markdown list."""
    return "\n".join(f"- {learned_by_heart(record)}" for record in books(folder))


def warm_up_table(folder: Path | None = None) -> str:
    """What the next character costs the good run on Grimm, by how many it has read from zeros."""
    wanted = {"corpus": "grimm", "setting": "good"}
    [told] = [r.summary["writing"] for r in books(folder) if wanted.items() <= r.config.items()]
    rows = [[count, f"{told['loss_by_position'][count - 1]:.2f}"] for count in FED]
    rows.append(["all of the text before", f"{told['held_out_loss_carried']:.2f}"])
    return markdown_table(["characters read:", "the next one costs, nats:"], rows)


# Tales


def first_samples(folder: Path | None = None) -> str:
    """What one LSTM at its chosen rate wrote during its minute, as titled blocks of text."""
    [run] = [record for record in chosen(folder)["lstm"] if record.seed == 1]
    blocks = []
    for place in OPENING:
        lines = (textwrap.fill(line, LINE) for line in run.curve["sample"][place].split("\n"))
        text = "\n".join(line for line in lines if line)
        read = round(run.curve["characters"][place], -3)
        blocks.append(f"**After {read:,} characters**\n\n```text\n{text}\n```")
    return "\n\n".join(blocks)


def chosen(folder: Path | None = None) -> dict[str, list[Record]]:
    """By cell, the runs of the learning rate whose median loss on held-out tales is lowest."""
    groups: dict[str, dict[float, list[Record]]] = {}
    for record in results(CELLS, folder):
        rates = groups.setdefault(record.config["cell"], {})
        rates.setdefault(record.config["learning_rate"], []).append(record)
    return {cell: min(rates.values(), key=middle_loss) for cell, rates in groups.items()}


def middle_loss(records: list[Record]) -> float:
    return median(record.summary["held_out_loss"] for record in records)


def values(records: list[Record], key: str) -> list[float]:
    return [record.summary[key] for record in records]


def median_and_range(numbers: list[float]) -> str:
    """Median, and the smallest and the largest."""
    return f"{median(numbers):.3f} ({min(numbers):.3f} to {max(numbers):.3f})"


def cells_table(folder: Path | None = None) -> str:
    """How far each cell stays from the best possible loss, with the best of its rates."""
    rows = []
    for cell, records in chosen(folder).items():
        config = records[0].config
        read = scientific(median(values(records, "characters")))
        sizes = config["hidden"], f"{config['learning_rate']:g}"
        rows.append([NAMES[cell], *sizes, read, median_and_range(values(records, "above"))])
    heads = ["cell", "units:", "rate:", "characters read:", "bits above the entropy"]
    return markdown_table(heads, rows)


def kinds_table(folder: Path | None = None) -> str:
    """Where the bits above the entropy are lost: medians by kind of character."""
    picked = chosen(folder)
    any_run = next(iter(picked.values()))[0].summary
    rows = []
    for kind in KINDS:
        above = (f"{median(values(runs, f'above_{kind}')):.3f}" for runs in picked.values())
        rows.append([kind, f"{100 * any_run[f'share_{kind}']:.2f} %", *above])
    heads = ["kind", "share of the characters:", *(f"{NAMES[cell]}:" for cell in picked)]
    return markdown_table(heads, rows)


def hero(folder: Path | None = None) -> str:
    """What each cell knows of the hero when the tale ends, as a Markdown list."""
    lines = []
    for cell, records in chosen(folder).items():
        costs = values(records, "above_name")
        known = sum(cost < GUESS / 2 for cost in costs)
        lines.append(
            f"- **{NAMES[cell]}**: a hero's first letter costs {median_and_range(costs)} bits; a "
            f"network that has forgotten the hero pays {GUESS:g} at best. {known} of {len(costs)} "
            f"networks pay less than half of that."
        )
    return "\n".join(lines)


def order(folder: Path | None = None) -> str:
    """One sentence on each two cells: whether every seed of one is ahead of every one of the
    other."""
    above = {cell: values(runs, "above") for cell, runs in chosen(folder).items()}
    lines = []
    for first, second in (("rnn", "gru"), ("rnn", "lstm"), ("gru", "lstm")):
        if first in above and second in above:
            a, b = above[first], above[second]
            better = second if max(b) < min(a) else first if max(a) < min(b) else None
            verdict = (
                f"every {NAMES[better]} ends nearer to the entropy than every "
                f"{NAMES[first if better == second else second]}"
                if better
                else "the seeds overlap"
            )
            lines.append(f"- {NAMES[first]} and {NAMES[second]}: {verdict}.")
    return "\n".join(lines)
