"""Train text and generate: one line for a mistake, any script, runs that can be killed."""

import json
import signal
import sys

import numpy as np
import pytest
from processes import COMMAND, start, wait_until

from rnncourse.cli import main
from rnncourse.text import tales

TINY = ("--hidden", "8", "--layers", "1", "--streams", "2", "--window", "8")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a model that a few updates have trained."""
    folder = tmp_path_factory.mktemp("trained")
    corpus = folder / "tales.txt"
    corpus.write_text(tales(np.random.default_rng(0), 2000), encoding="utf-8")
    out = folder / "model"
    train = ("train", "text", "--corpus", corpus, *TINY, "--steps", "30", "--out", out)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(sys, "argv", ["rnncourse", *map(str, train)])
        main()
    assert not end.value.code
    return out


def test_a_run_leaves_a_record_and_tells_its_numbers(trained, command):
    record = json.loads((trained / "record.json").read_text())
    assert record["summary"]["steps"] == 30
    assert {"train_loss", "held_out_loss", "held_out_bits"} <= record["summary"].keys()
    assert len(record["curve"]["sample"][-1]) == 200
    assert record["config"]["corpus"] == "tales.txt"
    arguments = ("--steps", 30, "--out", trained, "--resume")
    code, out, _ = command(
        "train", "text", "--corpus", trained.parent / "tales.txt", *TINY, *arguments
    )
    assert code == 0
    assert f"held-out loss {record['summary']['held_out_loss']:.4f} nats" in out
    assert out.splitlines()[-1] == str(trained / "record.json")


def test_writing_goes_on_with_the_prompt(trained, command):
    ask = ("generate", "--model", trained, "--prompt", "Once upon", "--length", "30")
    code, out, _ = command(*ask, "--temperature", "0.5", "--seed", "1")
    assert code == 0
    assert out.startswith("Once upon")
    assert len(out) == len("Once upon") + 30 + 1
    assert command(*ask, "--temperature", "0.5", "--seed", "1")[1] == out
    assert command(*ask, "--seed", "2")[1] != out
    greedy = {command(*ask, "--temperature", "0", "--seed", seed)[1] for seed in (1, 2)}
    assert len(greedy) == 1


def test_what_is_drawn_from_can_be_cut_and_a_text_searched(trained, command):
    ask = ("generate", "--model", trained, "--prompt", "Once upon", "--length", "30")
    _, greedy, _ = command(*ask, "--temperature", "0")
    for one in (("--top-k", "1"), ("--top-p", "1e-9"), ("--beams", "1")):
        assert command(*ask, *one)[1] == greedy
    _, plain, _ = command(*ask)
    for all_of_it in (("--top-k", "1000"), ("--top-p", "1")):
        assert command(*ask, *all_of_it)[1] == plain
    assert command(*ask, "--top-p", "0.5")[1] != plain
    code, searched, _ = command(*ask, "--beams", "4")
    assert code == 0
    assert len(searched) == len(greedy)


@pytest.mark.parametrize(
    "text", ["Één crème brûlée, alsjeblieft!\n", "日本語の文。\n", "🐢 → 🐇\n"]
)
def test_any_script_can_be_learned_and_written(tmp_path, command, text):
    file = tmp_path / "text.txt"
    file.write_text(text * 30, encoding="utf-8")
    out = tmp_path / "out"
    train = ("train", "text", "--corpus", file, *TINY, "--steps", 2, "--out", out)
    assert command(*train)[0] == 0
    code, written, _ = command("generate", "--model", out, "--prompt", text[:3], "--length", 5)
    assert code == 0
    assert written.startswith(text[:3])
    assert set(written) <= set(text)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "binary.bin").write_bytes(b"\x89PNG\r\n\xff\x00")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "short.txt").write_text("too short")
    (tmp_path / "tales.txt").write_text(tales(np.random.default_rng(0), 1700))
    (tmp_path / "book_EN_grimms_fairy_tails.txt").write_text("not the brothers")
    return tmp_path


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--corpus", "{}/none.txt"], "none.txt"),
        (["--corpus", "{}"], "is a directory"),
        (["--corpus", "{}/binary.bin"], "binary.bin"),
        (["--corpus", "{}/empty.txt"], "empty.txt is empty"),
        (["--corpus", "{}/short.txt"], "short.txt has 9 characters, too few to hold out a tenth"),
        (
            ["--corpus", "{}/tales.txt"],
            "tales.txt has 1,700 characters, and 1,530 are left when the last 170, a tenth, are "
            "held out; --streams 32 x --window 48 need 1,537: give a longer text, a smaller",
        ),
        (["--corpus", "grimm"], "is not the file of 'grimm'"),
        (["--corpus", "shakespeare"], "shakespeare"),
        (["--cell", "elman"], ": --cell must be one of"),
        (["--hidden", "0"], ": --hidden must be at least 1, got 0"),
        (["--layers", "0"], ": --layers must be at least 1, got 0"),
        (["--minutes", "0"], ": --minutes must be positive, got 0"),
        (["--minutes", "nan"], ": --minutes must be finite, got nan"),
        (["--minutes", "1", "--steps", "1"], "give --steps or --minutes, not both"),
        (["--steps", "-3"], ": --steps must be at least 1, got -3"),
        (["--steps", "many"], "--steps must be a whole number, got many"),
        (["--dropout", "1"], ": --dropout must lie in"),
        (["--window", "0"], ": --window must be at least 1, got 0"),
        (["--learning-rate", "-1"], ": --learning-rate must be positive, got -1"),
        (["--seed", "-1"], ": --seed must be at least 0, got -1"),
        (["--steps", "1", "--out", "/dev/null/x"], "/dev/null"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(files, monkeypatch, refused, arguments, message):
    monkeypatch.setenv("RNNCOURSE_DATA", str(files))
    monkeypatch.setenv("XDG_CACHE_HOME", str(files / "cache"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    before = sorted(files.rglob("*"))
    out = () if "--out" in arguments else ("--out", files / "out")
    assert message in refused("train", "text", *(a.format(files) for a in arguments), *out)
    left = [path for path in sorted(files.rglob("*")) if "cache" not in path.parts]
    assert left == before


@pytest.mark.parametrize(
    "change, message",
    [
        ({"--model": "{}/none"}, "there is no checkpoint"),
        ({"--prompt": "Once ☃"}, "'☃'"),
        ({"--prompt": ""}, ": --prompt must hold at least one character"),
        ({"--length": "0"}, ": --length must be at least 1, got 0"),
        ({"--temperature": "-1"}, ": --temperature must be at least 0, got -1"),
        ({"--temperature": "nan"}, ": --temperature must be finite, got nan"),
        ({"--seed": "-1"}, ": --seed must be at least 0, got -1"),
        ({"--top-k": "0"}, ": --top-k must be at least 1, got 0"),
        ({"--top-k": "2.5"}, ": --top-k must be a whole number, got 2.5"),
        ({"--top-p": "0"}, ": --top-p must be positive, got 0"),
        ({"--top-p": "1.5"}, ": --top-p must lie in 0 … 1, got 1.5"),
        ({"--beams": "0"}, ": --beams must be at least 1, got 0"),
        (
            {"--beams": "3", "--top-k": "2", "--seed": "1"},
            ": --beams searches and draws nothing: leave out --top-k and --seed",
        ),
    ],
)
def test_a_mistake_in_writing_is_one_line(trained, tmp_path, refused, change, message):
    ask = {"--model": str(trained), "--prompt": "Once", "--length": "5"} | change
    words = (word.format(tmp_path) for pair in ask.items() for word in pair)
    assert message in refused("generate", *words)


def test_a_damaged_checkpoint_is_one_line(trained, tmp_path, refused):
    (tmp_path / "checkpoint.pt").write_bytes((trained / "checkpoint.pt").read_bytes()[:-100])
    corpus = trained.parent / "tales.txt"
    for ask in (
        ("generate", "--model", tmp_path, "--prompt", "Once"),
        ("train", "text", "--corpus", corpus, *TINY, "--out", tmp_path, "--steps", 9, "--resume"),
    ):
        assert "is not a whole checkpoint of rnncourse" in refused(*ask)
    assert not (tmp_path / "record.json").exists()


def test_another_text_is_another_run(trained, tmp_path, refused):
    (tmp_path / "tales.txt").write_text(tales(np.random.default_rng(1), 2000), encoding="utf-8")
    again = ("--steps", 60, "--out", trained, "--resume")
    error = refused("train", "text", "--corpus", tmp_path / "tales.txt", *TINY, *again)
    assert "is not the text that the run in" in error
    assert "give it again with --corpus" in refused("train", "text", "--out", trained, "--resume")


@pytest.mark.slow
@pytest.mark.parametrize("end, code", [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_stopped_run_resumes_to_the_same_record(trained, tmp_path, command, end, code):
    long = ("train", "text", "--corpus", trained.parent / "tales.txt", *TINY, "--steps", "200")
    process = start(*COMMAND, *long, "--out", tmp_path / "cut")
    wait_until((tmp_path / "cut" / "checkpoint.pt").exists)
    process.send_signal(end)
    process.communicate()
    assert process.returncode == code
    assert not (tmp_path / "cut" / "record.json").exists()
    assert command(*long, "--out", tmp_path / "cut", "--resume")[0] == 0
    assert command(*long, "--out", tmp_path / "whole")[0] == 0
    cut, whole = (
        json.loads((tmp_path / name / "record.json").read_text()) for name in ("cut", "whole")
    )
    assert cut | {"provenance": {}} == whole | {"provenance": {}}


def test_a_resumed_run_takes_what_is_left_out_from_the_run(trained, command):
    """Neither the units nor the length are typed again."""
    corpus = trained.parent / "tales.txt"
    where = ("--corpus", corpus, "--out", trained)
    before = json.loads((trained / "record.json").read_text())
    code, out, _ = command("train", "text", *where, "--resume")
    assert code == 0
    assert out.startswith("nothing was left to train: the run had its 30 updates")
    after = json.loads((trained / "record.json").read_text())
    assert after["config"]["hidden"] == 8
    assert after["summary"] == before["summary"]


def test_what_chose_the_weights_is_told_apart_from_what_judges_them(trained, command):
    corpus = trained.parent / "tales.txt"
    again = ("--steps", 30, "--out", trained, "--resume")
    _, out, _ = command("train", "text", "--corpus", corpus, *TINY, *again)
    summary = json.loads((trained / "record.json").read_text())["summary"]
    _, kept, train, whole, choosing, judging, _ = out.splitlines()
    assert kept == f"kept: the weights after step {summary['best_step']} of 30"
    for line, part in ((whole, "held_out"), (choosing, "choosing"), (judging, "judging")):
        assert f"{summary[f'{part}_loss']:.4f} nats" in line
    assert f"{summary['train_loss']:.4f} nats" in train
    curve = json.loads((trained / "record.json").read_text())["curve"]
    at = curve["step"].index(summary["best_step"])
    assert summary["train_loss"] == curve["loss"][at]
