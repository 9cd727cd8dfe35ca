"""Claims on the stored encoder and generator: what they draw for the sentences of the page."""

from functools import cache

import numpy as np

from rnncourse.chapters.images_from_sentences.claims_data import SENTENCE
from rnncourse.chapters.images_from_sentences.reading import all_right, read_attributes, wanted
from rnncourse.chapters.images_from_sentences.stored import stored
from rnncourse.claims.registry import claim
from rnncourse.tasks import describe_flowers
from rnncourse.tasks.flower_attributes import draw_attributes

DRAWS = 200


@cache
def course_drawings() -> np.ndarray:
    """What the reader sees in many drawings of the course's sentence, (DRAWS, 5)."""
    images = stored().images([SENTENCE] * DRAWS, np.random.default_rng(0))
    return read_attributes(images)


@claim(
    "flower-sentence-drawn",
    tolerance=0.1,
    how="200 drawings, read by the reader network",
    absolute="shares",
)
def course_sentence_missed() -> float:
    """At least 90 % of the drawings of the course's sentence are small, round and violet with a
    dark purple center; this is the share of the others."""
    said, named = wanted([SENTENCE])
    return float(1.0 - all_right(course_drawings(), said, named).mean())


@claim(
    "flower-caption-in-company",
    tolerance=1e-5,
    how="50 captions, padded to the longest",
    absolute="features",
)
def company_changes_nothing() -> float:
    """A caption has the same feature alone and in a padded batch: the largest difference."""
    rng = np.random.default_rng(0)
    captions = describe_flowers(rng, draw_attributes(rng, 50, "all"))
    together = stored().text(captions)
    alone = np.concatenate([stored().text([caption]) for caption in captions])
    return float(np.abs(together - alone).max())


@claim(
    "flower-caption-encoder",
    shows="eq-caption-encoder",
    tolerance=1e-4,
    how="the torch cell",
    absolute="features",
)
def encoder_is_a_gru() -> float:
    """The feature is the last state of a GRU, a linear layer, and a length: by the package's
    cell."""
    import torch

    from rnncourse.cells import GRUCell
    from rnncourse.sequence import run

    net, weights = stored(), stored().weights
    ids, lengths = net.words.encode([SENTENCE])
    n, d = weights["encoder_W_hx"].shape
    cell = GRUCell(d, n, rng=np.random.default_rng(0))
    names = (name for name, _ in cell.named_parameters())
    cell.load_state_dict({name: torch.from_numpy(weights[f"encoder_{name}"]) for name in names})
    h = run(cell, ids)[0][0, int(lengths[0]) - 1].detach().numpy()
    v = weights["encoder_W"] @ h + weights["encoder_b"]
    phi = np.sqrt(len(v)) * v / np.linalg.norm(v)
    return float(np.abs(phi - net.text([SENTENCE])[0]).max())
