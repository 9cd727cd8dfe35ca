"""Small networks that the repository keeps: they come back as they were written."""

import numpy as np
import pytest
import torch

from rnncourse.experiments.kept import keep, put_weights, read_kept, weights_of
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel


def small(seed: int) -> SequenceModel:
    return SequenceModel("lstm", 3, 4, 2, rng=np.random.default_rng(seed))


def test_a_kept_network_comes_back(tmp_path):
    kept = keep(tmp_path, "net", weights_of(small(0)), Record("run", {}, 0))
    assert Record.load(tmp_path / "net.json") == kept
    model = small(1)
    put_weights(model, read_kept(tmp_path, "net"))
    x = torch.ones(1, 5, 3)
    assert torch.equal(model(x)[0], small(0)(x)[0])


def test_a_network_of_another_run_is_refused(tmp_path):
    for name, seed in (("one", 0), ("two", 1)):
        keep(tmp_path, name, weights_of(small(seed)), Record("run", {}, seed))
    (tmp_path / "one.npz").write_bytes((tmp_path / "two.npz").read_bytes())
    with pytest.raises(ValueError, match=r"one\.npz was changed after it was written"):
        read_kept(tmp_path, "one")
