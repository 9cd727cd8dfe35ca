"""The stored samples of a network in training: what the record holds, and how it is made."""

from rnncourse.chapters.character_rnn import growing


def test_the_record_has_a_sample_for_each_stop_and_each_temperature():
    told = growing.recorded().summary
    names = [f"after_{stop}" for stop in growing.STOPS]
    names += [f"temperature_{temperature}" for temperature in growing.TEMPERATURES]
    assert list(told) == names
    assert {len(sample) for sample in told.values()} == {growing.LENGTH}
    assert told[names[-3]] == told[f"after_{growing.STOPS[-1]}"]  # temperature 0.5, the last stop


def test_training_again_writes_a_record_of_the_same_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(growing, "CORPUS", "tales")
    monkeypatch.setattr(growing, "STOPS", (0, 30))
    record = growing.store(tmp_path)
    assert record.curve["step"] == [30]
    assert growing.train().summary == record.summary
    assert (tmp_path / "growing.json").exists()
    assert record.summary["after_0"] != record.summary["after_30"]


def test_a_fresh_network_knows_no_space_and_a_trained_one_does():
    told = growing.recorded().summary
    assert told["after_0"].count(" ") < 20 < told["after_100000"].count(" ")
