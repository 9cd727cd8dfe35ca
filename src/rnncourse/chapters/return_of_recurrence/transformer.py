"""Residual blocks that differ only in what mixes the steps: attention, minGRU or LRU.

x ← x + mix(norm(x))
x ← x + W_2 gelu(W_1 norm(x) + b_1) + b_2

``mix`` is the only place where a step learns of other steps. What a block has to keep for the next
step is its state: keys and values of all steps so far for attention, n numbers for a recurrence.

Source: Vaswani et al. (2017), with the norm in front; Su et al. (2024) for turned keys; Feng et al.
(2024) and Orvieto et al. (2023) for the two recurrences.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm, scaled_dot_product_attention

from rnncourse.cells import MinGRUCell
from rnncourse.cells.initialize import parameter, zeros
from rnncourse.chapters.return_of_recurrence.layers import LRU
from rnncourse.sequence import run
from rnncourse.validate import require_choice, require_count, require_generator

POSITIONS = ("rotary", "none")


def scaled(rng: np.random.Generator, rows: int, columns: int) -> nn.Parameter:
    """Independent N(0, 1 / columns) entries: a sum over a row keeps the size of what it reads."""
    return parameter(rng.standard_normal((rows, columns)) / math.sqrt(columns))


class Attention(nn.Module):
    """Every step reads the steps up to its own, weighted by how well its query fits their keys.

    q_t, k_t, v_t = W_q x_t, W_k x_t, W_v x_t
    y_t = W_o Σ_{s ≤ t} softmax_s(q_t · k_s / √m) v_s        in each head of size m

    With ``rotary``, q_t and k_t are turned by angles that grow with t, so that q_t · k_s depends on
    t − s as well.

    Shapes: x (B, T, w); the state is (k, v) of all steps so far, each (B, heads, S, m).
    """

    def __init__(self, width: int, heads: int, *, rotary: bool = False, rng):
        super().__init__()
        require_count("heads", heads)
        if width % heads:
            raise ValueError(f"width must be a multiple of heads = {heads}, got {width}")
        self.heads, self.rotary = heads, rotary
        self.W_q, self.W_k = scaled(rng, width, width), scaled(rng, width, width)
        self.W_v, self.W_o = scaled(rng, width, width), scaled(rng, width, width)

    def forward(self, x: Tensor, state=None) -> tuple[Tensor, tuple]:
        B, T, width = x.shape
        q, k, v = (self._split(x @ W.T) for W in (self.W_q, self.W_k, self.W_v))
        known = 0 if state is None else state[0].shape[2]  # steps that lie before x
        if self.rotary:
            q, k = turned(q, known), turned(k, known)
        if state is not None:
            k, v = torch.cat([state[0], k], dim=2), torch.cat([state[1], v], dim=2)
        mask = torch.ones(T, known + T, dtype=torch.bool).tril(known) if known else None
        y = scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        return y.transpose(1, 2).reshape(B, T, width) @ self.W_o.T, (k, v)

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, w) to (B, heads, T, m)."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


class MinGRU(nn.Module):
    """A minGRU over the whole sequence; the state is the cell's."""

    def __init__(self, width: int, *, rng):
        super().__init__()
        self.cell = MinGRUCell(width, width, rng=rng)
        with torch.no_grad():
            for W in (self.cell.W_zx, self.cell.W_hx):
                W.copy_(scaled(rng, width, width))

    def forward(self, x: Tensor, state=None) -> tuple[Tensor, tuple]:
        return run(self.cell, x, state)


class Norm(nn.Module):
    """x shifted to mean 0 and scaled to size 1 over its entries, each times a weight of its own."""

    def __init__(self, width: int):
        super().__init__()
        self.weight = parameter(np.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return layer_norm(x, x.shape[-1:], self.weight)


class Block(nn.Module):
    """One mixer and one network that reads every step alone, each added to what comes in."""

    def __init__(self, width: int, mix: nn.Module, *, rng):
        super().__init__()
        self.mix, self.norm_mix, self.norm = mix, Norm(width), Norm(width)
        self.W_1, self.b_1 = scaled(rng, 2 * width, width), zeros(2 * width)
        self.W_2, self.b_2 = scaled(rng, width, 2 * width), zeros(width)

    def forward(self, x: Tensor, state=None) -> tuple[Tensor, tuple]:
        mixed, state = self.mix(self.norm_mix(x), state)
        x = x + mixed
        inner = gelu(self.norm(x) @ self.W_1.T + self.b_1)
        return x + inner @ self.W_2.T + self.b_2, state


class Stack(nn.Module):
    """Scores for the next character from residual blocks.

    x_t = W_in[c_t];  blocks;  p_t = W_ph norm(x_t) + b_p

    mixer      "attention", "mingru" or "lru"
    positions  of attention: "rotary" or "none"

    Shapes: ids (B, T) whole numbers in 0 … K − 1, or rows (B, T, d); p (B, T, K). ``state`` goes on
    from what an earlier call returned.
    """

    def __init__(
        self, mixer: str, d: int, width: int, K: int, *, layers=2, heads=2, positions="none", rng
    ):
        super().__init__()
        require_choice("mixer", mixer, MIXERS)
        require_choice("positions", positions, POSITIONS)
        require_generator("rng", rng)
        options = {"heads": heads, "rotary": positions == "rotary"} if mixer == ATTENTION else {}
        self.W_in = parameter(rng.standard_normal((d, width)))
        self.blocks = nn.ModuleList(
            Block(width, MIXERS[mixer](width, **options, rng=rng), rng=rng) for _ in range(layers)
        )
        self.norm = Norm(width)
        self.W_ph, self.b_p = parameter(0.1 * rng.standard_normal((K, width))), zeros(K)

    def forward(self, x: Tensor, state=None) -> tuple[Tensor, tuple]:
        x = x @ self.W_in if x.is_floating_point() else self.W_in[x]
        states = [None] * len(self.blocks) if state is None else state
        after = []
        for block, before in zip(self.blocks, states, strict=True):
            x, last = block(x, before)
            after.append(last)
        return self.norm(x) @ self.W_ph.T + self.b_p, after


def square_lru(width: int, *, rng) -> LRU:
    """As many units as inputs."""
    return LRU(width, width, rng=rng)


ATTENTION = "attention"
MIXERS = {ATTENTION: Attention, "mingru": MinGRU, "lru": square_lru}


def turned(x: Tensor, start: int) -> Tensor:
    """Pairs of entries of x (B, heads, T, m), turned by the angle t / 10000^(j / ⌊m/2⌋).

    t = start … start + T − 1, j = 0 … ⌊m/2⌋ − 1; of an odd m the last entry stays.
    """
    j = x.shape[3] // 2
    t = torch.arange(start, start + x.shape[2], dtype=torch.float64)[:, None]
    angle = t * 10_000.0 ** (-torch.arange(j, dtype=torch.float64) / j)
    cos, sin = torch.cos(angle).to(x), torch.sin(angle).to(x)
    a, b, rest = x[..., :j], x[..., j : 2 * j], x[..., 2 * j :]
    return torch.cat([a * cos - b * sin, a * sin + b * cos, rest], dim=3)
