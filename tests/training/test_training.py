"""Training: it learns, it resumes to the same numbers, and it stops honestly."""

import dataclasses
import errno
import os
from functools import partial

import numpy as np
import pytest
import torch
from bad_input import bad_input
from stopped import Payload, killed_at, told

from rnncourse.sequence import SequenceModel
from rnncourse.tasks import Batch, palindromes
from rnncourse.training import OPTIMIZERS, TrainConfig, learning_rate, load_text_model, train

SHORT = TrainConfig(steps=40, batch_size=16, evaluate_every=10, evaluation_size=50)
TASK = partial(palindromes, length=6)


def model(seed: int = 0) -> SequenceModel:
    return SequenceModel("rnn", 10, 16, 10, rng=np.random.default_rng(seed))


def run(config=SHORT, **options):
    return train(model(), TASK, config, record_name="short", **options)


def test_equal_runs_have_equal_records():
    assert told(run()) == told(run())
    other = run(dataclasses.replace(SHORT, seed=1))
    assert other.curve != run().curve


def test_it_solves_palindromes_and_stops():
    config = TrainConfig(steps=600, learning_rate=3e-3, batch_size=64)
    record = run(config)
    assert record.summary["solved"]
    assert record.curve["accuracy"][-3:] == [1.0, 1.0, 1.0]
    assert record.summary["steps_to_solve"] == record.curve["step"][-1] < 600


def test_an_unsolved_run_says_so():
    summary = run().summary
    assert not summary["solved"]
    assert summary["steps_to_solve"] is None
    assert summary["steps"] == 40


@pytest.mark.parametrize("at", [3, 10, 27])
def test_a_killed_run_resumes_to_the_same_record(checkpoint, at):

    killed_at(at, run, checkpoint=checkpoint)
    resumed = run(checkpoint=checkpoint)
    assert told(resumed) == told(run())


def test_a_finished_run_is_not_trained_again(checkpoint):
    first = run(checkpoint=checkpoint)

    def never(now):
        raise AssertionError("a step was taken")

    again = run(checkpoint=checkpoint, on_step=never)
    assert told(again) == told(first)


def test_a_longer_run_goes_on_where_the_shorter_one_stopped(checkpoint):
    run(dataclasses.replace(SHORT, steps=20), checkpoint=checkpoint)
    longer = run(checkpoint=checkpoint)
    assert longer.config.pop("lengths") == [{"steps": 20}, {"steps": 40}]
    assert told(longer) == told(run())


@pytest.mark.parametrize("lengths", [(6, 12), (12, 6), (6, 12, 40), (6, 12, 6)])
def test_a_run_that_was_given_another_length_says_so(checkpoint, lengths):
    for steps in (*lengths, lengths[-1]):  # the last one again changes nothing
        record = run(dataclasses.replace(SHORT, steps=steps), checkpoint=checkpoint)
    straight = run(dataclasses.replace(SHORT, steps=lengths[-1]))
    assert record.config["lengths"] == [{"steps": steps} for steps in lengths]
    assert record.digest() != straight.digest()
    assert "lengths" not in straight.config


def test_every_flipped_bit_of_a_checkpoint_is_refused(checkpoint):
    """In the seal, in the archive's headers, directory and padding, in metadata and tensors."""
    first = run(checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    places = {*range(0, 100, 7), *range(-100, 0, 7), *range(0, len(whole), len(whole) // 150)}
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        checkpoint.write_bytes(changed)
        with pytest.raises(ValueError, match="is not a whole checkpoint of rnncourse"):
            run(checkpoint=checkpoint)
    assert len(places) > 150
    checkpoint.write_bytes(whole)
    assert told(run(checkpoint=checkpoint)) == told(first)


@pytest.mark.parametrize("end", [b"", b"\1", b"PK\x05\x06"])
def test_a_cut_or_longer_checkpoint_is_refused(checkpoint, end):
    run(checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    for left in (0, 1, 50, 94, 95, 96, len(whole) // 2, len(whole) - 1):
        checkpoint.write_bytes(whole[:left] + end)
        with pytest.raises(ValueError, match="is not a whole checkpoint of rnncourse"):
            run(checkpoint=checkpoint)
    checkpoint.write_bytes(whole + b"\0" + end)
    with pytest.raises(ValueError, match="its checksum differs"):
        run(checkpoint=checkpoint)


def test_a_full_disk_names_the_file_and_keeps_the_last_checkpoint(checkpoint, monkeypatch):
    run(dataclasses.replace(SHORT, steps=10), checkpoint=checkpoint)
    whole = checkpoint.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as error:
        run(checkpoint=checkpoint)
    assert error.value.filename == str(checkpoint)
    assert checkpoint.read_bytes() == whole
    assert list(checkpoint.parent.iterdir()) == [checkpoint]


def test_a_damaged_or_foreign_checkpoint_is_refused(checkpoint):
    run(checkpoint=checkpoint)
    whole = checkpoint.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"text"):
        checkpoint.write_bytes(damaged)
        with pytest.raises(ValueError, match="is not a whole checkpoint of rnncourse"):
            run(checkpoint=checkpoint)
    torch.save({"model": model().state_dict()}, checkpoint)
    with pytest.raises(ValueError, match="is not a whole checkpoint of rnncourse"):
        run(checkpoint=checkpoint)
    checkpoint.write_bytes(whole)
    with pytest.raises(ValueError, match="belongs to another run: seed is 0, not 5"):
        run(dataclasses.replace(SHORT, seed=5), checkpoint=checkpoint)


@pytest.mark.parametrize("take", [lambda file: run(checkpoint=file), load_text_model])
def test_a_checkpoint_never_executes_code(take, tmp_path, checkpoint):
    torch.save({"metadata": Payload(tmp_path / "executed")}, checkpoint)
    with pytest.raises(ValueError, match="is not a whole checkpoint"):
        take(checkpoint)
    assert not (tmp_path / "executed").exists()


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_checkpoint(checkpoint):
    broken = model()

    def spoil(now):
        if now.step == 15:
            with torch.no_grad():
                broken.b_p[0] = torch.nan

    with pytest.raises(FloatingPointError, match="the loss is nan at step 16"):
        train(broken, TASK, SHORT, record_name="short", checkpoint=checkpoint, on_step=spoil)
    resumed = run(checkpoint=checkpoint)
    assert told(resumed) == told(run())


def test_scores_that_are_not_finite_are_never_saved(checkpoint):
    broken = model()

    def spoil(rng, batch_size):
        if batch_size == SHORT.evaluation_size and checkpoint.exists():
            with torch.no_grad():
                broken.b_p[0] = torch.inf
        return TASK(rng, batch_size)

    with pytest.raises(FloatingPointError, match="the scores are not finite after step 20"):
        train(broken, spoil, SHORT, record_name="short", checkpoint=checkpoint)
    assert told(run(checkpoint=checkpoint)) == told(run())


def weights_after(optimizer: str, gradients, lr: float = 0.1) -> float:
    """The weight 0 after one update for each of these gradients."""
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    update = OPTIMIZERS[optimizer]([w], lr=lr)
    for g in gradients:
        w.grad = torch.tensor(g, dtype=torch.float64)
        update.step()
    return w.item()


@pytest.mark.parametrize(
    "optimizer, expected",
    [
        ("sgd", -0.55),
        ("momentum", -1.44631),
        ("adagrad", -0.238881244386),
        ("rmsprop", -2.391894243804),
        ("adam", -0.368281078156),
        ("adam-0.99", -0.367875798568),
    ],
)
def test_the_optimizers_take_the_steps_of_their_equations(optimizer, expected):
    assert weights_after(optimizer, (1.0, 2.0, -1.0, 3.0, 0.5)) == pytest.approx(
        expected, abs=1e-11
    )


def test_adagrad_leaves_a_weight_without_a_gradient_alone():
    w = torch.ones(3, requires_grad=True)
    OPTIMIZERS["adagrad"]([w], lr=0.1).step()
    assert w.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_resumes_to_the_same_record(checkpoint, optimizer):
    config = dataclasses.replace(
        SHORT, optimizer=optimizer, schedule="exponential", decay_every=10, warmup_steps=5
    )
    killed_at(20, run, config, checkpoint=checkpoint)
    resumed = run(config, checkpoint=checkpoint)
    assert told(resumed) == told(run(config))


def test_the_schedules_have_their_values():
    def rates(*steps, **options):
        config = TrainConfig(steps=100, learning_rate=2.0, **options)
        return [learning_rate(step, config) for step in steps]

    assert rates(0, 99) == [2.0, 2.0]
    assert rates(0, 9, 10, 25, schedule="exponential", decay=0.5, decay_every=10) == [2, 2, 1, 0.5]
    assert rates(0, 50, 100, schedule="cosine") == pytest.approx([2.0, 1.0, 0.0])
    assert rates(0, 1, 3, 4, warmup_steps=4) == [0.5, 1.0, 2.0, 2.0]


def test_a_schedule_moves_the_weights_by_its_rate():
    moved = {}
    for warmup_steps in (0, 4):
        one = dataclasses.replace(SHORT, steps=1, optimizer="sgd", warmup_steps=warmup_steps)
        trained = model()
        start = trained.b_p.detach().clone()
        train(trained, TASK, one, record_name="short")
        moved[warmup_steps] = trained.b_p.detach() - start
    assert torch.allclose(moved[0], 4 * moved[4], rtol=1e-4)


def numbers(rng, batch_size):
    """Say the mean of three numbers: a regression."""
    x = rng.random((batch_size, 3, 1), dtype=np.float32)
    return Batch(x=x, y=x[:, :, 0].astype(np.float64).mean(axis=1))


def test_a_target_that_is_a_number_is_learned_by_squared_error():
    net = SequenceModel("rnn", 1, 8, 1, rng=np.random.default_rng(0))
    config = TrainConfig(steps=300, learning_rate=1e-2, batch_size=64)
    record = train(net, numbers, config, record_name="mean")
    assert record.curve["loss"][-1] < 0.01 < record.curve["loss"][0]
    assert record.summary["accuracy"] > 0.5


def test_a_model_of_both_directions_is_trained_too():
    net = SequenceModel("rnn", 10, 8, 10, bidirectional=True, rng=np.random.default_rng(0))
    record = train(net, TASK, SHORT, record_name="both")
    assert record.summary["steps"] == 40


def test_the_gradient_is_clipped_to_its_norm():
    seen = []
    clipped = model()
    config = dataclasses.replace(SHORT, steps=1, optimizer="sgd", learning_rate=1.0, clip_norm=1e-3)
    before = [p.detach().clone() for p in clipped.parameters()]
    train(clipped, TASK, config, record_name="short", on_step=seen.append)
    moved = torch.cat(
        [(p - b).flatten() for p, b in zip(clipped.parameters(), before, strict=True)]
    )
    assert moved.norm().item() == pytest.approx(1e-3, rel=1e-3)
    assert seen[0].step == 1


@bad_input(
    ({"steps": 0}, "steps must be at least 1, got 0"),
    ({"steps": 2.5}, "steps must be a whole number, got 2.5"),
    ({"learning_rate": -1.0}, "learning_rate must be positive, got -1.0"),
    ({"learning_rate": float("nan")}, "learning_rate must be finite, got nan"),
    (
        {"optimizer": "lion"},
        "optimizer must be one of adagrad, adam, adam-0.99, momentum, rmsprop, sgd; got 'lion'",
    ),
    ({"schedule": "linear"}, "schedule must be one of constant, cosine, exponential; got"),
    ({"warmup_steps": -1}, "warmup_steps must be at least 0, got -1"),
    ({"decay": 0.0}, "decay must be positive, got 0.0"),
    ({"clip_norm": 0.0}, "clip_norm must be positive, got 0.0"),
    ({"seed": -1}, "seed must be at least 0, got -1"),
)
def test_a_bad_configuration_is_refused_when_it_is_made(options):
    TrainConfig(**{"steps": 1} | options)
