"""However small its input is, a run in float32 keeps its precision."""

import numpy as np
import pytest
import torch
from small_cells import VARIANTS

from rnncourse.cells import CELLS
from rnncourse.fused import tanh
from rnncourse.sequence import run, unroll

SCALES = (1.0, 1e-3, 1e-5, 1e-7, 1e-10, 1e-15, 1e-20, 1e-25, 1e-30)
ENDS = (None, torch.tensor([10, 3, 7, 1]))
KEPT = 1e-5
REPRESENTED = 1e-33  # below it float32 has no room for what a sum of products leaves


def values_and_gradients(forward, name: str, x, weight, lengths, dtype) -> dict:
    """h, and the gradient of a weighted sum of all h by the input and by every parameter."""
    kind, options = VARIANTS[name]
    cell = CELLS[kind](3, 5, rng=np.random.default_rng(0), **options)
    for key, value in cell.named_parameters():
        if key.startswith("b_"):
            torch.nn.init.zeros_(value)
    cell, x = cell.to(dtype), x.to(dtype).requires_grad_()
    h, _ = forward(cell, x, lengths=lengths)
    learned = {key: value for key, value in cell.named_parameters() if value.requires_grad}
    inputs = {"x": x} | learned
    grads = torch.autograd.grad((h * weight.to(dtype)).sum(), list(inputs.values()))
    return {"h": h.detach()} | dict(zip(inputs, grads, strict=True))


def relative(found, expected) -> float:
    return ((found.double() - expected).norm() / expected.norm()).item()


@pytest.mark.parametrize("backend", ["byhand", "auto"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "peephole-sigmoid"])
def test_values_and_gradients_are_kept(name, scale, backend, rng):
    """A candidate by σ has no small states."""
    x = scale * torch.from_numpy(rng.standard_normal((4, 10, 3), dtype=np.float32))
    weight = torch.from_numpy(rng.standard_normal((4, 10, 5), dtype=np.float32))
    for lengths in ENDS:
        given = (name, x, weight, lengths)

        def fast(*arguments, **options):
            return run(*arguments, backend=backend, **options)

        found = values_and_gradients(fast, *given, torch.float32)
        truth = values_and_gradients(unroll, *given, torch.float64)
        for key, expected in truth.items():
            if expected.abs().max() > REPRESENTED:
                assert relative(found[key], expected) < KEPT, key


@pytest.mark.parametrize("vectorized", [True, False])
@pytest.mark.parametrize("dtype", tanh.KINDS)
def test_either_tanh_is_exact_to_rounding_at_every_size(dtype, vectorized, monkeypatch):
    monkeypatch.setattr(tanh, "VECTORIZED", vectorized)
    b = torch.logspace(-37, 1.5, 999, dtype=torch.float64).to(dtype)
    out, expected = torch.empty_like(b), torch.tanh(b.double())
    tanh.tanh_of(b)(tanh.seen_steps(b[None])[0], out=tanh.seen_steps(out[None])[0])
    eps = torch.finfo(dtype).eps
    assert ((out.double() - expected).abs() <= 4 * eps * expected).all()
    assert torch.equal(tanh.tanh_(b), out)


def test_the_choice_of_tanh_is_one_of_the_machine_and_the_numbers(monkeypatch):
    for vectorized in (True, False):
        monkeypatch.setattr(tanh, "VECTORIZED", vectorized)
        assert tanh.by_numpy(torch.zeros(1)) is vectorized
        assert not tanh.by_numpy(torch.zeros(1, dtype=torch.bfloat16))
        assert not tanh.by_numpy(torch.zeros(1, device="meta"))
