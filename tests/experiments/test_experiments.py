"""Experiments: defined soundly, run once each, interrupted at will, recorded as defined."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from bad_input import bad_input
from processes import ENVIRONMENT, start, wait_until

from rnncourse.experiments import (
    EXPERIMENTS,
    Run,
    TextRun,
    execute,
    record_path,
    recorded,
    results,
    run_experiment,
    spread,
    summarize,
    unfinished,
)
from rnncourse.experiments.run import TASKS
from rnncourse.experiments.runner import checkpoint_path
from rnncourse.experiments.summary import T_95
from rnncourse.records import Record

SMALL = Run("small", "rnn", 6, seed=0, units=16, steps=60, batch_size=16)
FOUR = EXPERIMENTS["optimizers"]._replace(
    name="four", runs=tuple(replace(SMALL, seed=seed) for seed in range(4))
)


def told(folder: Path) -> dict[str, str]:
    """The bytes of every record but for its provenance, by file."""
    texts = {path.name: path.read_text() for path in sorted(folder.glob("*.json"))}
    return {name: text.split('"provenance"')[0] for name, text in texts.items()}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_runs_have_names_of_their_own_and_their_seeds_a_setting(name):
    runs = EXPERIMENTS[name].runs
    assert len({run.id for run in runs}) == len(runs)
    seeds = {}
    for run in runs:
        seeds.setdefault(json.dumps(run.config), set()).add(run.seed)
    assert all(len(found) == EXPERIMENTS[name].seeds for found in seeds.values())
    choices = {json.dumps(run.config | {"setting": ""}) for run in runs}
    assert len(choices) == len(seeds), "two settings are the same runs"


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_recorded_result_is_the_one_that_is_defined(name):
    defined = {record_path(recorded(name), run): run for run in EXPERIMENTS[name].runs}
    assert set(recorded(name).glob("*.json")) == defined.keys()
    for path, run in defined.items():
        record = Record.load(path)
        assert (record.name, record.config, record.seed) == (run.id, run.config, run.seed)
        assert record.provenance["digest"] == record.digest(), f"{path} was edited"
        busy = record.provenance["processor_seconds"] / record.provenance["seconds"]  # one thread
        assert 0 < busy < 1.1
        assert record.curve["step"][-1] == record.summary["steps"]
        if isinstance(run, TextRun):
            assert run.steps in (None, record.summary["steps"])
        if not isinstance(run, Run):
            continue
        assert record.curve["accuracy"][-1] == record.summary["accuracy"]
        assert run.steps >= record.summary["steps"]
        assert record.summary["solved"] or record.summary["steps"] == run.steps


def test_a_run_leaves_the_record_that_its_choices_define():
    record = execute(SMALL)
    again = execute(SMALL)
    assert (record.name, record.config, record.seed) == (SMALL.id, SMALL.config, 0)
    assert replace(record, provenance={}) == replace(again, provenance={})
    assert record.provenance["digest"] == record.digest() == again.digest()
    assert replace(record, seed=1).digest() != record.digest()


@pytest.mark.parametrize(
    "options, check",
    [
        ({"coding": "digit"}, lambda model: model.cells[0].d == 1),
        ({"initialization": "torch"}, lambda model: model.W_ph.abs().max() <= 0.25),
        ({"cell": "lstm", "forget_bias": 3.0}, lambda model: (model.cells[0].b_f == 3).all()),
        ({"cell": "lstm"}, lambda model: (model.cells[0].b_f == 0).all()),
        ({"cell": "lstm", "initialization": "chrono"}, lambda model: model.cells[0].b_f.any()),
    ],
)
def test_the_choices_reach_the_model(options, check):
    run = replace(SMALL, **options)
    model = run.model()
    assert check(model)
    x, y = run.batches()(np.random.default_rng(0), 3)
    assert model(torch.from_numpy(x))[0].shape == (3, 5, 10)
    assert y.shape == (3,)


def test_a_run_of_another_task_says_so_and_one_of_palindromes_is_as_before():
    bits = replace(SMALL, task="baum-sweet")
    assert bits.config == SMALL.config | {"task": "baum-sweet"}
    assert (SMALL.id, bits.id) == ("small-rnn-length6-seed0", "baum-sweet-small-rnn-length6-seed0")
    assert "task" not in SMALL.config
    one = replace(bits, steps=1)
    assert execute(one).config == one.config


@pytest.mark.parametrize("name, task", TASKS.items())
@pytest.mark.parametrize("length", [5, 6])
def test_a_task_has_the_symbols_classes_and_pace_that_its_table_says(name, task, length):
    x, y, *_ = task.draw(np.random.default_rng(0), 2000, length)
    assert x.ndim == 2 or x.shape[2] == task.symbols(length)
    assert x.ndim == 3 or set(np.unique(x)) == set(range(task.symbols(length)))
    assert set(np.unique(y)) == set(range(task.classes(length)))
    assert 0.8 * length * task.pace <= x.shape[1] <= 1.5 * length * task.pace


@pytest.mark.parametrize("name, task", TASKS.items())
def test_every_task_trains_in_each_of_its_codings(name, task):
    for coding in task.codings:
        cell = "phased" if coding == "clock" else "lstm"
        run = replace(SMALL, cell=cell, task=name, coding=coding, steps=1, batch_size=3)
        assert 0 <= execute(run).summary["accuracy"] <= 1


def test_a_bidirectional_run_is_an_lstm_from_both_ends():
    model = replace(SMALL, cell="bidirectional").model()
    assert [type(cell).__name__ for cell in (*model.cells, *model.cells_back)] == ["LSTMCell"] * 2
    assert model.W_ph.shape == (10, 32)


def test_digits_are_the_same_palindromes_as_their_rows():
    rows, _ = SMALL.batches()(np.random.default_rng(0), 4)
    digits, _ = replace(SMALL, coding="digit").batches()(np.random.default_rng(0), 4)
    assert (digits[:, :, 0] == rows).all()


@pytest.mark.slow
def test_each_run_is_executed_once_and_the_rest_when_asked_again(tmp_path):
    first = FOUR._replace(runs=FOUR.runs[:1])
    run_experiment(first, tmp_path, workers=1)
    assert [run.seed for run in unfinished(FOUR, tmp_path)] == [1, 2, 3]
    seen = []
    run_experiment(FOUR, tmp_path, workers=2, on_record=lambda run, record: seen.append(run.seed))
    assert sorted(seen) == [1, 2, 3]
    assert not list(tmp_path.glob(".*"))
    assert told(tmp_path) == {f"{run.id}.json": alone(run) for run in FOUR.runs}


def alone(run: Run) -> str:
    """What the record of a run tells when it is executed here, in this process."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    data = {"format": 1, **execute(run).__dict__}
    torch.set_num_threads(threads)
    return json.dumps(data).split('"provenance"')[0]


def test_a_record_of_other_choices_is_not_taken_for_this_run(tmp_path):
    for run in FOUR.runs:
        execute(run).save(record_path(tmp_path, run))
    changed = FOUR._replace(runs=tuple(replace(run, units=8) for run in FOUR.runs))
    assert unfinished(FOUR, tmp_path) == []
    assert len(unfinished(changed, tmp_path)) == 4


@pytest.mark.slow
def test_a_checkpoint_of_other_choices_is_not_taken_up(tmp_path):
    changed = replace(SMALL, initialization="identity")
    half = replace(SMALL, steps=50)
    execute(half, checkpoint_path(tmp_path, SMALL))
    assert changed.id == SMALL.id
    run_experiment(FOUR._replace(runs=(changed,)), tmp_path, workers=1)
    assert told(tmp_path) == {f"{SMALL.id}.json": alone(changed)}


def test_a_damaged_record_is_named(tmp_path):
    record_path(tmp_path, SMALL).write_text("{")
    with pytest.raises(ValueError, match=r"seed0\.json is not a record"):
        unfinished(FOUR, tmp_path)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda data: data["summary"].update(accuracy=2.0), "was changed after it was written"),
        (lambda data: data["summary"].clear(), "was changed after it was written"),
        (lambda data: data["provenance"].clear(), "is not a whole record: it lacks its digest"),
        (lambda data: data.pop("summary"), "is not a whole record: it lacks summary"),
    ],
)
def test_an_edited_or_incomplete_record_is_not_shown(tmp_path, refused, change, message):
    run = EXPERIMENTS["palindrome-length"].runs[0]
    path = record_path(tmp_path / "palindrome-length", run)
    path.parent.mkdir()
    data = json.loads(record_path(recorded("palindrome-length"), run).read_text())
    change(data)
    path.write_text(json.dumps(data))
    for out in ("show", "run"):
        line = refused("experiment", out, "palindrome-length", "--out", tmp_path)
        assert f"{path} {message}" in line


# Killed and interrupted, on runs of a second

STEPS = 1200
LITTLE = FOUR._replace(
    name="little", runs=tuple(replace(SMALL, seed=seed, steps=STEPS) for seed in range(5))
)
PROGRAM = f"""
from dataclasses import replace
from rnncourse import experiments
from rnncourse.cli import main
one = experiments.Run("small", "rnn", 6, seed=0, units=16, steps={STEPS}, batch_size=16)
little = experiments.EXPERIMENTS["optimizers"]._replace(
    name="little", runs=tuple(replace(one, seed=seed) for seed in range(5))
)
experiments.EXPERIMENTS = {{"little": little}}
main()
"""


LITTLE_RUN = (sys.executable, "-c", PROGRAM, "experiment", "run", "little")


@pytest.fixture(scope="module")
def undisturbed():
    return {f"{run.id}.json": alone(run) for run in LITTLE.runs}


def children(process) -> set[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return set(map(int, listed.read_text().split())) if listed.exists() else set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "end, code, at", [(signal.SIGKILL, -9, ".*.pt"), (signal.SIGINT, 130, "*.json")]
)
def test_a_killed_experiment_leaves_no_process_and_goes_on_to_the_same_records(
    tmp_path, undisturbed, end, code, at
):
    folder = tmp_path / "little"
    process = start(*LITTLE_RUN, "--out", str(tmp_path), "--workers", "2")
    wait_until(lambda: list(folder.glob(at)))
    workers = children(process)
    process.send_signal(end)
    process.communicate()
    assert process.returncode == code
    wait_until(lambda: not any(Path(f"/proc/{worker}/exe").exists() for worker in workers))
    there = len(list(folder.glob("*.json")))
    assert there < 5
    again = start(*LITTLE_RUN, "--out", str(tmp_path), "--workers", "2")
    stdout, stderr = again.communicate()
    assert again.returncode == 0, stderr
    assert f"{5 - there} runs executed, {there} were there" in stdout
    assert "small-rnn-length6-seed4" in stderr
    assert told(folder) == undisturbed
    wait_until(lambda: not list(folder.glob(".*")))


@pytest.fixture
def dask_cluster():
    """A scheduler and two workers on loopback; yields its address and the workers."""
    pytest.importorskip("distributed", reason="the extra 'distributed' is not installed")
    quiet = {"env": ENVIRONMENT, "stdout": subprocess.DEVNULL, "text": True}
    python, alone = (sys.executable, "-m"), ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    command = [*python, "distributed.cli.dask_scheduler", *alone]
    scheduler = subprocess.Popen(command, stderr=subprocess.PIPE, **quiet)
    told = next(line for line in scheduler.stderr if "Scheduler at:" in line)
    address = told.split()[-1]
    small = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
    command = [*python, "distributed.cli.dask_worker", address, *small]
    workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL, **quiet) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_cluster_loses_a_worker_and_no_run(tmp_path, undisturbed, dask_cluster):
    address, workers = dask_cluster
    process = start(*LITTLE_RUN, "--out", str(tmp_path), "--scheduler", address)
    folder = tmp_path / "little"
    wait_until(lambda: list(folder.glob("*.json")))
    workers[0].kill()
    _, stderr = process.communicate()
    assert process.returncode == 0, stderr
    assert told(folder) == undisturbed


def ask_for_a_second(monkeypatch):
    """Let a client give up sooner where nobody answers: the book waits for ten seconds."""
    client = pytest.importorskip("distributed", reason="Dask is not installed").Client
    monkeypatch.setattr("distributed.Client", lambda address, timeout: client(address, timeout=1))


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            ["run", "no-such"],
            "NAME must be one of all, associative-recall, books, character-rnn",
        ),
        (["run", "optimizers", "--only", "zzz"], "no run of optimizers contains 'zzz'"),
        (["run", "optimizers", "--workers", "0"], "workers must be at least 1, got 0"),
        (["run", "optimizers", "--workers", "1", "--scheduler", "tcp://x"], "exclude each other"),
        (["run", "optimizers", "--scheduler", "tcp://127.0.0.1:9"], "127.0.0.1:9"),
        (["show", "no-such"], "NAME must be one of"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if arguments[2:3] == ["--scheduler"]:
        ask_for_a_second(monkeypatch)
    assert message in refused("experiment", *arguments)


def test_a_spread_is_the_mean_the_deviation_and_the_t_interval():
    found = spread([0.5, 0.6, 0.7, 0.8, 0.9])
    assert found.mean == pytest.approx(0.7)
    assert found.sd == pytest.approx(0.1 * 2.5**0.5)
    assert found.high - found.mean == pytest.approx(2.7764 * found.sd / 5**0.5)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)
    assert spread([0.9, 1.0, 1.0, 1.0, 1.0]).high == 1.0
    assert spread([0.8]) == (0.8, None, 0.0, 1.0)
    with pytest.raises(ValueError, match="accuracies must hold 1 to 10 values, got 0"):
        spread([])


@pytest.mark.parametrize("count", T_95)
def test_t_holds_95_percent_of_students_distribution(count):
    """The density ∝ (1 + t²/ν)^{-(ν+1)/2}, ν = count - 1, integrated by t = √ν tan a."""
    a = (np.arange(200_000) + 0.5) / 200_000 * np.pi / 2
    weights = np.cos(a) ** (count - 2)
    inside = a < np.arctan(T_95[count] / (count - 1) ** 0.5)
    assert weights[inside].sum() / weights.sum() == pytest.approx(0.95, abs=1e-4)


def test_settings_of_other_tasks_are_told_apart():
    records = [execute(replace(SMALL, task=t, steps=1)) for t in ("palindromes", "baum-sweet")]
    assert [row.task for row in summarize(records)] == ["palindromes", "baum-sweet"]
    assert [row.accuracies for row in summarize(records)] == [
        [record.summary["accuracy"]] for record in records
    ]


def test_all_experiments_are_shown_also_those_that_are_judged_in_their_own_way(command):
    ended, told, error = command("experiment", "show", "all")
    assert ended == 0, error
    lines = told.splitlines()
    assert "network-layers2-seed0  accuracy=0.9267, loss=0.0025, steps=4000" in lines
    assert any(line.startswith("graph-waves-rate-0.01-seed0  validation=") for line in lines)
    assert "sample_10000:" in lines


def test_what_was_recorded_is_listed_and_shown(tmp_path, command):
    def output(*arguments, code=0):
        ended, told, error = command("experiment", *arguments)
        assert ended == code, error
        return told

    rows = json.loads(output("list", "--json"))
    assert [row["name"] for row in rows] == list(EXPERIMENTS)
    assert all(row["recorded"] == row["runs"] and row["core_hours"] > 0 for row in rows)
    shown = json.loads(output("show", "palindrome-length", "--json"))
    assert shown == [row._asdict() for row in summarize(results("palindrome-length"))]
    told = output("show", "palindrome-length")
    assert "solved 5 of 5" in told
    assert told.endswith("the worst, the median and the best of the seeds\n")
    assert not output("show", "optimizers", "--out", str(tmp_path), code=1)


@bad_input(
    ({"cell": "elman"}, "cell must be one of bidirectional, gru, lstm"),
    ({"task": "standard-waves", "coding": "clock"}, "a rnn has no clock"),
    ({"coding": "binary"}, "coding must be one of digit, one-hot; got 'binary'"),
    ({"initialization": "he"}, "initialization must be one of chrono, identity"),
    ({"task": "poker"}, "task must be one of asynchronous-waves, baum-sweet, binary"),
    ({"task": "baum-sweet", "coding": "digit"}, "coding must be one of one-hot; got 'digit'"),
    ({"length": 1}, "length must be at least 2, got 1"),
    ({"steps": 0}, "steps must be at least 1, got 0"),
)
def test_bad_choices_are_refused_when_they_are_made(options):
    replace(SMALL, **options)
