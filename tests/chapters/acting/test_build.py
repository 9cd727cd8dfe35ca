"""The training step that the lesson asks for: ours is the recorded runs', wrong ones fail."""

import inspect

import pytest

from rnncourse.chapters.acting import build
from rnncourse.chapters.acting.policy import MazeRun, MazeTraining


def with_line(old: str, new: str):
    """Our training step with one line of it changed."""
    source = inspect.getsource(build.training_step)
    assert old in source
    space = dict(vars(build))
    exec(source.replace(old, new), space)
    return space["training_step"]


WRONG = {
    "the sign of the policy's part": ("-(A *", "(A *"),
    "the sign of the bonus": ("loss + ENTROPY", "loss - ENTROPY"),
    "a gradient through the baseline": ("V.detach()", "V"),
    "dead steps count": ("chosen[live]", "chosen.flatten()[: len(A)]"),
    "rewards in place of returns": ("returns_to_go(walked.rewards)", "walked.rewards"),
    "no clipping": ("torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)", "pass"),
    "no step": ("optimizer.step()", "pass"),
}


def test_our_step_has_the_loss_of_the_recorded_runs():
    choices = MazeRun("lesson", "gru", 2, 0, units=16, episodes=16)
    training = MazeTraining(choices)
    training.model, mazes = build.small(corridor=2, episodes=16)
    loss, _ = training.loss(build.large_rewards(training.model, mazes))
    assert build.after_one_step(build.training_step)[0] == pytest.approx(loss.item(), abs=1e-6)


def test_our_own_step_is_right(capsys):
    assert build.is_right(build.training_step)
    build.check_step(build.training_step)
    assert capsys.readouterr().out.startswith("Right")


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_step_is_told(slip, capsys):
    step = with_line(*WRONG[slip])
    assert not build.is_right(step)
    build.check_step(step)
    assert capsys.readouterr().out.startswith("Wrong")


def test_a_step_that_is_not_written_is_told_so(capsys):
    assert not build.is_right(lambda model, optimizer, walked: None)
    build.check_step(lambda model, optimizer, walked: None)
    assert "returned None" in capsys.readouterr().out
