"""Training a model that reads text and says the next character."""

from functools import partial
from math import log
from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.fits import require_long_enough
from rnncourse.cli.folder import CHECKPOINT, RECORD
from rnncourse.cli.train import Cell, Out, Resume, train_app, train_with_progress

MINUTES, LAYERS = 2.0, 2


@train_app.command()
def text(
    context: typer.Context,
    corpus: Annotated[
        str, typer.Option(help="tales, grimm, democracy, anna-karenina-nl, shakespeare, or a file.")
    ] = "tales",
    cell: Cell = "lstm",
    layers: Annotated[int, typer.Option(help="Recurrent layers.")] = LAYERS,
    hidden: Annotated[
        int | None, typer.Option(help="Units of a layer; by time and text if left out.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Time to train; 2 if steps are left out too.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Optimizer updates, in place of time.")] = None,
    streams: Annotated[int, typer.Option(help="Pieces of the text read side by side.")] = 32,
    window: Annotated[int, typer.Option(help="Characters of a stream in one update.")] = 48,
    learning_rate: Annotated[
        float | None, typer.Option(help="Adam's largest step size; by time and text if left out.")
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option(help="Share of h dropped between the layers; by time and text if left out."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws weights, dropout and samples.")] = 0,
    out: Out = None,
    resume: Resume = False,
) -> None:
    """Learn a text character by character; the last tenth of it is held out.

    Its first half chooses the weights that are kept, its second half judges them. What you leave
    out is chosen for the time and the text, or taken from the run that --resume goes on with.
    """
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    from rnncourse.text import corpus as text_of
    from rnncourse.training import TextConfig, train_text

    if minutes is not None and steps is not None:
        raise ValueError("a run has either steps or minutes: give --steps or --minutes, not both")
    name = f"text-{Path(corpus).stem}-{cell}"
    out = out or Path("runs") / _folder_name(name, layers, hidden, seed)
    saved = _saved(out) if resume else {}
    corpus = _corpus(context, saved, out)
    text = text_of(corpus)
    chosen = _choices(context, saved, text)
    parts = _parts(text, corpus, chosen)
    _require_same_text(parts["about"], saved, corpus, out)
    config = TextConfig(**{name: chosen[name] for name in LENGTHS}, **_kept(chosen, saved))
    name = f"text-{Path(corpus).stem}-{chosen['cell']}"
    learn = partial(train_text, **parts, record_name=name, config=config, sample=_sampler(parts))
    shown_on = partial(_shown_on, first=_what_is_read(parts, config))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    record = train_with_progress(learn, shown_on, out, resume, columns)
    if record.summary["steps"] == saved.get("step"):
        print(f"nothing was left to train: the run had its {saved['step']} updates")
    print(_came_out(record.summary))
    print(out / RECORD)


LENGTHS = ("steps", "minutes", "learning_rate")
MODEL = ("cell", "layers", "hidden", "dropout", "last_dropout")


def _saved(out: Path) -> dict:
    """What the run in this folder was begun with, and how far it is; nothing if there is none."""
    from rnncourse.training import read_checkpoint

    if not (out / CHECKPOINT).exists():
        return {}
    metadata, _ = read_checkpoint(out / CHECKPOINT)
    return metadata["config"] | metadata["about"] | {"step": metadata["step"]}


def _typed(context: typer.Context) -> dict:
    """The options that stand on the command line."""
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name).name == "COMMANDLINE"
    }


def _corpus(context: typer.Context, saved: dict, out: Path) -> str:
    """The text that was typed, or the one that the run to go on with reads."""
    from rnncourse.text.corpora import CORPORA

    corpus = _typed(context).get("corpus") or saved.get("corpus") or context.params["corpus"]
    if "corpus" not in _typed(context) and saved and corpus not in CORPORA:
        raise ValueError(f"the run in {out} reads a file {corpus}: give it again with --corpus")
    return corpus


def _kept(chosen: dict, saved: dict) -> dict:
    """How the weights are chosen: by at most twenty points, judged with the mean of about the last
    500 updates' weights; a point takes most of a second, and so a short run gets fewer."""
    steps, minutes = chosen["steps"], chosen["minutes"]
    points = steps // 10 if minutes is None else int(6 * minutes)
    points = saved.get("evaluations") or min(max(points, 1), 20)
    return {"evaluations": points, "evaluation_size": 16_384, "keep_best": True, "average": 0.998}


def _folder_name(name: str, layers: int, hidden: int | None, seed: int) -> str:
    """The run's name, and the sizes that were typed: what is left out may be another next time."""
    sizes = (f"-layers{layers}" if layers != LAYERS else "", f"-hidden{hidden}" if hidden else "")
    return f"{name}{''.join(sizes)}-seed{seed}"


def _choices(context: typer.Context, saved: dict, text: str) -> dict:
    """What was typed; what was not, as the run to go on with has it, or as the recipe says."""
    from rnncourse.training.recipe import compressed_bits, recipe

    typed = _typed(context)
    length = {name: typed.get(name) for name in ("minutes", "steps")}
    if not any(value is not None for value in length.values()):
        length = {name: saved.get(name) for name in length}
        length = length if any(length.values()) else {"minutes": MINUTES, "steps": None}
    defaults = {name: value for name, value in context.params.items() if value is not None}
    best = recipe(len(text), **length, bits=compressed_bits(text))
    return best._asdict() | defaults | saved | typed | length


def _require_same_text(about: dict, saved: dict, corpus: str, out: Path) -> None:
    if saved and saved["sha256"] != about["sha256"]:
        raise ValueError(
            f"{corpus} is not the text that the run in {out} learns: "
            "it was changed since, or is another"
        )


def _parts(text: str, corpus: str, chosen: dict) -> dict:
    """What ``train_text`` needs: the model, the text as streams and held out, what they are."""
    import hashlib

    from rnncourse.text import Streams, Vocabulary, split
    from rnncourse.training import text_model

    streams, window, seed = (chosen[name] for name in ("streams", "window", "seed"))
    require_long_enough(corpus, len(text), streams, window)
    vocabulary = Vocabulary.from_text(text)
    learned, held_out = split(vocabulary.encode(text))
    model = {name: chosen[name] for name in MODEL}
    about = model | {"streams": streams, "window": window, "corpus": Path(corpus).name}
    about |= {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "characters": vocabulary.characters,
    }
    return {
        "streams": Streams(learned, streams, window, turn=True),
        "model": text_model(K=len(vocabulary), seed=seed, **model),
        "held_out": held_out,
        "about": about,
        "seed": seed,
    }


def _what_is_read(parts: dict, config) -> str:
    """The text and how it is learned, in two lines."""
    about, learned, held_out = parts["about"], len(parts["streams"].ids), len(parts["held_out"])
    return (
        f"{about['corpus']}: {learned + held_out:,} characters, {len(about['characters'])} "
        f"different ones in the whole text; the last {held_out:,} are held out, "
        f"and the first half of these is read on the way\n"
        f"{about['cell']}, layers {about['layers']}, units {about['hidden']}, "
        f"dropout {about['dropout']:g}, learning rate {config.learning_rate:g}"
    )


def _came_out(summary: dict) -> str:
    """The losses, and what they are of."""

    def loss(of: str) -> str:
        nats = summary[f"{of}_loss"]
        return f"{nats:.4f} nats ({nats / log(2):.4f} bits) a character"

    ended = " (from there it only grew worse, and ended)" if summary["grown_worse"] else ""
    return "\n".join(
        (
            f"kept: the weights after step {summary['best_step']} of {summary['steps']}{ended}",
            f"train loss {loss('train')}",
            f"held-out loss {loss('held_out')}: the whole last tenth",
            f"  its first half, which chose the weights: {loss('choosing')}",
            f"  its second half, which judges them:      {loss('judging')}",
        )
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
            line += "" if now.best else " (was better before)"
            bar.console.print(f"{line}  {speed}", **plain)
            bar.console.print(now.sample, style="dim", **plain)

    return show
