"""The benchmark's rows; their values are a matter of the machine."""

import pytest
import torch

from rnncourse import bench

TINY = bench.Shape(B=2, n=4, d=3, T=3, layers=2)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setitem(bench.SHAPES, "text", TINY)
    monkeypatch.setattr(bench, "matmul_peak", lambda clock: 1e9)


@pytest.mark.parametrize("cell_name", bench.CELLS)
def test_rows_name_the_variants_and_compare_with_torch(cell_name):
    rows = {row.variant: row for row in bench.compare(cell_name, "text", rounds=3)}
    reference = "torch.nn" if cell_name in bench.LAYERS else "plain"
    assert set(rows) == set(bench.VARIANTS) - ({"torch.nn"} if reference == "plain" else set())
    assert rows[reference].ratio == 1.0
    assert all(row.milliseconds > 0 and row.peak_share > 0 for row in rows.values())


def test_the_number_of_threads_is_put_back():
    before = torch.get_num_threads()
    bench.compare("rnn", "text", threads=before + 1, rounds=1)
    assert torch.get_num_threads() == before


def test_variants_compute_the_same_thing():
    """The same seed gives all variants of ours the same network, and so the same gradients."""
    grads = []
    for variant in ("byhand", "auto", "plain"):
        step = bench.training_step(variant, "lstm", TINY)
        step()
        grads.append([value.grad for value in step.args[0].parameters()])
    torch.testing.assert_close(grads[0], grads[2])
    torch.testing.assert_close(grads[1], grads[2])


def test_operations_are_those_of_the_products():
    """One layer: G_t = W h, W' G_t and G_t h', each B n² times 2 for every gate and step."""
    shape = bench.Shape(B=5, n=7, d=3, T=11, layers=1)
    assert bench.operations("gru", shape) == 3 * (2 * 5 * 7 * 7) * 3 * 11


def test_unknown_names_are_listed():
    with pytest.raises(ValueError, match="shape_name must be one of palindrome-10"):
        bench.compare("rnn", "huge")
    with pytest.raises(ValueError, match="cell_name must be one of gru"):
        bench.compare("elman", "text")
