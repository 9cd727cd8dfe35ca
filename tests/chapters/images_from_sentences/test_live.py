"""The lesson's check of a step accepts the right one and says what is wrong with others."""

import pytest
from torch.nn.functional import logsigmoid

from rnncourse.chapters.images_from_sentences import live


def counts_wrong_as_real(a_r, a_w, a_f):
    return live.losses(a_r, -a_w, a_f)


def forgets_half(a_r, a_w, a_f):
    L_D, L_G = live.losses(a_r, a_w, a_f)
    return 2.0 * L_D - logsigmoid(a_r).mean(), L_G


def step_with(sign: float = 1.0, detach: bool = True, generator: bool = True):
    """The lesson's step, gone wrong in one place."""

    def step(G, D, G_optimizer, D_optimizer, x, phi, wrong, z):
        fake = G(phi, z)
        L_D, _ = live.losses(D(x, phi), D(x, wrong), D(fake.detach() if detach else fake, phi))
        D_optimizer.zero_grad()
        (-L_D).backward(retain_graph=True)
        D_optimizer.step()
        if generator:
            (-sign * logsigmoid(D(fake, phi)).mean()).backward()
            G_optimizer.step()

    return step


@pytest.mark.parametrize(
    "answer, said",
    [
        (live.losses, "losses: right"),
        (lambda a_r, a_w, a_f: None, "losses: not yet, it returned None"),
        (counts_wrong_as_real, "losses: L_D is expected to be -1.4931, got -1.3644"),
        (forgets_half, "losses: L_D is expected to be"),
        (lambda *a: [-loss for loss in live.losses(*a)], "losses: L_D is expected to be"),
    ],
)
def test_the_losses_are_judged(answer, said, capsys):
    assert live.check_losses(answer) == (answer is live.losses)
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    "answer, said",
    [
        (live.game_step, "step: right"),
        (step_with(), "step: right"),
        (lambda *game: None, "step: not yet, the discriminator has not moved"),
        (step_with(generator=False), "step: not yet, the generator has not moved"),
        (step_with(sign=-1.0), "step: the generator goes down where it should go up"),
        (step_with(detach=False), "step: the generator has moved to another place"),
    ],
)
def test_a_step_is_judged(answer, said, capsys):
    right = live.check_step(answer)
    text = capsys.readouterr().out
    assert text.startswith(said)
    assert right == ("right" in text)
