"""Writing with a model that was trained on text."""

from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import app
from rnncourse.cli.folder import CHECKPOINT


@app.command()
def generate(
    context: typer.Context,
    model: Annotated[Path, typer.Option(help="The folder given to train text as --out.")],
    prompt: Annotated[str, typer.Option(help="What the model reads before it writes.")],
    length: Annotated[int, typer.Option(help="Characters to write.")] = 200,
    temperature: Annotated[
        float, typer.Option(help="It divides the scores: 0 is greedy, 1 as learned.")
    ] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(help="Draw from so many likeliest characters alone.")
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(help="Draw from the fewest characters that together are so probable: 0.9."),
    ] = None,
    beams: Annotated[
        int | None, typer.Option(help="Search for a likely text with so many; nothing is drawn.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws another text.")] = 0,
) -> None:
    """Go on with a text: print the prompt and what the model writes after it."""
    import numpy as np

    from rnncourse import sampling
    from rnncourse.text import Vocabulary
    from rnncourse.training import load_text_model
    from rnncourse.validate import require_count

    require_count("seed", seed, minimum=0)
    if beams is not None:
        _require_no_draw(context)
    net, about = load_text_model(model / CHECKPOINT)
    rng = np.random.default_rng(seed)
    vocabulary = Vocabulary(about["characters"])
    try:
        vocabulary.encode(prompt)
    except ValueError as error:
        raise ValueError(f"--prompt: {error}") from None
    if beams is not None:
        written = sampling.beam_search(net, vocabulary, prompt, length, beams)
    else:
        choices = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
        written = sampling.generate(net, vocabulary, prompt, length, **choices, rng=rng)
    print(prompt + written)


def _require_no_draw(context: typer.Context) -> None:
    """A search draws nothing. Raises: ValueError that names the options of a draw."""
    typed = [
        f"--{name.replace('_', '-')}"
        for name in ("temperature", "top_k", "top_p", "seed")
        if context.get_parameter_source(name).name == "COMMANDLINE"
    ]
    if typed:
        raise ValueError(f"--beams searches and draws nothing: leave out {' and '.join(typed)}")
