"""Waves whose times are dates: what training loses if the times are measured from 1970.

    python -m rnncourse.chapters.phased_lstm.dates

trains all runs again (five minutes on one core) and writes ``results/dates.json``. The waves, the
seeds and the network are the same in all of them; only the times move, by the dates of ``DATES``,
and the cell measures them from their first or from zero.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from rnncourse.records import MissingRecords, Record, markdown_table
from rnncourse.sequence import SequenceModel
from rnncourse.tasks import waves

RESULTS = Path(__file__).parent / "results"
DATES = {"small numbers": 0.0, "Unix seconds": 1.7e9, "Unix milliseconds": 1.7e12}
ORIGINS = {"their first": None, "zero": 0.0}
SEEDS = range(3)
CONFIG = {
    "task": "asynchronous waves",
    "length": 32,
    "units": 32,
    "batch_size": 64,
    "learning_rate": 5e-3,
    "clip_norm": 10.0,
    "steps": 250,
    "judged": 50,  # last batches; each is drawn anew, and judged before it is learned from
}


class Outcome(NamedTuple):
    """What one run ends with."""

    accuracy: float  # share of the last batches
    by_tau: float  # median norm of the loss's gradient by τ
    by_others: float  # by all other parameters together


def train(date: float, origin: float | None, seed: int) -> Outcome:
    """One run; ``origin`` is the cell's."""
    rng = np.random.default_rng(seed)
    model = SequenceModel("phased", 1, CONFIG["units"], 2, rng=rng, origin=origin)
    optimizer = torch.optim.Adam(model.parameters(), lr=CONFIG["learning_rate"])
    rows = [update(model, optimizer, rng, date) for _ in range(CONFIG["steps"])]
    accuracy, by_tau, by_others = np.array(rows).T
    last = accuracy[-CONFIG["judged"] :]
    return Outcome(float(last.mean()), float(np.median(by_tau)), float(np.median(by_others)))


def update(model: SequenceModel, optimizer, rng: np.random.Generator, date: float) -> Outcome:
    """One batch: judge it, then learn from it."""
    batch = waves(rng, CONFIG["batch_size"], CONFIG["length"], "asynchronous")
    x, times, y = (torch.from_numpy(each) for each in (batch.x, batch.times + date, batch.y))
    p = model(x, times=times)[0][:, -1]
    optimizer.zero_grad()
    cross_entropy(p, y).backward()
    norms = {name: q.grad.norm() for name, q in model.named_parameters() if q.grad is not None}
    by_tau = norms.pop("cells.0.tau")
    clip_grad_norm_(model.parameters(), CONFIG["clip_norm"])
    optimizer.step()
    model.cells[0].project_()
    right = (p.argmax(dim=1) == y).double().mean()
    return Outcome(right.item(), by_tau.item(), torch.stack([*norms.values()]).norm().item())


def settings() -> list[tuple[str, str]]:
    """(what the times are, what they are measured from); small times are both at once."""
    pairs = [(dates, origin) for origin in ORIGINS for dates in DATES]
    return [pair for pair in pairs if pair != ("small numbers", "zero")]


def store(folder: Path = RESULTS) -> Record:
    """Train all runs and write their record."""
    from rnncourse.training import provenance

    summary = {}
    for dates, origin in settings():
        runs = [train(DATES[dates], ORIGINS[origin], seed) for seed in SEEDS]
        columns = zip(*runs, strict=True)
        named = {name: list(column) for name, column in zip(Outcome._fields, columns, strict=True)}
        summary[f"{dates}, from {origin}"] = named
    record = Record("dates", CONFIG | {"seeds": len(SEEDS)}, 0, summary=summary)
    record.provenance.update(provenance())
    record.save(folder / "dates.json")
    return record


def recorded() -> dict[str, dict[str, list[float]]]:
    """Accuracy and norms of each seed, by setting.

    Raises: MissingRecords if they are not in this installation.
    """
    path = RESULTS / "dates.json"
    if not path.exists():
        raise MissingRecords("the recorded runs on dates are not in this installation")
    return Record.load(path).summary


def accuracy_table() -> str:
    """A row a setting: the accuracy of each seed, as a Markdown table."""
    rows = [
        [dates, origin, " ".join(f"{each:.2f}" for each in found["accuracy"])]
        for dates, origin, found in recorded_settings()
    ]
    accuracy = f"accuracy after {CONFIG['steps']} updates, {len(SEEDS)} seeds"
    return markdown_table(["times", "measured from", accuracy], rows)


def slope_table() -> str:
    """A row a setting: the gradient by the period and by all others, as a Markdown table."""
    rows = [
        [dates, origin, *(one_digit(np.median(found[name])) for name in ("by_tau", "by_others"))]
        for dates, origin, found in recorded_settings()
    ]
    return markdown_table(["times", "from", "by τ", "by others"], rows)


def recorded_settings() -> list[tuple[str, str, dict]]:
    """What the times are, what they are measured from, and the record of the runs."""
    return [(*pair, recorded()["{}, from {}".format(*pair)]) for pair in settings()]


def one_digit(value: float) -> str:
    """3,000,000 or 0.4."""
    return f"{float(f'{value:.1g}'):,.10g}"


if __name__ == "__main__":
    store()
    print(accuracy_table(), slope_table(), sep="\n\n")
