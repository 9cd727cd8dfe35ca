"""What the recorded runs on waves say: the tables and sentences of the page.

Every number is computed from the records there are.
"""

from rnncourse.experiments import results, spread, summarize
from rnncourse.experiments.summary import Spread, Summary
from rnncourse.records import markdown_table

SAMPLINGS = ("standard", "oversampled", "asynchronous")
NAMES = {"lstm": "LSTM", "phased": "phased LSTM"}
USUAL = "equal size"
OTHERS = (("oversampled", "lower rate"),)  # shown where they are recorded


def summaries() -> list[Summary]:
    return summarize(results("waves"))


def summary(sampling: str, cell: str, setting: str = USUAL) -> Summary | None:
    """The runs of one sampling, cell and setting; None where there is no record yet."""
    wanted = (f"{sampling}-waves", cell, setting)
    found = [row for row in summaries() if (row.task, row.cell, row.setting) == wanted]
    return found[0] if found else None


def recorded() -> dict[str, tuple[str, str]]:
    """Sampling and setting by the words for them: every sampling, and the others with records."""
    usual = {sampling: (sampling, USUAL) for sampling in SAMPLINGS}
    found = {(row.task.removesuffix("-waves"), row.setting) for row in summaries()}
    return usual | {", ".join(pair): pair for pair in OTHERS if pair in found}


def wave_table() -> str:
    """Mean accuracy with its interval by sampling, a column a cell, as a Markdown table."""
    rows = [
        [words, *(entry(summary(sampling, cell, setting)) for cell in NAMES)]
        for words, (sampling, setting) in recorded().items()
    ]
    return markdown_table(["sampling", *NAMES.values()], rows)


def entry(row: Summary | None) -> str:
    """Mean and interval of one setting; a dash where there is no record."""
    return f"{row.mean:.3f} ({row.low:.3f} to {row.high:.3f})" if row else "–"


def lead(sampling: str, setting: str = USUAL) -> Spread | None:
    """How far the phased LSTM is ahead of the LSTM of the same seed: mean and interval."""
    pair = [summary(sampling, cell, setting) for cell in NAMES]
    if None in pair or pair[0].seeds != pair[1].seeds:
        return None
    lstm, phased = (row.accuracies for row in pair)
    differences = [b - a for a, b in zip(lstm, phased, strict=True)]
    shifted = spread([0.5 + 0.5 * value for value in differences])  # spread cuts to 0 … 1
    low, high = (2.0 * end - 1.0 for end in (shifted.low, shifted.high))
    return Spread(2.0 * shifted.mean - 1.0, 2.0 * shifted.sd, low, high)


def verdict(words: str, sampling: str, setting: str = USUAL) -> str:
    """One sentence: which cell is ahead on a sampling, if the interval tells."""
    ahead = lead(sampling, setting)
    if ahead is None:
        return f"**{words.capitalize()}**: not recorded yet."
    outcome = (
        "the two are not told apart"
        if ahead.low <= 0.0 <= ahead.high
        else f"the {NAMES['phased' if ahead.mean > 0 else 'lstm']} is ahead"
    )
    return (
        f"**{words.capitalize()}**: phased LSTM minus LSTM, mean {ahead.mean:+.3f}, interval "
        f"{ahead.low:+.3f} to {ahead.high:+.3f}: {outcome}."
    ).replace("-0.", "−0.")


def verdicts() -> str:
    """The verdict of each sampling, as a Markdown list."""
    return "\n".join(f"- {verdict(words, *pair)}" for words, pair in recorded().items())
