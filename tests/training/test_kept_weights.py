"""Training on text keeps the weights that read best, and what chose them does not judge them."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from stopped import killed_at, told

from rnncourse.text import Streams, Vocabulary, split, tales
from rnncourse.training import (
    TextConfig,
    load_text_model,
    read,
    read_checkpoint,
    text_model,
    train_text,
)
from rnncourse.training.text import TextRun
from rnncourse.training.text_models import read_halves
from rnncourse.training.weights import RunningMean, copy_of, put_into, with_weights

TEXT = tales(np.random.default_rng(0), 3000)
VOCABULARY = Vocabulary.from_text(TEXT)
LEARNED, HELD_OUT = split(VOCABULARY.encode(TEXT))
HALF = len(HELD_OUT) // 2
SIZE = {"hidden": 8, "layers": 2, "dropout": 0.2}
ABOUT = {"cell": "lstm", **SIZE, "characters": VOCABULARY.characters}
KEPT = TextConfig(steps=24, evaluations=6, keep_best=True, average=0.9, learning_rate=3e-2)

LONG = dataclasses.replace(KEPT, steps=1000, evaluations=20, learning_rate=1e-2)


def model(**options):
    return text_model("lstm", len(VOCABULARY), **SIZE | options)


def run(config=KEPT, net=None, held_out=HELD_OUT, learned=LEARNED, **options):
    options = {"record_name": "short", "seed": 0, "about": ABOUT} | options
    return train_text(net or model(), Streams(learned, 4, 6), held_out, config, **options)


def overfit(**options):
    """A run that learns a text of 200 characters by heart."""
    net = model(hidden=32, dropout=0.0)
    config = dataclasses.replace(LONG, **options)
    return run(config, net, learned=LEARNED[:200]), net


def test_the_model_ends_with_the_weights_of_the_best_point():
    record, net = overfit()
    losses = record.curve["held_out_loss"]
    best = int(np.argmin(losses))
    assert best < len(losses) - 1
    assert record.summary["best_step"] == record.curve["step"][best]
    assert read(net, HELD_OUT[:HALF]).loss == pytest.approx(losses[best], abs=1e-6)


def test_a_run_that_has_only_grown_worse_stops_and_says_so():
    record, _ = overfit()
    losses = record.curve["held_out_loss"]
    assert record.summary["grown_worse"]
    assert record.summary["steps"] < 1000
    assert min(losses[int(np.argmin(losses)) + 1 :][-4:]) > min(losses) + 0.03


@pytest.mark.parametrize(
    "losses, worse",
    [
        ([1.64, 1.51, 1.53, 1.57, 1.64, 1.72], True),  # the first point after the best is near it
        ([1.64, 1.51, 1.57, 1.64, 1.72], True),
        ([1.64, 1.51, 1.57, 1.64, 1.53, 1.72], False),
        ([1.64, 1.51, 1.57, 1.64], False),
        ([1.64, 1.57, 1.53, 1.52], False),
        ([], False),
    ],
)
def test_the_last_fifth_of_the_points_says_whether_it_has_grown_worse(losses, worse):
    config = dataclasses.replace(KEPT, evaluations=12)
    at = SimpleNamespace(config=config, curve={"held_out_loss": losses}, best_point=0)
    at.best_point = int(np.argmin(losses)) if losses else 0
    assert TextRun.grown_worse.fget(at) is worse


def test_a_run_that_keeps_its_last_weights_goes_on_to_its_end():
    record, _ = overfit(keep_best=False)
    assert record.summary["steps"] == 1000
    assert not {"best_step", "judging_loss"} & record.summary.keys()


def test_the_half_that_judges_chooses_nothing():
    """Another second half of the held-out text changes no choice, only the judgment."""
    other = np.concatenate([HELD_OUT[:HALF], HELD_OUT[HALF:][::-1]])
    one, two = overfit()[0], run_on(other)
    assert one.curve == two.curve
    for name in ("best_step", "choosing_loss", "steps"):
        assert one.summary[name] == two.summary[name]
    assert one.summary["judging_loss"] != two.summary["judging_loss"]


def run_on(held_out):
    net = model(hidden=32, dropout=0.0)
    return run(LONG, net, held_out, LEARNED[:200])


def test_the_halves_together_are_the_whole():
    net = model()
    whole, first, second = read_halves(net, HELD_OUT)
    assert whole == pytest.approx(read(net, HELD_OUT), rel=1e-6)
    assert first == pytest.approx(read(net, HELD_OUT[:HALF]), rel=1e-6)
    assert first.characters + second.characters == whole.characters == len(HELD_OUT) - 1
    total = first.loss * first.characters + second.loss * second.characters
    assert whole.loss * whole.characters == pytest.approx(total)


@pytest.mark.parametrize("at", [5, 11, 23])
def test_a_killed_run_keeps_the_same_weights(checkpoint, at):
    config = dataclasses.replace(KEPT, checkpoint_seconds=1e-9)
    killed_at(at, run, config, checkpoint=checkpoint)
    cut, whole = model(), model()
    assert told(run(config, cut, checkpoint=checkpoint)) == told(run(config, whole))
    for a, b in zip(cut.parameters(), whole.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_checkpoint_writes_with_the_kept_weights_and_trains_on_with_its_own(checkpoint):
    net = model()
    record = run(net=net, checkpoint=checkpoint)
    written, _ = load_text_model(checkpoint)
    assert read_halves(written, HELD_OUT)[0].loss == record.summary["held_out_loss"]
    _, state = read_checkpoint(checkpoint)
    assert not torch.equal(state["model"]["W_ph"], written.W_ph)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
def test_the_running_mean_weighs_the_updates(decay):
    net = model()
    mean, by_hand = RunningMean(net, decay), copy_of(net)
    for k in range(1, 6):
        with torch.no_grad():
            for weight in net.parameters():
                weight.add_(0.1 * k)
        mean.update(net, k)
        d = min(decay, k / (k + 9))
        by_hand = {n: d * by_hand[n] + (1 - d) * w for n, w in copy_of(net).items()}
    for name, weight in mean.weights.items():
        torch.testing.assert_close(weight, by_hand[name])


def test_the_models_own_weights_come_back_after_an_error():
    net = model()
    own, other = copy_of(net), copy_of(model(seed=1))
    with pytest.raises(ZeroDivisionError), with_weights(net, other):
        assert torch.equal(net.W_ph, other["W_ph"])
        _ = 1 / 0
    assert all(torch.equal(w, own[n]) for n, w in net.named_parameters())
    put_into(net, other)
    assert all(torch.equal(w, other[n]) for n, w in net.named_parameters())


def test_a_held_out_text_of_three_characters_cannot_be_halved():
    with pytest.raises(ValueError, match="held_out must have at least 4 characters, got 3"):
        run(held_out=HELD_OUT[:3])
