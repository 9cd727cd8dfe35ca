"""Records are written whole and read with care."""

import json

import pytest

from rnncourse.records import Record, markdown_table, write_whole


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


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = record().save(tmp_path / "record.json")
    before = path.read_bytes()

    def half(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, half)
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
