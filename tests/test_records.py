"""Records are written whole and read with care."""

import hashlib
import json
import os
import re

import pytest

from rnncourse.records import Record, markdown_table, open_kept, require_place, write_whole


def record() -> Record:
    curve = {"step": [1, 2], "loss": [0.1, 1 / 3]}
    return Record("r", {"steps": 3}, 0, curve, {"accuracy": 1.0}, {"seconds": 2.0})


def test_a_record_comes_back_as_it_was(tmp_path):
    path = record().save(tmp_path / "new" / "record.json")
    assert Record.load(path) == record()
    assert json.loads(path.read_text())["format"] == 1


@pytest.mark.parametrize(
    "content, message",
    [
        (b"not json", "is not a record: it is not JSON"),
        (b"\xff\xfe", "is not a record: it is not JSON"),
        (b"[]", "is not a record of format 1"),
        (b'{"format": 99}', "is not a record of format 1"),
        (b'{"format": 1, "name": "r"}', "is not a whole record: it lacks config, seed, curve"),
    ],
)
def test_what_is_no_record_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "record.json"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        Record.load(path)
    assert str(path) in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "of, to",
    [('"accuracy": 1.0', '"accuracy": 1'), ("0.1", "0.2"), ('"steps": 3', '"steps": 4')],
)
def test_an_edited_record_is_refused(tmp_path, of, to):
    path = record().save(tmp_path / "record.json")
    assert of in path.read_text()
    path.write_text(path.read_text().replace(of, to))
    with pytest.raises(ValueError) as error:
        Record.load(path)
    assert str(error.value) == f"{path} was changed after it was written: its digest differs"


@pytest.mark.parametrize("name", ["config", "curve", "summary", "provenance", "name"])
def test_a_part_of_another_kind_is_refused_by_name(tmp_path, name):
    path = record().save(tmp_path / "record.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: [1]}))
    with pytest.raises(ValueError, match=f"is not a whole record: it lacks {name}"):
        Record.load(path)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe is not a regular file"):
        Record.load(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"Is a directory"):
        Record.load(tmp_path)


def test_a_place_that_is_no_file_is_refused_before_the_work(tmp_path):
    require_place(tmp_path / "new" / "file")
    record().save(tmp_path / "file")
    require_place(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    for wrong in ("", "pipe", "file/x", "x" * 300):
        with pytest.raises((OSError, ValueError), match=re.escape(str(tmp_path / wrong)[:50])):
            require_place(tmp_path / wrong)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = record().save(tmp_path / "record.json")
    before = path.read_bytes()

    def half(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as error:
        write_whole(path, half)
    assert error.value.filename == str(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_not_a_number_never_enters_a_record(tmp_path):
    broken = Record("r", {}, 0, summary={"loss": float("nan")})
    with pytest.raises(ValueError, match="JSON compliant"):
        broken.save(tmp_path / "record.json")
    assert not list(tmp_path.iterdir())


def test_a_table_sets_the_columns_flush_right_whose_heads_end_with_a_colon():
    table = markdown_table(["task", "length:"], ([name, 5] for name in ("a", "b")))
    assert table == "| task | length |\n|---|---:|\n| a | 5 |\n| b | 5 |"


def test_a_kept_file_is_read_as_it_was_written_or_not_at_all(tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"weights")
    kept = hashlib.sha256(b"weights").hexdigest()
    assert open_kept(path, kept).read() == b"weights"
    path.write_bytes(b"weighty")
    with pytest.raises(ValueError, match=r"weights\.npz was changed after it was written"):
        open_kept(path, kept)
