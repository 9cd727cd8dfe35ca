"""The linear layers: every way the same, in chunks the same, stable whatever the parameters."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.return_of_recurrence.layers import LRU, WAYS, SelectiveSSM

D, N = 3, 4
LAYERS = {LRU: WAYS, SelectiveSSM: ("loop", "scan")}
each_layer = pytest.mark.parametrize("kind", LAYERS)


def layer_and_input(kind, T=20, seed=0):
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(rng.normal(size=(2, T, D))).requires_grad_()
    return kind(D, N, rng=rng).double(), x


@pytest.mark.parametrize(("kind", "way"), [(k, w) for k, ways in LAYERS.items() for w in ways])
@pytest.mark.parametrize("T", [1, 2, 20, 130])
def test_every_way_has_the_values_and_gradients_of_the_loop(kind, way, T):
    layer, x = layer_and_input(kind, T)
    first = layer(x)[1].detach() + 0.1
    found = []
    for each in ("loop", way):
        for h0 in (None, first):
            y, h = layer(x, h0, way=each)
            loss = (y.sin().sum() + h.abs().square().sum()).real
            found.append([y, h, *torch.autograd.grad(loss, [x, *layer.parameters()])])
    for right, mine in zip(found[:2], found[2:], strict=True):
        torch.testing.assert_close(mine, right, rtol=1e-9, atol=1e-10)


@each_layer
def test_two_chunks_with_the_state_between_are_the_whole(kind):
    layer, x = layer_and_input(kind)
    whole, end = layer(x)
    first, state = layer(x[:, :7])
    second, last = layer(x[:, 7:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole, rtol=0, atol=1e-12)
    torch.testing.assert_close(last, end, rtol=0, atol=1e-12)


@each_layer
def test_a_layer_is_causal(kind):
    layer, x = layer_and_input(kind)
    y, _ = layer(x)
    [dx] = torch.autograd.grad(y[:, 9].sum(), x)
    assert dx[:, 9].abs().min() > 0 and not dx[:, 10:].any()


def test_an_lru_forgets_whatever_its_parameters_are():
    layer, _ = layer_and_input(LRU)
    with torch.no_grad():
        for value in (-30.0, 0.0, 3.0):
            layer.nu.fill_(value)
            assert (layer.eigenvalues.abs() < 1).all()


def test_an_lru_keeps_noise_at_its_size():
    rng = np.random.default_rng(0)
    layer = LRU(1, 400, rng=rng).double()
    x = torch.from_numpy(rng.normal(size=(1, 4000, 1)))
    a, b = layer.steps(x)
    B = torch.complex(layer.B_re, layer.B_im)[:, 0].abs()
    h = WAYS["scan"](a, b)[0, 1000:].abs().square().mean(dim=0).sqrt() / B
    assert 0.9 < h.median() < 1.1


def test_a_selective_layer_may_let_an_input_pass_without_a_trace():
    """Where Δ is near zero, a is 1 and b is 0."""
    layer, x = layer_and_input(SelectiveSSM)
    with torch.no_grad():
        layer.W_delta.zero_()
        layer.b_delta.fill_(-50.0)
    a, b = layer.steps(x)
    assert (a == 1).all() and b.abs().max() < 1e-18


@each_layer
def test_a_layer_begins_with_the_numbers_of_its_generator(kind):
    one, two = (kind(D, N, rng=np.random.default_rng(5)) for _ in "ab")
    for mine, other in zip(one.parameters(), two.parameters(), strict=True):
        assert torch.equal(mine, other) and mine.dtype == torch.float32


@each_layer
def test_bad_arguments_are_named(kind):
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        kind(D, 0, rng=np.random.default_rng(0))
    layer, x = layer_and_input(kind)
    with pytest.raises(ValueError, match=r"way must be one of .*loop, scan; got 'fast'"):
        layer(x, way="fast")
