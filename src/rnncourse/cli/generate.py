"""Writing with a model that was trained on text."""

from pathlib import Path
from typing import Annotated

import typer

from rnncourse.cli.app import app
from rnncourse.cli.folder import CHECKPOINT


@app.command()
def generate(
    model: Annotated[Path, typer.Option(help="The folder given to train text as --out.")],
    prompt: Annotated[str, typer.Option(help="What the model reads before it writes.")],
    length: Annotated[int, typer.Option(help="Characters to write.")] = 200,
    temperature: Annotated[
        float, typer.Option(help="It divides the scores: 0 is greedy, 1 as learned.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Another seed draws another text.")] = 0,
) -> None:
    """Go on with a text: print the prompt and what the model writes after it."""
    import numpy as np

    from rnncourse import sampling
    from rnncourse.text import Vocabulary
    from rnncourse.training import load_text_model
    from rnncourse.validate import require_count

    require_count("seed", seed, minimum=0)
    net, about = load_text_model(model / CHECKPOINT)
    rng = np.random.default_rng(seed)
    vocabulary = Vocabulary(about["characters"])
    try:
        vocabulary.encode(prompt)
    except ValueError as error:
        raise ValueError(f"--prompt: {error}") from None
    written = sampling.generate(net, vocabulary, prompt, length, temperature=temperature, rng=rng)
    print(prompt + written)
