"""The players by hand against the exact case, central differences and automatic differentiation."""

from functools import partial

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import CASES
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from rnncourse.byhand import gan
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.gradcheck import check_gradients

SIZES = {"m": 5, "k": 2, "e": 3, "one": 1}


@pytest.fixture
def players(rng):
    return drawn(gan.GENERATOR | gan.DISCRIMINATOR, rng, **SIZES)


@pytest.fixture
def batch(rng):
    """Four each: noise, features, features of wrong sentences, real images."""
    z, phi, wrong = (rng.standard_normal((4, size)) for size in (2, 3, 3))
    return z, phi, wrong, rng.uniform(-1.0, 1.0, (4, 5))


def chosen(params: dict, shapes: dict) -> dict:
    return {name: params[name] for name in shapes}


def test_the_exact_case_comes_out():
    case = CASES["gan_cls"]
    got = gan.losses(case["s_r"], case["s_w"], case["s_f"])
    np.testing.assert_allclose(got, (case["L_D"], case["L_G"]), rtol=0, atol=1e-15)


def test_the_losses_are_three_cross_entropies(rng):
    a_r, a_w, a_f = rng.standard_normal((3, 6))
    ones, zeros = torch.ones(6), torch.zeros(6)
    r, w, f, g = (
        float(cross_entropy(torch.tensor(a), label.double()))
        for a, label in ((a_r, ones), (a_w, zeros), (a_f, zeros), (a_f, ones))
    )
    expected = (-r - 0.5 * (w + f), -g)
    scores = (1.0 / (1.0 + np.exp(-a)) for a in (a_r, a_w, a_f))
    np.testing.assert_allclose(gan.losses(*scores), expected, rtol=1e-13)
    np.testing.assert_allclose(gan.losses_from_logits(a_r, a_w, a_f), expected, rtol=1e-13)


def test_logits_of_a_thousand_cost_a_thousand():
    assert gan.losses_from_logits(-1000.0, 0.0, 0.0)[0] == -1000.0 + np.log(0.5)
    assert gan.losses_from_logits(0.0, 0.0, -1000.0)[1] == -1000.0
    with pytest.raises(ValueError, match=r"s_r must lie strictly between 0 and 1, got 1\.0"):
        gan.losses(1.0, 0.5, 0.5)


def test_the_loss_of_a_batch_is_the_mean_of_its_pairs(rng):
    scores = rng.uniform(0.1, 0.9, (3, 7))
    alone = np.mean([gan.losses(*each) for each in scores.T], axis=0)
    np.testing.assert_allclose(gan.losses(*scores), alone, rtol=1e-14)


def test_the_slopes_by_the_logits_are_those_of_automatic_differentiation(rng):
    leaves = [torch.tensor(a, requires_grad=True) for a in rng.standard_normal((3, 6))]
    a_r, a_w, a_f = leaves
    log = torch.nn.functional.logsigmoid
    L_D = log(a_r).sum() + 0.5 * (log(-a_w).sum() + log(-a_f).sum())
    theirs = [*torch.autograd.grad(L_D, leaves), *torch.autograd.grad(log(a_f).sum(), a_f)]
    ours = gan.logit_gradients(*(leaf.detach().numpy() for leaf in leaves))
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other.numpy(), rtol=1e-13)
    [slope] = torch.autograd.grad(log(-a_f).sum(), a_f)
    np.testing.assert_allclose(gan.saturating_gradient(a_f.detach().numpy()), slope, rtol=1e-13)


def test_the_generators_gradient_agrees_with_differences(players, batch):
    z, phi, _, _ = batch
    theirs = chosen(players, gan.DISCRIMINATOR)

    def loss_and_gradients(mine):
        return gan.generator_gradients(mine | theirs, z, phi)

    assert check_gradients(loss_and_gradients, chosen(players, gan.GENERATOR), 1e-9)


def test_the_discriminators_gradient_agrees_with_differences(players, batch):
    z, phi, wrong, x = batch
    data = {"x": x, "fake": gan.generate(players, z, phi), "phi": phi, "wrong": wrong}
    evaluate = partial(gan.discriminator_gradients, **data)
    assert check_gradients(evaluate, chosen(players, gan.DISCRIMINATOR), 1e-9)


def test_both_gradients_agree_with_automatic_differentiation(players, batch):
    leaves = {name: torch.tensor(w, requires_grad=True) for name, w in players.items()}
    z, phi, wrong, x = map(torch.from_numpy, batch)
    fake = torch.tanh(z @ leaves["W_xz"].T + phi @ leaves["W_xt"].T + leaves["b_x"])

    def score(image, text):
        return ((text @ leaves["W_tx"] + leaves["w_x"]) * image).sum(dim=1) + leaves["b_s"]

    log = torch.nn.functional.logsigmoid
    L_G = log(score(fake, phi)).mean()
    against = log(-score(x, wrong)).mean() + log(-score(fake.detach(), phi)).mean()
    L_D = log(score(x, phi)).mean() + 0.5 * against
    ours = [
        gan.generator_gradients(players, *batch[:2]),
        gan.discriminator_gradients(players, batch[3], fake.detach().numpy(), batch[1], batch[2]),
    ]
    for loss, (value, grads) in zip((L_G, L_D), ours, strict=True):
        assert value == pytest.approx(loss.item(), rel=1e-13)
        by_torch = torch.autograd.grad(loss, [leaves[name] for name in grads], retain_graph=True)
        for mine, other in zip(grads.values(), by_torch, strict=True):
            np.testing.assert_allclose(mine, other.numpy(), rtol=1e-11, atol=1e-13)


@bad_input(
    ({"fake": np.zeros((2, 4))}, "fake must have shape (3, 4), got (2, 4)"),
    ({"phi": np.zeros((1, 2))}, "phi must have shape (3, e), got (1, 2)"),
    ({"wrong": np.zeros((1, 2))}, "wrong must have shape (3, e), got (1, 2)"),
)
def test_pairs_have_two_sides_each(given):
    """One sentence for all images would be broadcast, and the mean be one of another number."""
    weights = {"W_tx": np.zeros((2, 4)), "w_x": np.zeros(4), "b_s": np.zeros(1)}
    images, texts = np.zeros((3, 4)), np.zeros((3, 2))
    usual = {"x": images, "fake": images, "phi": texts, "wrong": texts}
    gan.discriminator_gradients(weights, **(usual | given))


def test_interpolation_stays_between_its_ends(rng):
    phi, other = rng.standard_normal((2, 4, 3))
    np.testing.assert_array_equal(gan.interpolated(phi, other, 1.0), phi)
    np.testing.assert_array_equal(gan.interpolated(phi, other, 0.0), other)
    with pytest.raises(ValueError, match=r"beta must lie in 0 … 1, got 1\.5"):
        gan.interpolated(phi, other, 1.5)
    with pytest.raises(ValueError, match=r"other must have shape \(4, 3\), got \(3,\)"):
        gan.interpolated(phi, other[0], 0.5)
