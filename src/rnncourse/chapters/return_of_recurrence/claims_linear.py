"""Claims: layers that are linear in their state, every way the same; what their gates cannot do."""

from functools import partial

import numpy as np
import torch

from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.scan import recurrence
from rnncourse.cells import MinGRUCell
from rnncourse.chapters.return_of_recurrence.layers import LRU, WAYS, SelectiveSSM, by_loop
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.sequence import linear_scan, unroll

LOOP = "the loop, automatic differentiation"
D, N = 3, 4


def drawn_input(T: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(2, T, D))).requires_grad_()


def made(kind, seed: int = 0):
    return kind(D, N, rng=np.random.default_rng(seed)).double()


def outcome(layer, x, way: str) -> list[np.ndarray]:
    """y, the last state, and the gradients by x and by every parameter."""
    y, h = layer(x, way=way)
    loss = y.sin().sum() + h.abs().square().sum()
    grads = torch.autograd.grad(loss, [x, *layer.parameters()])
    return [value.detach().numpy() for value in (y, h, *grads)]


def apart(kind, way: str, T: int) -> float:
    """The largest error of a way against the loop, in values and gradients."""
    layer, x = made(kind), drawn_input(T)
    pairs = zip(outcome(layer, x, way), outcome(layer, x, "loop"), strict=True)
    return largest_of(relative_error(mine, right) for mine, right in pairs)


SAME = {
    f"{name}-{way}-{T}: {words}, {T:,} steps: {way} and loop, values and gradients.": Row(
        partial(apart, kind, way, T)
    )
    for name, kind, words, ways in (
        ("lru", LRU, "The diagonal recurrence", [way for way in WAYS if way != "loop"]),
        ("selective", SelectiveSSM, "The selective layer", ["scan"]),
    )
    for way in ways
    for T in (100, 1000)
}
claim_rows(SAME, tolerance=1e-9, how=LOOP)


def lru_by_hand(p: dict, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """y and the last state of the page's equations, step by step in NumPy."""
    lam = np.exp(-np.exp(p["nu"]) + 1j * np.exp(p["theta"]))
    B, C = (p[f"{name}_re"] + 1j * p[f"{name}_im"] for name in "BC")
    h, ys = np.zeros((len(x), len(lam)), dtype=complex), []
    for x_t in x.swapaxes(0, 1):
        h = lam * h + np.exp(p["gamma"]) * (x_t @ B.T)
        ys.append((h @ C.T).real + p["D"] * x_t)
    return np.stack(ys, axis=1), h


def selective_by_hand(p: dict, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of a selective layer."""
    A, ys = -np.exp(p["A_log"]), []
    h = np.zeros((len(x), *A.shape))
    for x_t in x.swapaxes(0, 1):
        step = np.log1p(np.exp(x_t @ p["W_delta"].T + p["b_delta"]))[..., None]
        write, read = ((x_t @ p[name].T)[:, None] for name in ("W_B", "W_C"))
        h = np.exp(step * A) * h + step * x_t[..., None] * write
        ys.append((h * read).sum(axis=2) + p["D"] * x_t)
    return np.stack(ys, axis=1), h


def by_differences(kind, by_hand) -> float:
    """Values and gradients of the scan against the equations in NumPy and their differences."""
    layer, x = made(kind), drawn_input(5)
    y, h, *mine = outcome(layer, x, "scan")
    read = x.detach().numpy()  # the same memory, as of the parameters
    p = {name: value.detach().numpy() for name, value in layer.named_parameters()}

    def loss() -> float:
        y, h = by_hand(p, read)
        return float(np.sin(y).sum() + (np.abs(h) ** 2).sum())

    errors = [relative_error(m, r) for m, r in zip((y, h), by_hand(p, read), strict=True)]
    for gradient, values in zip(mine, (read, *p.values()), strict=True):
        errors.append(relative_error(gradient, precise_gradient(loss, values)))
    return largest_of(errors)


DIFFERENCES = {
    "lru-differences: The diagonal recurrence, its gradients by x and all parameters.": Row(
        partial(by_differences, LRU, lru_by_hand), shows="eq-lru"
    ),
    "selective-differences: The selective layer, its gradients by x and all parameters.": Row(
        partial(by_differences, SelectiveSSM, selective_by_hand), shows="eq-selective"
    ),
}
claim_rows(DIFFERENCES, tolerance=1e-9, how="the equations in NumPy, central differences")


@claim("lru-kernel", shows="eq-lru-kernel", tolerance=1e-12, how="the loop, an input at one step")
def kernel() -> float:
    r"""The answer to one input, $k$ steps later, is the real part of $C\lambda^k\gamma B$ times
    it."""
    layer, T = made(LRU), 12
    lam, scale = layer.eigenvalues.detach().numpy(), layer.gamma.exp().detach().numpy()
    B, C = (
        (getattr(layer, f"{name}_re") + 1j * getattr(layer, f"{name}_im")).detach().numpy()
        for name in "BC"
    )
    K = np.array([((C * lam**k) @ (scale[:, None] * B)).real for k in range(T)])  # (T, d, d)
    pulse = torch.zeros(D, T, D, dtype=torch.float64)
    pulse[range(D), 0, range(D)] = 1.0
    y, _ = layer(pulse, way="loop")
    found = (y - layer.D * pulse).detach().numpy().transpose(1, 2, 0)
    return relative_error(found, K)


@claim("lru-circular", states=0.396, how="the loop; 20 steps")
def circular_convolution() -> float:
    """Without the padding a Fourier transform brings the end in at the beginning: the error."""
    layer, x = made(LRU), drawn_input(20)
    with torch.no_grad():
        a, b = layer.steps(x)
        powers = torch.cumprod(torch.cat([torch.ones_like(a[:, :1]), a[:, 1:]], dim=1), dim=1)
        h = torch.fft.ifft(torch.fft.fft(powers, dim=1) * torch.fft.fft(b, dim=1), dim=1)
        return relative_error(h.numpy(), by_loop(a, b).numpy())


@claim("lru-stable", tolerance=0.5, how="10,000 random parameters from N(0, 3²)")
def stable() -> float:
    r"""$|\lambda| < 1$, whatever the parameters are; how often not."""
    layer = LRU(1, 10_000, rng=np.random.default_rng(0)).double()
    with torch.no_grad():
        draw = np.random.default_rng(1).normal(size=(2, 10_000)) * 3
        layer.nu.copy_(torch.from_numpy(draw[0]))
        layer.theta.copy_(torch.from_numpy(draw[1]))
        return float((layer.eigenvalues.abs() >= 1).sum())


@claim("mingru-is-a-scan", shows="eq-mingru-scan", tolerance=1e-9, how=LOOP)
def mingru_by_the_scan() -> float:
    r"""With $a = 1 - z$ and $b = z\odot\tilde h$ the scan has the states and gradients of the
    cell."""
    rng = np.random.default_rng(0)
    cell, x = MinGRUCell(D, N, rng=rng).double(), drawn_input(100)
    leaves, found = [x, *cell.parameters()], []
    for run in (by_scan, lambda cell, x: unroll(cell, x)[0]):
        h = run(cell, x)
        found.append([h, *torch.autograd.grad(h.sin().sum(), leaves)])
    pairs = zip(*found, strict=True)
    return largest_of(relative_error(m.detach().numpy(), r.detach().numpy()) for m, r in pairs)


def by_scan(cell: MinGRUCell, x: torch.Tensor) -> torch.Tensor:
    z = torch.sigmoid(x @ cell.W_zx.T + cell.b_z)
    return linear_scan(1 - z, z * (x @ cell.W_hx.T + cell.b_h))


# Parity


def changes_of_mind(n: int, seed: int, T: int = 300) -> int:
    """How often the answer of n random units changes while every input is 1."""
    rng = np.random.default_rng([n, seed])
    a, b, h0, w = rng.uniform(0.01, 0.99, n), *(rng.normal(size=n) for _ in "bhw")
    fixed = b / (1 - a)
    t = np.arange(T)[:, None]
    s = a**t @ (w * (h0 - fixed)) + rng.normal() * 0.1
    return int((np.diff(s > 0) != 0).sum())


@claim(
    "gates-changes", shows="eq-ones", tolerance=0.5, how="2,000 random cells each of 1 to 8 units"
)
def answers_change_at_most_n_times() -> float:
    """On a stream of ones the answer of n units changes at most n times; how often not."""
    return float(sum(changes_of_mind(n, s) > n for n in range(1, 9) for s in range(2000)))


@claim("gates-changes-reached", tolerance=0.5, how="weights solved for, the loop, 300 ones")
def the_bound_is_reached() -> float:
    """For 1 to 6 units some weights change their answer n times, at the first steps; how many do
    not."""
    missed = 0
    for n in range(1, 7):
        a, first = np.linspace(0.2, 0.9, n), np.arange(1, n + 2)
        c = np.linalg.solve(np.append(1.0, a) ** first[:, None], (-1.0) ** first)
        h = recurrence(np.tile(a, (300, 1)), np.tile(1 - a, (300, 1)))  # from 0, at rest at 1
        answers = h @ -c[1:] + c.sum() > 0
        changes = np.flatnonzero(np.diff(answers))
        missed += not np.array_equal(changes, np.arange(n))
    return float(missed)


@claim("gates-ones", shows="eq-ones", tolerance=1e-12, how="the loop, 1 to 60 ones")
def on_a_stream_of_ones() -> float:
    r"""On ones, $h_t = a^t \odot (h_0 - h^*) + h^*$ with $h^* = b / (1 - a)$."""
    rng = np.random.default_rng(0)
    a, b, h0 = rng.uniform(0, 1, 5), rng.normal(size=5), rng.normal(size=5)
    fixed, t = b / (1 - a), np.arange(1, 61)[:, None]
    h = recurrence(np.tile(a, (60, 1)), np.tile(b, (60, 1)), h0)
    return relative_error(a**t * (h0 - fixed) + fixed, h)


@claim("gates-signed", tolerance=0.5, how="counted, random bits")
def one_signed_unit() -> float:
    """One unit with the factor −1 at a one and 1 at a zero is the parity; wrong answers in 16,384
    steps."""
    x = np.random.default_rng(0).integers(0, 2, 16_384)
    a = (1.0 - 2.0 * x)[:, None]
    h = recurrence(a, np.zeros_like(a), np.ones(1))[:, 0]
    return float(((h < 0) != (np.cumsum(x) % 2 == 1)).sum())
