"""The stored teller: a small GRU that was trained once on tales; it writes on the first page.

    python -m rnncourse.chapters.sampling.teller

trains it again, a minute on one core, and writes ``results/teller.npz``, its weights, and
``results/teller.json``, the record of the run. The weights are float16 arrays under the names of
``GRUCell`` (d = K characters, n units) and W_ph (K, n), b_p (K,); ``characters`` is the vocabulary.
"""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from rnncourse.experiments.kept import keep, put_weights, read_kept, weights_of
from rnncourse.experiments.text_run import TextRun
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel
from rnncourse.text import Vocabulary
from rnncourse.training import load_text_model, text_model

RESULTS = Path(__file__).parent / "results"
RUN = TextRun(
    setting="stored teller",
    corpus="tales",
    seed=0,
    cell="gru",
    layers=1,
    hidden=96,
    streams=32,
    window=64,
    learning_rate=6e-3,
    steps=900,
    evaluations=4,
    read_train=False,
)


def recorded() -> Record:
    """The record of the stored teller's training."""
    return Record.load(RESULTS / "teller.json")


@cache
def teller() -> tuple[SequenceModel, Vocabulary]:
    """The stored teller; it is shared, so do not train it.

    Raises: FileNotFoundError where the weights are missing; ValueError if they were changed.
    """
    arrays = read_kept(RESULTS, "teller")
    vocabulary = Vocabulary("".join(arrays.pop("characters")))
    model = text_model(RUN.cell, len(vocabulary), hidden=RUN.hidden, layers=RUN.layers)
    put_weights(model, arrays)
    return model, vocabulary


def store(folder: Path = RESULTS, run: TextRun = RUN) -> Record:
    """Train the teller; write its weights, rounded to float16, and the record beside them."""
    with tempfile.TemporaryDirectory() as here:
        record = run.learn(Path(here) / "checkpoint.pt")
        model, about = load_text_model(Path(here) / "checkpoint.pt")
    weights = {name: w.astype(np.float16) for name, w in weights_of(model).items()}
    weights["characters"] = np.array(list(about["characters"]))
    return keep(folder, "teller", weights, record)


if __name__ == "__main__":
    print(store().summary)
