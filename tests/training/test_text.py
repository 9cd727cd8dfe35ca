"""Training on text: carried streams, honest held-out numbers, runs that can be stopped."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from bad_input import bad_input
from stopped import Killed, killed_at, told

from rnncourse.sequence import SequenceModel, unroll
from rnncourse.tasks import palindromes
from rnncourse.text import Streams, Vocabulary, split, tales, tales_conditional_log_probabilities
from rnncourse.training import (
    TextConfig,
    TrainConfig,
    character_losses,
    load_text_model,
    quick_read,
    read,
    text_model,
    text_models,
    train,
    train_text,
)

TEXT = tales(np.random.default_rng(0), 3000)
VOCABULARY = Vocabulary.from_text(TEXT)
LEARNED, HELD_OUT = split(VOCABULARY.encode(TEXT))
SHORT = TextConfig(steps=24, evaluations=3)
SIZE = {"hidden": 8, "layers": 2, "dropout": 0.2}
ABOUT = {"cell": "lstm", **SIZE, "characters": VOCABULARY.characters}


def model(cell="lstm", **options):
    return text_model(cell, len(VOCABULARY), **SIZE | options)


def run(config=SHORT, net=None, held_out=HELD_OUT, length=6, **options):
    options = {"record_name": "short", "seed": 0, "about": ABOUT} | options
    streams = Streams(LEARNED, 4, length)
    return train_text(net or model(), streams, held_out, config, **options)


def test_equal_runs_have_equal_records_and_other_weights_others():
    assert told(run()) == told(run())
    assert run(net=model(seed=1)).curve != run().curve


@pytest.mark.parametrize("seconds, at", [(1e-9, 5), (1e-9, 17), (1e9, 11), (1e9, 24)])
def test_a_killed_run_resumes_to_the_same_record(checkpoint, seconds, at):
    """With a checkpoint after each update, and with checkpoints at the evaluations alone."""
    config = dataclasses.replace(SHORT, checkpoint_seconds=seconds)
    killed_at(at, run, config, checkpoint=checkpoint)
    resumed = run(config, checkpoint=checkpoint)
    assert told(resumed) == told(run(config))


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_cells_with_another_state_resume_too(checkpoint, cell):
    config = dataclasses.replace(SHORT, steps=9, checkpoint_seconds=1e-9)
    killed_at(5, run, config, net=model(cell), checkpoint=checkpoint)
    resumed = run(config, net=model(cell), checkpoint=checkpoint)
    assert told(resumed) == told(run(config, net=model(cell)))


def test_a_finished_run_is_not_trained_again(checkpoint):
    first = run(checkpoint=checkpoint)
    before = checkpoint.read_bytes()
    killed_never = run(checkpoint=checkpoint, on_step=lambda now: pytest.fail("a step was taken"))
    assert told(killed_never) == told(first)
    assert checkpoint.read_bytes() == before


def test_a_finished_run_can_be_given_more_steps(checkpoint):
    run(checkpoint=checkpoint)
    longer = run(dataclasses.replace(SHORT, steps=30), checkpoint=checkpoint)
    assert longer.summary["steps"] == 30
    assert longer.curve["step"][:3] == [8, 16, 24]


def test_training_carries_the_state_over_chunks():
    """With a step size of nothing, the losses of all chunks are one reading of the streams."""
    net, streams = model(dropout=0.0), Streams(LEARNED, 4, 6)
    config = TextConfig(steps=len(streams), learning_rate=1e-30, evaluations=1)
    record = run(config, net)
    rows = LEARNED[: 4 * streams.stream_length + 1]
    used = len(streams) * 6
    starts = np.arange(4)[:, None] * streams.stream_length
    whole = read(net, rows[starts + np.arange(used + 1)])
    assert record.curve["loss"][-1] == pytest.approx(whole.loss, rel=1e-6)
    zero = read(net, rows[(starts + np.arange(0, used, 6)).ravel()[:, None] + np.arange(7)])
    assert abs(zero.loss - whole.loss) > 1e-4


def test_the_gradient_stops_at_the_beginning_of_a_chunk():
    net = model(dropout=0.0)
    sgd = TextConfig(steps=2, learning_rate=0.5, optimizer="sgd", clip_norm=None, warmup=0.0)
    config = dataclasses.replace(sgd, schedule="constant", evaluations=1)
    run(config, net)
    other, streams, state = model(dropout=0.0), Streams(LEARNED, 4, 6), None
    for step in range(2):
        chunk = streams.at(step)
        p, state = other(torch.from_numpy(chunk.x), state)
        y = torch.from_numpy(chunk.y)
        loss = -torch.log_softmax(p, -1).gather(-1, y[..., None]).mean()
        gradients = torch.autograd.grad(loss, list(other.parameters()))
        state = type(state)(*(each.detach() for each in state))
        with torch.no_grad():
            for p, g in zip(other.parameters(), gradients, strict=True):
                p -= 0.5 * g
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-6)


@pytest.mark.parametrize("chunk", [1, 7, 300, 5000])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_held_out_loss_is_that_of_one_stream_step_by_step(monkeypatch, chunk, cell):
    net = model(cell)
    monkeypatch.setattr(text_models, "CHUNK", chunk)
    h = torch.from_numpy(HELD_OUT[None, :-1])
    with torch.no_grad():
        for layer in net.cells:
            h, _ = unroll(layer, h)
        yhat = torch.softmax(h @ net.W_ph.T + net.b_p, dim=-1)[0].double().numpy()
    losses = -np.log(yhat[np.arange(len(HELD_OUT) - 1), HELD_OUT[1:]])
    got = read(net, HELD_OUT)
    assert got.loss == pytest.approx(losses.mean(), rel=1e-5)
    assert got.accuracy == (yhat.argmax(-1) == HELD_OUT[1:]).mean()
    assert got.characters == len(HELD_OUT) - 1
    assert character_losses(net, HELD_OUT) == pytest.approx(losses, rel=1e-3)


def test_a_quick_reading_judges_stretches_that_know_where_they_are(monkeypatch):
    net = model()
    monkeypatch.setattr(text_models, "STRETCHES", 3)
    monkeypatch.setattr(text_models, "LEAD", 10)
    starts = [0, (len(LEARNED) - 51) // 2, len(LEARNED) - 51]
    parts = [character_losses(net, LEARNED[start : start + 51])[10:] for start in starts]
    quick = quick_read(net, LEARNED, 120)
    assert quick.characters == 120
    assert quick.loss == pytest.approx(np.concatenate(parts).mean(), rel=1e-5)
    assert quick_read(net, HELD_OUT, 10_000) == read(net, HELD_OUT)


def test_training_never_sees_the_held_out_text():
    one, other = model(), model()
    record = run(net=one)
    changed = run(net=other, held_out=HELD_OUT[::-1].copy())
    assert record.curve["loss"] == changed.curve["loss"]
    assert record.summary["held_out_loss"] != changed.summary["held_out_loss"]
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(p, q)


def test_no_model_scores_a_fresh_tale_better_than_its_own_probability():
    """The bound on the same sample: a model below it would have seen the text."""
    told, fresh = (tales(np.random.default_rng(seed), 12_000) for seed in (2, 1))
    known = Vocabulary.from_text(told + fresh)
    net = text_model("lstm", len(known), hidden=32, layers=1)
    config = TextConfig(steps=200, evaluations=1, learning_rate=2e-2)
    streams, ids = Streams(known.encode(told), 8, 25), known.encode(fresh)
    record = train_text(net, streams, ids, config, record_name="leak", seed=0)
    losses = character_losses(net, ids)
    assert losses.mean() == pytest.approx(record.summary["held_out_loss"])
    assert -tales_conditional_log_probabilities(fresh)[1:].mean() < losses.mean() < 2.5


def test_a_text_that_repeats_itself_is_learned():
    ids = np.arange(4000) % 7
    net = text_model("lstm", 7, hidden=16, layers=1)
    config = TextConfig(steps=120, evaluations=2, learning_rate=2e-2)
    record = train_text(net, Streams(ids, 8, 10), ids[:500], config, record_name="seven", seed=0)
    assert record.summary["held_out_loss"] < 0.05
    assert record.summary["held_out_bits"] == pytest.approx(
        record.summary["held_out_loss"] / np.log(2)
    )
    assert record.summary["held_out_accuracy"] == 1.0


def test_the_curve_has_its_points_and_the_samples_asked_for():
    config = dataclasses.replace(SHORT, evaluate_at=(1, 5), read_train=True)
    seen = []
    record = run(config, sample=lambda net, step: f"after {step}", on_step=seen.append)
    assert record.curve["step"] == [1, 5, 8, 16, 24]
    assert record.curve["characters"] == [24, 120, 192, 384, 576]
    assert record.curve["sample"] == [f"after {step}" for step in record.curve["step"]]
    assert all(len(values) == 5 for values in record.curve.values())
    assert [now.step for now in seen if now.evaluated] == record.curve["step"]
    assert seen[-1].share == 1.0
    assert {"text_loss", "text_accuracy"} <= record.summary.keys()
    assert json.loads(json.dumps(record.config))["characters"] == VOCABULARY.characters


@pytest.mark.parametrize("clock", ["seconds", "processor_seconds"])
def test_minutes_end_a_run_and_a_resumed_one_has_what_is_left(checkpoint, clock):
    config = TextConfig(minutes=0.02, evaluations=4, checkpoint_seconds=0.1, clock=clock)
    stopped, shares = [], []

    def die(now):
        if now.share > 0.5:
            stopped.append(now.share)
            raise Killed

    with pytest.raises(Killed):
        run(config, checkpoint=checkpoint, on_step=die)
    record = run(config, checkpoint=checkpoint, on_step=lambda now: shares.append(now.share))
    assert 0.05 < shares[0] < stopped[0] + 0.3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert record.summary["characters"] == 24 * record.summary["steps"]
    assert record.provenance["characters_per_second"] > 0


def test_the_rate_rises_and_falls_with_the_share():
    from rnncourse.training import learning_rate

    config = TextConfig(minutes=1.0, learning_rate=2.0)
    rates = [learning_rate(0, config, share) for share in (0.0, 0.01, 0.5, 1.0, 1.2)]
    assert rates == pytest.approx([0.0, 0.9997, 1.02, 0.04, 0.04], abs=1e-3)
    stairs = dataclasses.replace(config, schedule="exponential", decay=0.5, decay_every=10)
    assert [learning_rate(step, stairs, 0.5) for step in (9, 10, 29)] == [2.0, 1.0, 0.5]


def test_a_loss_that_is_not_finite_names_its_step_and_keeps_the_checkpoint(checkpoint):
    broken = model()

    def spoil(now):
        if now.step == 13:
            with torch.no_grad():
                broken.b_p[0] = torch.nan

    with pytest.raises(FloatingPointError, match="the loss is nan at step 14"):
        run(net=broken, checkpoint=checkpoint, on_step=spoil)
    assert told(run(checkpoint=checkpoint)) == told(run())


def test_scores_that_are_not_finite_name_the_step():
    broken = model()
    judge = broken.forward
    broken.forward = lambda x, state: (
        (judge(x, state)[0] * np.inf, None) if not broken.training else judge(x, state)
    )
    with pytest.raises(FloatingPointError, match="the scores are not finite after step 8"):
        run(net=broken)


def test_a_checkpoint_gives_the_model_back(checkpoint):
    net = model()
    record = run(net=net, checkpoint=checkpoint)
    again, about = load_text_model(checkpoint)
    assert about["characters"] == VOCABULARY.characters
    assert not again.training
    assert read(again, HELD_OUT).loss == record.summary["held_out_loss"]


def test_a_damaged_or_foreign_checkpoint_is_refused(tmp_path, checkpoint):
    run(checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-10], b"", b"text"):
        checkpoint.write_bytes(damaged)
        for take in (lambda: run(checkpoint=checkpoint), lambda: load_text_model(checkpoint)):
            with pytest.raises(ValueError, match="is not a whole checkpoint of rnncourse"):
                take()
    checkpoint.write_bytes(whole)
    with pytest.raises(ValueError, match="belongs to another run: seed is 0, not 5"):
        run(checkpoint=checkpoint, seed=5)
    with pytest.raises(ValueError, match=r"another run: characters is .*…, not abc"):
        run(checkpoint=checkpoint, about=ABOUT | {"characters": "abc"})
    with pytest.raises(FileNotFoundError, match="there is no checkpoint"):
        load_text_model(tmp_path / "none.pt")


def test_a_checkpoint_of_a_task_is_no_model_that_reads_text(checkpoint):
    net = SequenceModel("rnn", 10, 4, 10, rng=np.random.default_rng(0))
    config = TrainConfig(steps=1, batch_size=2, evaluate_every=1, evaluation_size=2)

    def task(rng, size):
        return palindromes(rng, size, length=5)

    train(net, task, config, record_name="digits", checkpoint=checkpoint)
    with pytest.raises(ValueError, match="of the run digits, not of a model that reads text"):
        load_text_model(checkpoint)


@bad_input(
    ({}, "a run has either steps or minutes"),
    ({"steps": 1, "minutes": 1.0}, "a run has either steps or minutes"),
    ({"steps": 0}, "steps must be at least 1, got 0"),
    ({"minutes": -1}, "minutes must be positive, got -1"),
    ({"minutes": float("nan")}, "minutes must be finite, got nan"),
    ({"steps": 1, "clock": "sun"}, "clock must be one of processor_seconds, seconds"),
    ({"steps": 1, "learning_rate": 0}, "learning_rate must be positive, got 0"),
    ({"steps": 1, "optimizer": "lion"}, "optimizer must be one of"),
    ({"steps": 1, "schedule": "linear"}, "schedule must be one of"),
    ({"steps": 1, "warmup": -0.1}, "warmup must be at least 0, got -0.1"),
    ({"steps": 1, "evaluate_at": (0,)}, "evaluate_at must be at least 1, got 0"),
    ({"steps": 1, "clip_norm": 0.0}, "clip_norm must be positive, got 0.0"),
)
def test_a_bad_configuration_is_refused_when_it_is_made(options):
    TextConfig(**options)
