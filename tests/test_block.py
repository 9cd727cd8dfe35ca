"""Gates whose weights lie side by side: torch's kernel reads them without a copy."""

import copy

import numpy as np
import pytest
import torch

from rnncourse.cells import LSTMCell
from rnncourse.cells.block import block, lie_side_by_side
from rnncourse.sequence import run

X = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.fixture
def cell() -> LSTMCell:
    return LSTMCell(4, 6, rng=np.random.default_rng(1)).double()


def test_the_gates_of_a_cell_lie_side_by_side_in_every_precision(cell):
    for moved in (cell, cell.float(), cell.double()):
        assert all(lie_side_by_side(parts) for parts in moved.blocks())


def test_an_update_leaves_them_there(cell):
    run(cell, X, backend="torch")[0].sum().backward()
    torch.optim.Adam(cell.parameters()).step()
    cell.load_state_dict(copy.deepcopy(cell).state_dict())
    assert all(lie_side_by_side(parts) for parts in cell.blocks())


def test_a_block_copies_nothing_and_each_part_gets_its_own_gradient(cell):
    parts = cell.blocks()[1]
    whole = block(parts)
    assert whole.data_ptr() == parts[0].data_ptr()
    torch.testing.assert_close(whole, torch.cat(parts), rtol=0, atol=0)
    weight = torch.randn(whole.shape, dtype=whole.dtype)
    (whole * weight).sum().backward()
    torch.testing.assert_close(torch.cat([part.grad for part in parts]), weight, rtol=0, atol=0)


def test_parts_that_lie_apart_are_copied_to_the_same_numbers(cell):
    apart = copy.deepcopy(cell)
    assert not any(lie_side_by_side(parts) for parts in apart.blocks())
    for parts, others in zip(cell.blocks(), apart.blocks(), strict=True):
        torch.testing.assert_close(block(parts), block(others), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["W_ix", "W_oh", "b_g"])
def test_a_weight_changed_before_the_backward_pass_is_found_out(cell, name):
    h, _ = run(cell, X, backend="torch")
    with torch.no_grad():
        getattr(cell, name).mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        h.sum().backward()
