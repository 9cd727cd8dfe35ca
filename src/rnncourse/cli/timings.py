"""Timings side by side."""

from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import app, bar_on_stderr


@app.command()
def bench(
    name: Annotated[
        str | None, typer.Argument(help="Such as lstm, text or char-rnn; all if left out.")
    ] = None,
    threads: Annotated[list[int] | None, typer.Option(help="1 and 2 if left out.")] = None,
    rounds: Annotated[int, typer.Option(help="Interleaved repeats.")] = 15,
    out: Annotated[Path | None, typer.Option(help="A file for the record.")] = None,
) -> None:
    """Time training steps side by side: ours, torch.nn and the plain loop, as ratios."""
    from rnncourse.bench import compare, plan
    from rnncourse.records import require_place
    from rnncourse.validate import require_count

    planned = plan(name, threads or [1, 2])
    require_count("rounds", rounds)
    for count in threads or ():
        require_count("threads", count)
    if out is not None:
        require_place(out)
    rows = []
    with bar_on_stderr() as bar:
        for cell, shape, count in bar.track(planned, description="timing"):
            rows += [row._asdict() for row in compare(cell, shape, count, rounds)]
    _print_timings(rows)
    if out is not None:
        _timings_record(rows, rounds).save(out)
        print(out)


TIMINGS = "{cell:<9}{shape:<15}{threads:>7}  {variant:<9}{ratio:>6}{peak_share:>9}{megabytes:>5}"


def _print_timings(rows: list[dict]) -> None:
    head = {"ratio": "ratio", "peak_share": "of peak", "megabytes": "MB"}
    print(TIMINGS.format(cell="cell", shape="shape", threads="threads", variant="variant", **head))
    for row in rows:
        percentages = {"ratio": f"{row['ratio']:.2f}", "peak_share": f"{row['peak_share']:.0%}"}
        megabytes = "" if row["megabytes"] is None else row["megabytes"]
        print(TIMINGS.format(**{**row, **percentages, "megabytes": megabytes}))
    print("ratio: how many times faster than torch.nn, or than the plain loop where torch has none")


def _timings_record(rows: list[dict], rounds: int):
    """The rows as columns; no times, so that what differs between machines are ratios alone."""
    from rnncourse.records import Record
    from rnncourse.training import provenance

    columns = {name: [row[name] for row in rows] for name in rows[0] if name != "milliseconds"}
    for name in ("ratio", "peak_share"):
        columns[name] = [round(value, 3) for value in columns[name]]
    return Record("bench", {"rounds": rounds}, seed=0, curve=columns, provenance=provenance())
