"""The command ``rnncourse``. Exit codes: 0 done, 1 a check failed, 2 bad usage or input."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from rnncourse import __version__

app = typer.Typer(
    help="A course on recurrent networks whose derivations are checked by a machine.",
    add_completion=False,
    rich_markup_mode=None,
)
train_app = typer.Typer(help="Train a model and write its record.")
app.add_typer(train_app, name="train")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def main() -> None:
    """Run the command; a user's mistake is one line on stderr, never a stack trace."""
    try:
        sys.exit(app(prog_name="rnncourse", standalone_mode=False))
    except typer.TyperException as error:
        _stop(f"{error.format_message()} Try rnncourse --help.", code=2)
    except (ValueError, OSError) as error:
        _stop(str(error), code=2)
    except FloatingPointError as error:
        _stop(str(error), code=1)


def _stop(message: str, code: int) -> None:
    line = " ".join(message.split())
    print(f"rnncourse: {line}", file=sys.stderr)
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def claims(
    chapter: Annotated[str | None, typer.Option(help="Only this chapter, such as 02.")] = None,
    as_json: AsJson = False,
) -> int:
    """Verify the claims of the book; exit 1 if one fails or there is none."""
    from rnncourse.claims import REGISTRY, verify

    ids = [id for id, claim in REGISTRY.items() if chapter in (None, claim.chapter)]
    results = verify(ids)
    if as_json:
        rows = [result._asdict() | {"error": str(result.error)} for result in results]
        print(json.dumps(rows, indent=1))
    for result in () if as_json else results:
        sign, bound = ("✓", "≤") if result.passed else ("✗", ">")
        print(f"{sign} {result.id:<34} {result.error:8.1e} {bound} {result.tolerance:.0e}")
        if result.message:
            print(f"  {result.message}")
    passed = sum(result.passed for result in results)
    print(f"{passed} of {len(results)} claims hold", file=sys.stderr)
    return 0 if results and passed == len(results) else 1


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="An exercise, such as bptt-dL-dWhh.")],
    file: Annotated[Path, typer.Argument(help="A Python file with the function bptt_dL_dWhh.")],
) -> int:
    """Check the function of that name in FILE; nothing else of the file is called."""
    from rnncourse.exercises import grade_file

    verdict = grade_file(name, file)
    print(verdict)
    return 0 if verdict.right else 1


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="A cell or a shape; all if left out.")] = None,
    threads: Annotated[list[int] | None, typer.Option(help="1 and 2 if left out.")] = None,
    rounds: Annotated[int, typer.Option(help="Interleaved repeats.")] = 15,
    memory: Annotated[bool, typer.Option("--memory", help="Also peak memory, slower.")] = False,
    out: Annotated[Path | None, typer.Option(help="A file for the record.")] = None,
) -> None:
    """Time training steps side by side: ours, torch.nn and the plain loop, as ratios."""
    from rich.progress import track

    from rnncourse.bench import compare, peak_memory, plan

    rows = []
    for cell, shape, count in track(
        plan(name, threads or [1, 2]), "timing", console=_stderr(), transient=True
    ):
        for row in compare(cell, shape, count, rounds):
            measured = memory and count == 1
            megabytes = round(peak_memory(row.variant, cell, shape)) if measured else None
            rows.append({**row._asdict(), "megabytes": megabytes})
    _print_timings(rows)
    if out is not None:
        _timings_record(rows, rounds).save(out)
        print(out)


def _stderr():
    from rich.console import Console

    return Console(stderr=True)


TIMINGS = "{cell:<9}{shape:<15}{threads:>7}  {variant:<9}{ratio:>6}{peak_share:>9}{megabytes:>5}"


def _print_timings(rows: list[dict]) -> None:
    head = {"ratio": "ratio", "peak_share": "of peak", "megabytes": "MB"}
    print(TIMINGS.format(cell="cell", shape="shape", threads="threads", variant="variant", **head))
    for row in rows:
        told = {"ratio": f"{row['ratio']:.2f}", "peak_share": f"{row['peak_share']:.0%}"}
        print(TIMINGS.format(**{**row, **told, "megabytes": _or_blank(row["megabytes"])}))
    print("ratio: how many times faster than torch.nn, or than the plain loop where torch has none")


def _or_blank(value) -> str:
    return "" if value is None else str(value)


def _timings_record(rows: list[dict], rounds: int):
    """The rows as columns; no times, so that what differs between machines are ratios alone."""
    from rnncourse.records import Record
    from rnncourse.training import provenance

    columns = {name: [row[name] for row in rows] for name in rows[0] if name != "milliseconds"}
    for name in ("ratio", "peak_share"):
        columns[name] = [round(value, 3) for value in columns[name]]
    return Record("bench", {"rounds": rounds}, seed=0, curve=columns, provenance=provenance())


@train_app.command()
def palindrome(
    cell: Annotated[str, typer.Option(help="The recurrent cell.")] = "rnn",
    length: Annotated[int, typer.Option(help="Digits of a palindrome, the last included.")] = 10,
    units: Annotated[int, typer.Option(help="Units n of the cell.")] = 128,
    steps: Annotated[int, typer.Option(help="Optimizer updates at most.")] = 3000,
    learning_rate: Annotated[float, typer.Option(help="Adam's step size.")] = 1e-3,
    seed: Annotated[int, typer.Option(help="Of the weights and the data.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for record and checkpoint.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
) -> None:
    """Learn to say a palindrome's last digit; stop when solved."""
    from rnncourse.training import TrainConfig

    config = TrainConfig(steps=steps, learning_rate=learning_rate, seed=seed)
    model, next_batch = _palindrome_parts(cell, length, units, seed)
    name = f"palindrome-{cell}-length{length}-units{units}"
    out = out or Path("runs") / f"{name}-seed{seed}"
    record = _train_with_progress(name, model, next_batch, config, out, resume)
    accuracy, at = record.summary["accuracy"], record.summary["steps"]
    verdict = "solved" if record.summary["solved"] else "not solved"
    print(f"{verdict}: accuracy {accuracy:.1%} on fresh palindromes after {at} steps")
    print(out / "record.json")


def _palindrome_parts(cell: str, length: int, units: int, seed: int):
    """The model and the data of a palindrome run."""
    from functools import partial

    import numpy as np
    import torch

    from rnncourse.sequence import SequenceModel
    from rnncourse.tasks import palindromes
    from rnncourse.validate import require_count

    require_count("length", length, minimum=2)
    torch.set_num_threads(1)  # faster than two at these sizes, and equal numbers everywhere
    model = SequenceModel(cell, 10, units, 10, rng=np.random.default_rng(seed))
    return model, partial(palindromes, length=length)


def _train_with_progress(name, model, next_batch, config, out: Path, resume: bool):
    """Train with a progress bar; leave ``record.json`` and ``checkpoint.pt`` in ``out``."""
    from rich.progress import Progress

    from rnncourse.training import train

    checkpoint = out / "checkpoint.pt"
    out.mkdir(parents=True, exist_ok=True)
    if not resume:
        checkpoint.unlink(missing_ok=True)
    with Progress(console=_stderr(), transient=True) as bar:
        record = train(
            model,
            next_batch,
            config,
            record_name=name,
            checkpoint=checkpoint,
            on_step=_shown_on(bar, config),
        )
    record.save(out / "record.json")
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
