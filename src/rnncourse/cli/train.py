"""Training, with a bar that moves and a run that can be resumed."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import Group, app, bar_on_stderr
from rnncourse.cli.folder import RECORD, checkpoint_in

train_app = Group(help="Train a model and write its record.")
app.add_typer(train_app, name="train")

Cell = Annotated[str, typer.Option(help="rnn, lstm, gru or another key of cells.CELLS.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder for record and checkpoint; under runs/ if left out.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in OUT.")]


@train_app.command()
def palindrome(
    cell: Cell = "rnn",
    length: Annotated[int, typer.Option(help="Digits of a palindrome, the last included.")] = 10,
    units: Annotated[int, typer.Option(help="Units n of the cell.")] = 128,
    steps: Annotated[int, typer.Option(help="Optimizer updates at most.")] = 3000,
    learning_rate: Annotated[
        float | None, typer.Option(help="Adam's step size; if left out 1e-3, with gates 3e-3.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the weights and the data.")] = 0,
    out: Out = None,
    resume: Resume = False,
) -> None:
    """Learn to say a palindrome's last digit; stop after three evaluations without a mistake."""
    from rnncourse.training import TrainConfig, train

    if learning_rate is None:
        learning_rate = 1e-3 if cell == "rnn" else 3e-3  # as in the experiment palindrome-length
    config = TrainConfig(steps=steps, learning_rate=learning_rate, seed=seed)
    model, next_batch = _palindrome_parts(cell, length, units, seed)
    name = f"palindrome-{cell}-length{length}-units{units}"
    out = out or Path("runs") / f"{name}-seed{seed}"
    learn = partial(train, model, next_batch, config, record_name=name)
    record = train_with_progress(learn, partial(_shown_on, config=config), out, resume)
    accuracy, at = record.summary["accuracy"], record.summary["steps"]
    verdict = "solved" if record.summary["solved"] else "not solved"
    print(f"{verdict}: accuracy {accuracy:.1%} on fresh palindromes after {at} steps")
    if not record.summary["solved"]:
        print("solved are three evaluations in a row without a mistake")
    print(out / RECORD)


def _palindrome_parts(cell: str, length: int, units: int, seed: int):
    """The model and the data of a palindrome run."""
    import numpy as np
    import torch

    from rnncourse.sequence import SequenceModel
    from rnncourse.tasks import palindromes
    from rnncourse.validate import require_count

    require_count("length", length, minimum=2)
    torch.set_num_threads(1)  # faster than two at these sizes, and equal numbers everywhere
    options = {"forget_bias": 3.0} if cell == "lstm" else {}  # as in palindrome-length
    model = SequenceModel(cell, 10, units, 10, rng=np.random.default_rng(seed), **options)
    return model, partial(palindromes, length=length)


def train_with_progress(learn, shown_on, out: Path, resume: bool, columns=()):
    """Train with a progress bar; leave record and checkpoint in ``out``.

    ``learn(checkpoint=, on_step=)`` returns the record; ``shown_on(bar)`` makes the ``on_step``.
    """
    from rnncourse.training import keep_memory

    keep_memory()
    with checkpoint_in(out, resume) as checkpoint:
        with bar_on_stderr(*columns) as bar:
            record = learn(checkpoint=checkpoint, on_step=shown_on(bar))
        record.save(out / RECORD)
    return record


def _shown_on(bar, config):
    """An ``on_step`` that moves the bar and prints a line at each evaluation."""
    task = bar.add_task("training", total=config.steps)

    def show(now) -> None:
        bar.update(task, completed=now.step)
        if now.step % config.evaluate_every == 0:
            bar.console.print(
                f"step {now.step:5d}  loss {now.loss:.4f}  accuracy {now.accuracy:.1%}"
            )

    return show
