"""The small reader of tales: trained once, and stored, so that all machines look at one network.

    python -m rnncourse.chapters.character_rnn.reader

trains it again (half a minute) and writes ``results/reader.npz``, its weights, and
``results/reader.json``, the record of the run; the record also has the losses of four readers of
other seeds. At the assignment's rate of 0.1 such a run is chaotic: another processor's rounding
gives another network. At 0.03 it is not: all initial weights changed by a relative 1e-13 moved the
loss on an unread text by at most 1e-12, for each of the five seeds.
"""

from functools import cache
from pathlib import Path

import numpy as np

from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.records import Record, open_kept
from rnncourse.text import Vocabulary, tales

RESULTS = Path(__file__).parent / "results"
CHARACTERS, UNITS, UPDATES, RATE = 100_000, 50, 10_000, 0.03
SEED, OTHERS = 1, (0, 2, 3, 4)
RUN = f"{UNITS} units, {UPDATES:,} updates on tales"
EVERY = 100  # updates between two points of the record's curve
JUDGED = 200  # last updates, over which the record's loss is the mean


@cache
def learned_tales() -> str:
    """The text that the reader was trained on."""
    return tales(np.random.default_rng(0), CHARACTERS)


def network(vocabulary: Vocabulary, seed: int = SEED) -> CharRNN:
    """The reader before its first update."""
    return CharRNN(len(vocabulary), UNITS, rng=np.random.default_rng(seed))


def train(seed: int = SEED) -> tuple[CharRNN, Record]:
    """Train a reader; the record's loss is in nats a character."""
    text = learned_tales()
    vocabulary = Vocabulary.from_text(text)
    net = network(vocabulary, seed)
    run = net.train(vocabulary.encode(text), UPDATES, learning_rate=RATE)
    window = run.config["seq_length"]
    config = run.config | {"text": "tales", "characters": CHARACTERS, "text_seed": 0}
    curve = {name: values[EVERY - 1 :: EVERY] for name, values in run.curve.items()}
    last = float(np.mean(run.curve["loss"][-JUDGED:])) / window
    return net, Record("reader-of-tales", config, seed, curve, {"loss": last})


def recorded() -> Record:
    """The record of the stored reader's training."""
    return Record.load(RESULTS / "reader.json")


@cache
def reader() -> tuple[CharRNN, Vocabulary]:
    """The stored reader; it is shared, so do not train it.

    Raises: FileNotFoundError where the weights are missing; ValueError if they were changed.
    """
    vocabulary = Vocabulary.from_text(learned_tales())
    net = network(vocabulary)
    kept = open_kept(RESULTS / "reader.npz", recorded().summary["weights_sha256"])
    with np.load(kept, allow_pickle=False) as weights:
        for name, value in net.params.items():
            value[...] = weights[name]
    return net, vocabulary


def store(folder: Path = RESULTS) -> Record:
    """Train the reader; write its weights, rounded to float32, and the record beside them."""
    from rnncourse.experiments.kept import keep  # needs torch, which reading does not
    from rnncourse.training import provenance

    net, record = train()
    for seed in OTHERS:
        record.summary[f"loss_of_seed_{seed}"] = train(seed)[1].summary["loss"]
    weights = {name: value.astype(np.float32) for name, value in net.params.items()}
    record.provenance.update(provenance())
    return keep(folder, "reader", weights, record)


if __name__ == "__main__":
    print(f"{store().summary['loss']:.6f} nats a character, the last {JUDGED} updates")
