"""Where the weights start, and other starting points for a model that is made."""

import numpy as np
import torch
from torch import nn

from rnncourse.cells.cell import Cell
from rnncourse.validate import require_choice, require_count, require_generator, require_number


def parameter(values: np.ndarray) -> nn.Parameter:
    """A trainable float32 parameter with these values."""
    return nn.Parameter(torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)))


def normal(rng: np.random.Generator, rows: int, columns: int, std: float = 0.1) -> nn.Parameter:
    """Independent N(0, std²) entries, shape (rows, columns)."""
    return parameter(std * rng.standard_normal((rows, columns)))


def orthogonal(rng: np.random.Generator, n: int) -> nn.Parameter:
    """A uniformly drawn orthogonal matrix (n, n): every singular value is 1.

    Source: Mezzadri (2007): QR of a Gaussian matrix, with the signs of R's diagonal moved to Q.
    """
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return parameter(Q * np.sign(np.diag(R)))


def zeros(n: int) -> nn.Parameter:
    """A bias that starts at zero, shape (n,)."""
    return parameter(np.zeros(n))


def constant(name: str, value: float, n: int) -> nn.Parameter:
    """n equal entries, shape (n,); ``name`` is the caller's word for the value."""
    require_number(name, value)
    return parameter(np.full(n, value))


def _uniform(rng: np.random.Generator, shape: tuple, bound: float) -> np.ndarray:
    return rng.uniform(-bound, bound, shape)


def torch_default(rng: np.random.Generator, kind: str, shape: tuple, n: int) -> np.ndarray:
    """Every entry U(-1/√n, 1/√n), as torch.nn; a cell's bias is the sum of torch's two."""
    values = _uniform(rng, shape, n**-0.5)
    return values + _uniform(rng, shape, n**-0.5) if kind == "bias" else values


def xavier(rng: np.random.Generator, kind: str, shape: tuple, n: int) -> np.ndarray:
    """Matrices U(-a, a), a = √(6 / (rows + columns)), biases 0. Source: Glorot, Bengio (2010)."""
    return np.zeros(shape) if "bias" in kind else _uniform(rng, shape, (6 / sum(shape)) ** 0.5)


def kaiming(rng: np.random.Generator, kind: str, shape: tuple, n: int) -> np.ndarray:
    """Matrices N(0, 2 / columns), biases 0. Source: He et al. (2015)."""
    if "bias" in kind:
        return np.zeros(shape)
    return (2 / shape[1]) ** 0.5 * rng.standard_normal(shape)


def orthogonal_recurrence(rng: np.random.Generator, kind: str, shape: tuple, n: int) -> np.ndarray:
    """W_qh uniformly drawn orthogonal, other matrices N(0, 0.1²), biases 0."""
    if kind == "recurrent":
        return orthogonal(rng, n).detach().numpy()
    return np.zeros(shape) if "bias" in kind else 0.1 * rng.standard_normal(shape)


def identity_recurrence(rng: np.random.Generator, kind: str, shape: tuple, n: int) -> np.ndarray:
    """W_qh the identity, other matrices N(0, 0.1²), biases 0. Source: Le et al. (2015)."""
    if kind == "recurrent":
        return np.eye(n)
    return orthogonal_recurrence(rng, kind, shape, n)


INITIALIZATIONS = {
    "torch": torch_default,
    "xavier": xavier,
    "kaiming": kaiming,
    "orthogonal": orthogonal_recurrence,
    "identity": identity_recurrence,
}


@torch.no_grad()
def initialize_(model: nn.Module, name: str, *, rng: np.random.Generator) -> None:
    """Draw all weights and biases of a cell or a model anew; a clock's tau, s, r_on stay.

    Raises: ValueError if ``name`` is not a key of INITIALIZATIONS.
    """
    require_choice("initialization", name, INITIALIZATIONS)
    require_generator("rng", rng)
    for module in model.modules():
        own = dict(module.named_parameters(recurse=False))
        for letter, p in own.items():
            if letter[:2] in ("W_", "b_"):
                kind = _kind(module, letter)
                n = module.n if isinstance(module, Cell) else own["W_ph"].shape[1]
                values = INITIALIZATIONS[name](rng, kind, tuple(p.shape), n)
                p.copy_(torch.from_numpy(values))


def _kind(module: nn.Module, letter: str) -> str:
    """What a parameter is for: bias, recurrent (from the state), input, or the output layer's."""
    if not isinstance(module, Cell):
        return "output bias" if letter[0] == "b" else "output"
    if letter[0] == "b":
        return "bias"
    return "recurrent" if letter.endswith("h") else "input"


@torch.no_grad()
def forget_bias_(model: nn.Module, value: float) -> None:
    """Set b_f of every cell that forgets to ``value``."""
    for p in _biases(model, "b_f"):
        p.fill_(value)


@torch.no_grad()
def chrono_(model: nn.Module, longest: int, *, rng: np.random.Generator) -> None:
    """Spread the memories over the lengths up to ``longest``.

    b_f = log u, u drawn from U(1, longest - 1)
    b_i = -b_f

    A unit that keeps σ(b_f) a step forgets within about 1 + e^{b_f} steps.

    Raises: ValueError if longest < 3. Source: Tallec and Ollivier (2018).
    """
    require_count("longest", longest, minimum=3)
    for b_f, b_i in zip(_biases(model, "b_f"), _biases(model, "b_i"), strict=True):
        values = np.log(rng.uniform(1.0, longest - 1.0, tuple(b_f.shape)))
        b_f.copy_(torch.from_numpy(values))
        b_i.copy_(-b_f)


def _biases(model: nn.Module, letter: str) -> list[nn.Parameter]:
    found = [p for name, p in model.named_parameters() if name.rpartition(".")[2] == letter]
    if not found:
        raise ValueError(f"the model has no {letter}: no cell of it has that gate")
    return found
