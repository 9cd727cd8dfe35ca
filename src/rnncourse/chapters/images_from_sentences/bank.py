"""What the game is played with: captions, pictures that fit each, and captions that do not.

All pictures are drawn and all captions written before the training begins, so a step only picks
rows. What a row shows and what its caption leaves open are not known here: the training sees
pictures and sentences.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class Bank(NamedTuple):
    """N rows of k pictures, one caption that fits all k, and M captions that fit none of them.

    The pictures of a row differ in what its caption leaves open, as the drawings of the task do.
    """

    images: np.ndarray  # (N, k, 3, 24, width) uint8
    captions: list[str]
    right: np.ndarray  # (N,) the caption of a row
    also: np.ndarray  # (N,) another caption of the row's first picture
    wrong: np.ndarray  # (N, M) captions that each say something else than the row's


def as_bytes(images: np.ndarray) -> np.ndarray:
    """Values in 0 … 1 as whole numbers 0 … 255."""
    return np.rint(images * 255.0).astype(np.uint8)


def as_network(images: Tensor) -> Tensor:
    """Whole numbers 0 … 255 as values in −1 … 1."""
    return images.float().div_(127.5).sub_(1.0)


class Batch(NamedTuple):
    """Groups of pictures that a caption fits, and for each picture captions that it does not."""

    images: Tensor  # (B·k, 3, 24, width) in −1 … 1, the k of a group in a row
    right: Tensor  # (B·k,) captions; those of a group are equal
    wrong: Tensor  # (B·k, W) captions


def draw(bank: Bank, groups: int, wrong: int, rng: np.random.Generator) -> Batch:
    """Some rows of the bank, each picture with ``wrong`` of its row's wrong captions."""
    k = bank.images.shape[1]
    chosen = rng.integers(len(bank.right), size=groups)
    images = torch.from_numpy(bank.images[chosen]).flatten(0, 1)
    rows = chosen.repeat(k)
    places = rng.integers(bank.wrong.shape[1], size=(groups * k, wrong))
    return Batch(
        images=as_network(images).contiguous(memory_format=torch.channels_last),
        right=torch.from_numpy(bank.right[rows]),
        wrong=torch.from_numpy(bank.wrong[rows[:, None], places]),
    )
