"""Experiments: list them, run them so that they can be interrupted, show what they gave."""

import json
import sys
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import AsJson, Group, app, bar_on_stderr
from rnncourse.cli.folder import alone_in

experiment_app = Group(help="Run the recorded experiments, or show what they gave.")
app.add_typer(experiment_app, name="experiment")
Name = Annotated[str, typer.Argument(help="An experiment of the list, or all.")]
Only = Annotated[str, typer.Option(help="Only runs whose name contains this.")]


@experiment_app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """The experiments: what they ask, and what the recorded runs cost."""
    from rnncourse.experiments import EXPERIMENTS

    rows = []
    for name, experiment in EXPERIMENTS.items():
        records = _records(name)
        hours = sum(record.provenance.get("processor_seconds", 0) for record in records) / 3600
        row = {"name": name, "runs": len(experiment.runs), "recorded": len(records)}
        rows.append(row | {"core_hours": round(hours, 4), "question": experiment.question})
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in () if as_json else rows:
        print("{name:<20}{recorded:>4} of {runs} runs, {core_hours:.1f} core-hours".format(**row))
        print(f"  {row['question']}")


@experiment_app.command()
def run(
    name: Name,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core if left out.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the records.")] = Path("runs/experiments"),
    only: Only = "",
) -> None:
    """Execute the runs that have no record in OUT/NAME yet; interrupt it as you like."""
    from rnncourse.validate import require_count

    if workers is not None and scheduler is not None:
        raise ValueError("--workers and --scheduler exclude each other")
    if workers is not None:
        require_count("workers", workers)
    for experiment in _chosen(name, only):
        folder = out / experiment.name
        with alone_in(folder):
            _run_with_progress(experiment, folder, workers, scheduler)


def _chosen(name: str, only: str) -> list:
    """The experiments of this name, with the runs that are wanted."""
    from rnncourse.experiments import EXPERIMENTS
    from rnncourse.validate import require_choice

    require_choice("experiment", name, {*EXPERIMENTS, "all"})
    wanted = EXPERIMENTS.values() if name == "all" else [EXPERIMENTS[name]]
    kept = [
        experiment._replace(runs=tuple(run for run in experiment.runs if only in run.id))
        for experiment in wanted
    ]
    if not any(experiment.runs for experiment in kept):
        raise ValueError(f"no run of {name} contains {only!r} in its name")
    return kept


def _run_with_progress(experiment, folder: Path, workers: int | None, scheduler: str | None):
    """One line a finished run; a bar with the time that is left."""
    import os

    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    from rnncourse.experiments import run_experiment, unfinished

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    waiting = unfinished(experiment, folder)
    done = len(experiment.runs) - len(waiting)
    with bar_on_stderr(*columns) as bar:
        task = bar.add_task(experiment.name, total=sum(run.work for run in waiting))

        def tell(run, record) -> None:
            bar.console.print(f"{run.id}  {_outcome(record.summary)}")
            bar.advance(task, run.work)

        workers = workers or os.cpu_count() or 1
        run_experiment(experiment, folder, workers=workers, scheduler=scheduler, on_record=tell)
    print(f"{experiment.name}: {len(waiting)} runs executed, {done} were there")
    print(folder)


def _outcome(summary: dict) -> str:
    """What a run came to, in a few words."""
    if "accuracy" in summary:
        return f"accuracy {summary['accuracy']:.1%} at step {summary['steps']}"
    if "held_out_loss" in summary:
        return f"held-out loss {summary['held_out_loss']:.4f} nats at step {summary['steps']}"
    if "validation" in summary:
        return f"mean squared error {summary['error']:.3f} at step {summary['steps']}"
    if "seen_all" in summary:
        return f"all right: {summary['seen_all']:.1%} seen, {summary['unseen_all']:.1%} unseen"
    for by in ("image", "text"):
        if f"{by}_seen_share" in summary:
            seen, unseen = (summary[f"{by}_{kind}_share"] for kind in ("seen", "unseen"))
            return f"attributes at the right flower: {seen:.1%} seen, {unseen:.1%} unseen"
    if "smooth_loss" in summary:
        return f"smooth loss {summary['smooth_loss']:.2f} at step {summary['steps']}"
    return ", ".join(f"{name} {value}" for name, value in summary.items())


@experiment_app.command()
def show(
    name: Name,
    out: Annotated[Path | None, typer.Option(help="Folder of the records.")] = None,
    as_json: AsJson = False,
) -> int:
    """What the runs gave, by setting or run by run; exit 1 if there is no record."""
    from rnncourse.experiments import EXPERIMENTS

    names = EXPERIMENTS if name == "all" else [name]
    records = [record for each in names for record in _records(each, out)]
    rows = _rows(records)
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in () if as_json else rows:
        print(_line(row))
    if any("worst" in row for row in rows) and not as_json:
        print("a … b … c: the worst, the median and the best of the seeds")
    if not rows:
        print(f"no records of {name} there yet", file=sys.stderr)
    return 0 if rows else 1


def _records(name: str, out: Path | None = None) -> list:
    """The records in ``out/name`` or the book's own; none where this installation lacks them."""
    from rnncourse.experiments import results
    from rnncourse.records import MissingRecords

    try:
        return results(name, out)
    except MissingRecords:
        return []


def _rows(records: list) -> list[dict]:
    """The seeds of a setting together; a run that is judged in its own way by what it kept."""
    from rnncourse.experiments import summarize, summarize_text

    on_tasks = [record for record in records if "solved" in record.summary]
    on_text = [record for record in records if "held_out_loss" in record.summary]
    rows = [row._asdict() for row in (*summarize(on_tasks), *summarize_text(on_text))]
    shared = {"solved", "held_out_loss"}
    alone = [record for record in records if not shared & record.summary.keys()]
    return rows + [{"run": record.name, **_told(record.summary)} for record in alone]


def _told(summary: dict) -> dict:
    """What is to be read; pictures that a summary keeps as text are left out."""
    return {name: value for name, value in summary.items() if name != "pair"}


def _line(row: dict) -> str:
    if "run" in row:
        return _run_line(row)
    return _text_line(row) if "corpus" in row else LINE.format(**row)


def _run_line(row: dict) -> str:
    """A run and its numbers, wrapped where they are many; each text that it wrote below."""
    texts = {name: told for name, told in row.items() if isinstance(told, str) and name != "run"}
    numbers = (
        f"{name}={round(told, 4) if isinstance(told, float) else told}"
        for name, told in row.items()
        if name not in {"run", *texts}
    )
    line = f"{row['run']}  {', '.join(numbers)}"
    wrapped = textwrap.fill(line, 100, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join((wrapped, *(f"\n{name}:\n{told}\n" for name, told in texts.items())))


LINE = (
    "{task:<19} {setting:<24} {cell:<13} length {length:<3} solved {solved} of {seeds}"
    "  accuracy {worst:.2f} … {median:.2f} … {best:.2f}  {steps:.0f} steps"
)
TEXT_LINE = (
    "{corpus:<19} {setting:<24} {cell:<13} {seeds} seeds"
    "  held-out {worst:.4f} … {median:.4f} … {best:.4f} nats"
)


def _text_line(row: dict) -> str:
    """What a setting gave on text, as far as it was judged."""
    parts = {
        "text_loss": "training text {:.4f} nats",
        "text_accuracy": "{:.1%} right",
        "above": "{:.4f} bits above the best",
        "characters": "{:,} characters",
    }
    measured = [form.format(row[name]) for name, form in parts.items() if row[name] is not None]
    return "  ".join((TEXT_LINE.format(**row), *measured))
