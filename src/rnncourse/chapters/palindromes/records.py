"""What the page says of the recorded runs: tables and sentences made from the records."""

import numpy as np

from rnncourse.records import Record, markdown_table

NAMES = {"good": "good settings", "course": "course's settings", "digit": "raw digit"}


def runs(records: list[Record], setting: str, length: int, cell: str = "rnn") -> list[Record]:
    """The runs of one setting and length."""
    wanted = {"setting": setting, "length": length, "cell": cell}
    return [r for r in records if all(r.config[key] == wanted[key] for key in wanted)]


def lengths(records: list[Record]) -> list[int]:
    return sorted({record.config["length"] for record in records})


def outcome(group: list[Record]) -> str:
    """How many were solved, in how many updates; the accuracies of those that were not."""
    if not group:
        return "–"
    solved = sorted(r.summary["steps_to_solve"] for r in group if r.summary["solved"])
    failed = sorted(r.summary["accuracy"] for r in group if not r.summary["solved"])
    words = [f"{len(solved)} of {len(group)}"]
    if solved:
        words.append(f"in {int(np.median(solved)):,} updates")
    if failed:
        words.append("else " + ", ".join(f"{value:.2f}" for value in failed))
    return "; ".join(words)


def length_table(records: list[Record]) -> str:
    """Solved runs by length and setting, as a Markdown table."""
    rows = [
        [length, *(outcome(runs(records, setting, length)) for setting in NAMES)]
        for length in lengths(records)
    ]
    return markdown_table(["length:", *NAMES.values()], rows)


def longest_solved(records: list[Record], setting: str) -> int:
    """The largest length at which every run of this setting was solved; 0 if there is none."""
    good = [0]
    for length in lengths(records):
        group = runs(records, setting, length)
        if group and all(record.summary["solved"] for record in group):
            good.append(length)
    return max(good)


def stuck(records: list[Record], setting: str, length: int) -> str:
    """A sentence on the runs of this setting and length that were never solved."""
    group = runs(records, setting, length)
    words = []
    for record in group:
        if not record.summary["solved"]:
            seen = np.array(record.curve["accuracy"])
            words.append(
                f"between {seen.min():.2f} and {seen.max():.2f} at all {len(seen)} evaluations, "
                f"from update {record.curve['step'][0]} to {record.curve['step'][-1]:,}"
            )
    verb = "was" if len(words) == 1 else "were"
    count = f"Of {len(group)} networks of length {length}, {len(words)} {verb} not solved"
    return f"{count}: the accuracy stays {'; '.join(words)}." if words else ""


def best_and_last(records: list[Record], setting: str, length: int) -> str:
    """A sentence: the run of this setting and length that lost most after its best evaluation."""
    group = runs(records, setting, length)
    if not group:
        return ""
    lost = max(group, key=lambda r: max(r.curve["accuracy"]) - r.summary["accuracy"])
    best, last = max(lost.curve["accuracy"]), lost.summary["accuracy"]
    step = lost.curve["step"][lost.curve["accuracy"].index(best)]
    return (
        f"One of the {len(group)} networks of length {length} was right {best:.2f} of the time "
        f"after {step:,} updates and {last:.2f} after {lost.summary['steps']:,}."
    )


def ended_near(records: list[Record], accuracy: float, within: float = 0.04) -> str:
    """A sentence: of the runs with one-hot digits that failed, how many ended at this accuracy."""
    failed = [
        record.summary["accuracy"]
        for record in records
        if not record.summary["solved"] and record.config["setting"] in ("good", "course")
    ]
    near = [value for value in failed if abs(value - accuracy) <= within]
    return (
        f"Of the {len(failed)} runs that were not solved, {len(near)} ended within {within:.2f} "
        f"of {accuracy:.1f}."
    )
