"""A recurrence that is linear in its state, for all steps at once.

h_t = a_t ⊙ h_{t-1} + b_t

Two steps in a row are one step again: first (a, b), then (a', b') is (a' ⊙ a, a' ⊙ b + b'). So the
T steps are cut into rows of about √T. All rows are walked side by side, from zero. Then a walk over
the rows' ends gives the state that each row begins with, and what it adds to the row is its product
with the composed a. That is two walks of √T instead of one of T.

The gradient is the same recurrence from the end to the beginning, with the conjugate of a:

δ_t = dh_t + conj(a_{t+1}) ⊙ δ_{t+1}
da_t = δ_t ⊙ conj(h_{t-1}),  db_t = δ_t,  dh_0 = conj(a_1) ⊙ δ_1

Shapes: a, b, h (T, …), the trailing axes alike; h0 (…). Source: Blelloch (1990); Martin and Cundy
(2018) for recurrent networks.
"""

from math import isqrt

import torch
from torch import Tensor

from rnncourse.cells.cell import require_like
from rnncourse.fused.once import Once, apply

SHORT = 64  # steps from which cutting pays
WIDE = 2048  # numbers in a step from which it does not: one step then keeps a core busy


def linear_scan(a: Tensor, b: Tensor, h0: Tensor | None = None) -> Tensor:
    """Every state of h_t = a_t ⊙ h_{t-1} + b_t, with exact gradients, to any order.

    >>> a, b = torch.full((1, 3, 1), 0.5), torch.ones(1, 3, 1)
    >>> linear_scan(a, b).flatten()
    tensor([1.0000, 1.5000, 1.7500])

    Memory grows like T. A step that is the same for all t is ``a.expand(B, T, n)``. What is not
    finite is carried on, as the loop would do. Forward mode and ``torch.func`` are refused.

    Shapes: a, b (B, T, n), real or complex, of one dtype and on one device; h0 (B, n), None meaning
    zeros; returns h (B, T, n).
    Raises: ValueError if a is no such tensor, or b or h0 does not fit to it.
    """
    kind = getattr(a, "dtype", type(a).__name__)
    if not isinstance(a, Tensor) or not (a.is_floating_point() or a.is_complex()):
        raise ValueError(f"a must be a torch tensor of real or complex numbers, got {kind}")
    require_like("a", a, ("B", "T", "n"), a, "a")
    require_like("b", b, tuple(a.shape), a, "a")
    if h0 is not None:
        require_like("h0", h0, (a.shape[0], a.shape[2]), a, "a")
    return apply(LinearScan, a.transpose(0, 1), b.transpose(0, 1), h0).transpose(0, 1)


class LinearScan(Once):
    """h (T, …) of a, b (T, …) and h0 (…), or None for zeros."""

    @staticmethod
    def forward(ctx, a: Tensor, b: Tensor, h0: Tensor | None) -> Tensor:
        h = states(a, b, h0)
        ctx.save_for_backward(a, h, h0)
        return h

    @staticmethod
    def backward(ctx, dh: Tensor) -> tuple:
        a, h, h0 = ctx.saved_tensors
        delta = returning(a, dh)
        da = dh0 = None
        if ctx.needs_input_grad[0]:
            da = delta * before(h, h0).conj()
        if ctx.needs_input_grad[2]:
            dh0 = a[0].conj() * delta[0]
        return da, delta, dh0


def returning(a: Tensor, dh: Tensor) -> Tensor:
    """δ (T, …), the same recurrence from the end to the beginning."""
    if torch.is_grad_enabled() or narrow(a):
        a_next = torch.cat([a[1:], torch.zeros_like(a[:1])]).conj()
        return apply(LinearScan, a_next.flip(0), dh.flip(0), None).flip(0)
    delta = torch.empty_like(dh)
    delta[-1] = dh[-1]
    steps = (values.unbind(0)[::-1] for values in (a[1:].conj(), dh[:-1], delta[:-1]))
    walk(*steps, delta[-1])
    return delta


def before(h: Tensor, h0: Tensor | None) -> Tensor:
    """h_{t-1} beside each step, (T, …)."""
    h_prev = torch.zeros_like(h[:1]) if h0 is None else h0[None]
    return torch.cat([h_prev, h[:-1]])


def narrow(a: Tensor) -> bool:
    """Whether rows side by side are faster than one step after another."""
    return len(a) >= SHORT and a[0].numel() < WIDE


def states(a: Tensor, b: Tensor, h0: Tensor | None) -> Tensor:
    """Every state (T, …), without a gradient, on the faster of the two ways."""
    h = torch.empty_like(b)  # laid out as b is: nothing is copied
    h0 = torch.zeros_like(b[0]) if h0 is None else h0
    if not (narrow(a) and walk_rows(a, b, h0, h)):
        walk(a, b, h, h0)
    return h


def walk(a, b, h, h0: Tensor) -> None:
    """Fill h, one step after another; tensors (T, …) or the lists of their steps."""
    for a_t, b_t, h_t in zip(a, b, h, strict=True):
        torch.addcmul(b_t, a_t, h0, out=h_t)
        h0 = h_t


def walk_rows(a: Tensor, b: Tensor, h0: Tensor, h: Tensor) -> bool:
    """Fill h (T, …) in rows; false if the products of a cannot be trusted.

    ``fade`` is the product of a from the beginning of the row.
    """
    rows = isqrt(len(a))
    length = len(a) // rows
    cut = rows * length
    A, B, H = (v[:cut].unflatten(0, (rows, length)).transpose(0, 1) for v in (a, b, h))
    walk(A, B, H, torch.zeros_like(H[0]))  # (length, rows, …): all rows in one step
    fade = torch.empty_like(H)
    fade[0] = A[0]
    for before, a_t, after in zip(fade[:-1], A[1:], fade[1:], strict=True):
        torch.mul(before, a_t, out=after)
    begin = torch.empty_like(H[0])
    begin[0] = h0
    walk(fade[-1, :-1], H[-1, :-1], begin[1:], h0)
    if not finite(fade[-1], H[-1], begin) or lost(a, fade[-1]):
        return False
    H.addcmul_(fade, begin)
    walk(a[cut:], b[cut:], h[cut:], h[cut - 1])
    return True


def finite(*tensors: Tensor) -> bool:
    """Whether nothing is infinite or NaN; once a row has such a number, its end has one."""
    return all(bool(torch.isfinite(each).all()) for each in tensors)


def lost(a: Tensor, fade: Tensor) -> bool:
    """Whether a product that became zero might have grown again, by a factor above 1.

    Without such factors the zero is right: what it leaves out is nothing beside the state it was
    to carry on.
    """
    return bool((fade == 0).any()) and bool(a.abs().max() > 1)
