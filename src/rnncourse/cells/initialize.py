"""Where the weights start: float32 parameters drawn from a NumPy generator."""

import numpy as np
import torch
from torch import nn

from rnncourse.validate import require_number


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
