"""What the network of the assignment writes while it learns: samples, stored with the book.

    python -m rnncourse.chapters.character_rnn.growing

trains it on Grimm's fairy tales (some minutes) and writes ``results/growing.json``. At the
assignment's rate of 0.1 such a run is chaotic: another processor writes other texts of the same
kind. So the pages show the stored ones.
"""

from pathlib import Path

import numpy as np

from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.records import Record
from rnncourse.text import Vocabulary, corpus

RESULTS = Path(__file__).parent / "results"
CORPUS, UNITS, RATE, SEED = "grimm", 100, 0.1, 0
STOPS = (0, 100, 1_000, 10_000, 100_000)  # updates before it writes
CAUTION = 0.5  # the temperature of these samples
TEMPERATURES = (0.2, 0.5, 1.0, 1.5)  # of the samples after the last update
LENGTH = 300  # characters of a sample
FIRST = "."  # what every sample begins after


def write(net: CharRNN, vocabulary: Vocabulary, temperature: float) -> str:
    """What the network writes by itself from a fresh memory, each character read back in."""
    rng = np.random.default_rng([SEED, net.step])
    first = int(vocabulary.encode(FIRST)[0])
    return vocabulary.decode(net.generate(first, LENGTH, temperature, rng=rng))


def train() -> Record:
    """Train the network; the summary holds what it wrote after each of ``STOPS``."""
    text = corpus(CORPUS)
    vocabulary = Vocabulary.from_text(text)
    ids = vocabulary.encode(text)
    net = CharRNN(len(vocabulary), UNITS, rng=np.random.default_rng(SEED))
    summary, curve = {}, {"step": [], "smooth_loss": []}
    for stop in STOPS:
        if stop:
            net.train(ids, stop - net.step, learning_rate=RATE)
            curve["step"].append(net.step)
            curve["smooth_loss"].append(round(net.smooth_loss, 4))
        summary[f"after_{stop}"] = write(net, vocabulary, CAUTION)
    for temperature in TEMPERATURES:
        summary[f"temperature_{temperature}"] = write(net, vocabulary, temperature)
    config = {"corpus": CORPUS, "units": UNITS, "learning_rate": RATE, "temperature": CAUTION}
    return Record("growing", config, SEED, curve, summary)


def recorded() -> Record:
    """The stored samples, and the smooth loss beside them."""
    return Record.load(RESULTS / "growing.json")


def store(folder: Path = RESULTS) -> Record:
    """Train the network and write the record."""
    from rnncourse.training import provenance  # needs torch, which reading does not

    record = train()
    record.provenance.update(provenance())
    record.save(folder / "growing.json")
    return record


if __name__ == "__main__":
    print(store().summary[f"after_{STOPS[-1]}"])
