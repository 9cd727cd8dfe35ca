"""Training a model that reads text and says the next character."""

from functools import partial
from math import log
from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.fits import require_long_enough
from rnncourse.cli.folder import RECORD
from rnncourse.cli.train import Cell, Out, Resume, train_app, train_with_progress


@train_app.command()
def text(
    corpus: Annotated[
        str, typer.Option(help="tales, grimm, democracy, anna-karenina-nl, shakespeare, or a file.")
    ] = "tales",
    cell: Cell = "lstm",
    layers: Annotated[int, typer.Option(help="Recurrent layers.")] = 2,
    hidden: Annotated[int, typer.Option(help="Units of a layer.")] = 256,
    minutes: Annotated[
        float | None, typer.Option(help="Time to train; 2 if steps are left out too.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer updates, in place of time.")] = None,
    streams: Annotated[int, typer.Option(help="Pieces of the text read side by side.")] = 32,
    window: Annotated[int, typer.Option(help="Characters of a stream in one update.")] = 48,
    learning_rate: Annotated[float, typer.Option(help="Adam's largest step size.")] = 8e-3,
    dropout: Annotated[float, typer.Option(help="Share of h dropped between layers.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Draws weights, dropout and samples.")] = 0,
    out: Out = None,
    resume: Resume = False,
) -> None:
    """Learn a text character by character; the last tenth of it is held out to judge by."""
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    from rnncourse.training import TextConfig, train_text

    if minutes is not None and steps is not None:
        raise ValueError("a run has either steps or minutes: give --steps or --minutes, not both")
    if minutes is None and steps is None:
        minutes = 2.0
    config = TextConfig(steps=steps, minutes=minutes, learning_rate=learning_rate)
    parts = _parts(corpus, cell, layers, hidden, dropout, streams, window, seed)
    out = out or Path("runs") / f"{parts['record_name']}-seed{seed}"
    learn = partial(train_text, **parts, config=config, sample=_sampler(parts))
    shown_on = partial(_shown_on, first=_what_is_read(parts))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    record = train_with_progress(learn, shown_on, out, resume, columns)
    for part in ("train", "held_out"):
        loss = record.summary[f"{part}_loss"]
        name = part.replace("_", "-")
        print(f"{name} loss {loss:.4f} nats ({loss / log(2):.4f} bits) a character")
    print(out / RECORD)


def _parts(corpus, cell, layers, hidden, dropout, streams, window, seed) -> dict:
    """What ``train_text`` needs: the model, the text as streams and held out, what they are."""
    import hashlib

    from rnncourse.text import Streams, Vocabulary, split
    from rnncourse.text import corpus as text_of
    from rnncourse.training import text_model

    text = text_of(corpus)
    require_long_enough(corpus, len(text), streams, window)
    vocabulary = Vocabulary.from_text(text)
    learned, held_out = split(vocabulary.encode(text))
    choices = {"cell": cell, "layers": layers, "hidden": hidden, "dropout": dropout}
    about = choices | {"streams": streams, "window": window}
    about |= {
        "corpus": Path(corpus).name,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "characters": vocabulary.characters,
    }
    return {
        "streams": Streams(learned, streams, window),
        "model": text_model(K=len(vocabulary), seed=seed, **choices),
        "held_out": held_out,
        "about": about,
        "seed": seed,
        "record_name": f"text-{Path(corpus).stem}-{cell}-layers{layers}-hidden{hidden}",
    }


def _what_is_read(parts: dict) -> str:
    about, learned, held_out = parts["about"], len(parts["streams"].ids), len(parts["held_out"])
    return (
        f"{about['corpus']}: {learned + held_out:,} characters, {len(about['characters'])} "
        f"different ones in the whole text; the last {held_out:,} are held out"
    )


def _sampler(parts: dict):
    """A ``sample(model, step)``: 200 characters at temperature 0.5, from the text's first one."""
    import numpy as np

    from rnncourse.sampling import generate
    from rnncourse.text import Vocabulary

    vocabulary = Vocabulary(parts["about"]["characters"])
    first = vocabulary.decode(parts["streams"].ids[:1])

    def sample(model, step: int) -> str:
        rng = np.random.default_rng([parts["seed"], step])
        return generate(model, vocabulary, first, 200, temperature=0.5, rng=rng)

    return sample


def _shown_on(bar, first: str):
    """An ``on_step`` that moves the bar and, at each evaluation, prints numbers and a sample.

    ``first`` is printed when training has begun, so that a mistake before it is one line.
    """
    task = bar.add_task("training", total=1.0)
    plain = {"highlight": False, "markup": False, "soft_wrap": True}

    def show(now) -> None:
        nonlocal first
        if first:
            bar.console.print(first, **plain)
            first = ""
        speed = f"{now.characters_per_second:,.0f} characters/s"
        bar.update(task, completed=now.share, description=f"loss {now.loss:.3f}  {speed}")
        if now.evaluated:
            line = f"step {now.step:6d}  loss {now.loss:.4f}  held-out {now.held_out_loss:.4f}"
            bar.console.print(f"{line}  {speed}", **plain)
            bar.console.print(now.sample, style="dim", **plain)

    return show
