"""A padded batch with its lengths is every sequence alone: values, states and gradients."""

from functools import partial

import numpy as np
import pytest
import torch
from bad_input import bad_input
from small_cells import VARIANTS, make_cell, make_state
from torch.nn.utils.rnn import pad_sequence

from rnncourse.cells import CELLS
from rnncourse.fused import BYHAND
from rnncourse.sequence import SequenceModel, run, unroll

D, N, K, B, T = 3, 5, 4, 5, 7
LENGTHS = torch.tensor([3, 7, 1, 4, 7])
PADDING = torch.arange(T) >= LENGTHS[:, None]  # (B, T)
WAYS = {
    "unroll": unroll,
    **{backend: partial(run, backend=backend) for backend in ("auto", "byhand", "torch")},
}
KINDS = [
    (name, way)
    for name, (kind, _) in VARIANTS.items()
    for way in WAYS
    if way != "byhand" or CELLS[kind] in BYHAND
]
MODELS = [(kind, layers, both) for kind in CELLS for layers in (1, 2) for both in (False, True)]
each_kind = pytest.mark.parametrize(("name", "way"), KINDS)
each_model = pytest.mark.parametrize(("kind", "layers", "both"), MODELS)


def make_times(rng):
    return torch.from_numpy(np.cumsum(rng.uniform(0.1, 3, (B, T)), axis=1))


def make_model(kind, rng, layers=1, both=False, **options):
    options |= {"learn": ("tau", "s", "r_on")} if kind == "phased" else {}
    model = SequenceModel(
        kind, D, N, K, num_layers=layers, bidirectional=both, rng=rng, **options
    ).double()
    with torch.no_grad():
        for key, value in model.named_parameters():
            if key.split(".")[-1] not in ("tau", "s", "r_on"):
                value.copy_(torch.from_numpy(rng.uniform(-0.8, 0.8, value.shape)))
    return model


def pad(xs, value=0.0):
    return pad_sequence([*xs], batch_first=True, padding_value=value)


def alone(x, times=None):
    """Each sequence by itself, a batch of one: its number, x and times."""
    for b, length in enumerate(LENGTHS):
        yield b, x[b : b + 1, :length], None if times is None else times[b : b + 1, :length]


def joined(states, axis=0):
    return type(states[0])(*(torch.cat(values, dim=axis) for values in zip(*states, strict=True)))


def weights(rng, like):
    return torch.from_numpy(rng.normal(size=like.shape)).to(like)


def weigh(h, state):
    """A loss that reads every step of every sequence, padding too, and the states at the ends."""
    rng = np.random.default_rng(1)
    return sum((value * weights(rng, value)).sum() for value in (h, *state))


def gradients(loss, *inputs):
    return torch.autograd.grad(loss, inputs, allow_unused=True, materialize_grads=True)


def assert_same(left, right, atol=1e-12):
    torch.testing.assert_close(left, right, rtol=0, atol=atol)


def hold(h, length):
    """Steps of a sequence alone, then its last one again as a constant; (1, T, …)."""
    return torch.cat([h, h[:, -1:].detach().expand(-1, T - length, -1)], dim=1)


def leaf(value):
    return value.detach().clone().requires_grad_()


@pytest.mark.parametrize(
    ("name", "way", "timed"),
    [
        (*kind, timed)
        for kind in KINDS
        for timed in (False, True)
        if not timed or "phased" in kind[0]
    ],
)
def test_a_cell_over_a_padded_batch_is_each_sequence_alone(name, way, timed, rng):
    cell, forward = make_cell(name, rng), WAYS[way]
    x = leaf(torch.from_numpy(rng.normal(size=(B, T, D))))
    state = cell.State(*map(leaf, make_state(cell, rng, B)))
    times = make_times(rng) if timed else None
    inputs = [*cell.parameters(), x, *state]
    h, end = forward(cell, x, state, times, lengths=LENGTHS)
    hs, ends = [], []
    for b, x_b, times_b in alone(x, times):
        part, end_b = forward(cell, x_b, cell.State(*(v[b : b + 1] for v in state)), times_b)
        hs.append(hold(part, LENGTHS[b]))
        ends.append(end_b)
    expected = torch.cat(hs), joined(ends)
    assert_same((h, end), expected)
    assert_same(gradients(weigh(h, end), *inputs), gradients(weigh(*expected), *inputs))


@pytest.mark.parametrize("part", ["h", "state"])
@each_kind
def test_a_loss_may_read_the_steps_or_the_ends_alone(name, way, part, rng):
    cell, forward = make_cell(name, rng), WAYS[way]
    x = leaf(torch.from_numpy(rng.normal(size=(B, T, D))))
    found, expected = [], []
    for into, way in ((found, forward), (expected, unroll)):
        h, state = way(cell, x, lengths=LENGTHS)
        into += gradients(weigh(h, ()) if part == "h" else weigh(h[:0], state), x)
    assert_same(found, expected)
    assert not found[0][PADDING].any()


@each_kind
def test_whole_numbers_are_padded_with_any_of_them(name, way, rng):
    cell, forward = make_cell(name, rng), WAYS[way]
    x = torch.from_numpy(rng.integers(0, D, (B, T)))
    h, end = forward(cell, x, lengths=LENGTHS)
    loss = gradients(weigh(h, end), *cell.parameters())
    rows, end_rows = unroll(cell, torch.eye(D, dtype=torch.float64)[x], lengths=LENGTHS)
    assert_same((h, end), (rows, end_rows))
    assert_same(loss, gradients(weigh(rows, end_rows), *cell.parameters()))
    other, end_other = forward(cell, x.masked_fill(PADDING, D - 1), lengths=LENGTHS)
    assert torch.equal(h, other) and all(map(torch.equal, end, end_other))


@each_kind
def test_what_stands_in_the_padding_changes_nothing(name, way, rng):
    cell, forward = make_cell(name, rng), WAYS[way]
    x = torch.from_numpy(rng.normal(size=(B, T, D)))
    times = make_times(rng) if cell.timed else None
    results = []
    for value, time in ((0.0, 0.0), (-1e300, torch.inf)):
        x = leaf(x.masked_fill(PADDING[..., None], value))
        clock = None if times is None else times.masked_fill(PADDING, min(time, 1e300))
        h, end = forward(cell, x, None, clock, lengths=LENGTHS)
        results.append((h, *end, *gradients(weigh(h, end), x, *cell.parameters())))
    assert all(map(torch.equal, *results))


@pytest.mark.parametrize("precision", [torch.float32, torch.float64])
@each_kind
def test_full_lengths_are_no_lengths(name, way, precision, rng):
    cell, forward = make_cell(name, rng).to(precision), WAYS[way]
    x = leaf(torch.from_numpy(rng.normal(size=(B, T, D))).to(precision))
    results = []
    for lengths in (None, torch.full((B,), T, dtype=torch.uint8)):
        h, end = forward(cell, x, lengths=lengths)
        results.append((h, *end, *gradients(weigh(h, end), x, *cell.parameters())))
    assert all(map(torch.equal, *results))


@each_kind
def test_float32_keeps_c_exactly(name, way, rng):
    """However long the padding is, the state is that of the shorter batch."""
    cell, forward = make_cell(name, rng).float(), WAYS[way]
    x = torch.from_numpy(rng.normal(size=(B, T, D))).float()
    _, short = forward(cell, x, lengths=LENGTHS)
    longer = torch.cat([x, x.repeat(1, 9, 1)], dim=1)
    _, end = forward(cell, longer, lengths=LENGTHS)
    torch.testing.assert_close(end, short, rtol=0, atol=1e-6)


@each_model
def test_a_model_over_a_padded_batch_is_each_sequence_alone(kind, layers, both, rng):
    model = make_model(kind, rng, layers, both)
    x = leaf(torch.from_numpy(rng.normal(size=(B, T, D))))
    times = make_times(rng) if kind == "phased" else None
    p, end = model(x, None, times, LENGTHS)
    ps, ends = [], []
    for b, x_b, times_b in alone(x, times):
        part, end_b = model(x_b, None, times_b)
        ps.append(part if both else hold(part, LENGTHS[b]))
        ends.append(end_b)
    expected = torch.cat(ps), joined(ends, axis=end.h.dim() - 2)
    assert_same((p, end), expected)
    inputs = [x, *model.parameters()]
    assert_same(gradients(weigh(p, end), *inputs), gradients(weigh(*expected), *inputs))


@pytest.mark.parametrize("both", [False, True])
def test_without_times_each_clock_counts_its_own_steps(both, rng):
    model = make_model("phased", rng, both=both)
    x = torch.from_numpy(rng.normal(size=(B, T, D)))
    p, _ = model(x, lengths=LENGTHS)
    for b, x_b, _ in alone(x):
        assert_same(p[b] if both else p[b, : LENGTHS[b]], model(x_b)[0][0])


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", CELLS)
def test_a_state_goes_on_from_its_own_end(kind, layers, rng):
    model = make_model(kind, rng, layers)
    x = torch.from_numpy(rng.normal(size=(B, T, D)))
    times = make_times(rng) if kind == "phased" else None
    _, whole = model(x, None, times, LENGTHS)
    first = (LENGTHS + 1) // 2
    _, state = model(x, None, times, first)
    long = LENGTHS > 1
    rest = pad(x_b[0, first[b] :] for b, x_b, _ in alone(x) if long[b])
    clock = None
    if times is not None:
        clock = pad(t_b[0, first[b] :] for b, _, t_b in alone(x, times) if long[b])
    state = type(state)(*(value[..., long, :] for value in state))
    _, end = model(rest, state, clock, (LENGTHS - first)[long])
    assert_same(end, type(whole)(*(value[..., long, :] for value in whole)))


def test_dropout_draws_as_without_lengths_and_hides_no_step(rng):
    model = make_model("gru", rng, layers=2, dropout=0.5)
    x, saved = torch.from_numpy(rng.normal(size=(B, T, D))), model.dropout.get_extra_state()
    whole, _ = model(x)
    model.dropout.set_extra_state(saved)
    p, _ = model(x, lengths=LENGTHS)
    assert_same(p[~PADDING], whole[~PADDING])


@pytest.mark.parametrize("name", VARIANTS)
def test_an_unrolled_batch_has_gradients_of_gradients(name, rng):
    cell, lengths = make_cell(name, rng, n=2), torch.tensor([2, 3])

    def forward(x):
        h, state = unroll(cell, x, lengths=lengths)
        return h, *state

    x = leaf(torch.from_numpy(rng.normal(size=(2, 3, D))))
    assert torch.autograd.gradgradcheck(forward, x)


@bad_input(
    ([3, 2, 7], "lengths must be a torch tensor, got list"),
    (np.array([3, 2, 7]), "lengths must be a torch tensor, got ndarray"),
    (7, "lengths must be a torch tensor, got int"),
    (torch.tensor([3, 2]), "lengths must have shape (3,), got (2,)"),
    (torch.tensor(3), "lengths must have shape (3,), got ()"),
    (torch.tensor([[3, 2, 7]]), "lengths must have shape (3,), got (1, 3)"),
    (torch.tensor([3.0, 2.0, 7.0]), "lengths must hold whole numbers, got torch.float32"),
    (torch.tensor([True, True, True]), "lengths must hold whole numbers, got torch.bool"),
    (torch.tensor([3, 0, 7]), "lengths must lie in 1 … 7, got 0"),
    (torch.tensor([3, -2, 7]), "lengths must lie in 1 … 7, got -2"),
    (torch.tensor([3, 8, 7]), "lengths must lie in 1 … 7, got 8"),
    (
        torch.tensor([3, 2, 7], device="meta"),
        "lengths must be on the cell's device cpu, got meta",
    ),
)
def test_bad_lengths_are_named(lengths, rng):
    x, said = torch.from_numpy(rng.normal(size=(3, T, D))), set()
    cell = make_cell("gru", rng)
    for forward in (partial(unroll, cell), partial(run, cell), make_model("gru", rng)):
        with pytest.raises(ValueError) as refused:
            forward(x, lengths=lengths)
        said.add(str(refused.value))
    raise ValueError(*said)


@bad_input(
    (torch.nan, 1.0, "x must be finite, got nan at (0, 1, 0)"),
    (0.0, torch.nan, "times must be finite, got nan at (0, 1)"),
)
def test_the_padding_is_finite(value, time, rng):
    x = pad([torch.ones(1, D).double(), torch.ones(2, D).double()], value)
    times = pad([torch.ones(1).double(), torch.ones(2).double()], time)
    unroll(make_cell("phased-neil", rng), x, None, times, lengths=torch.tensor([1, 2]))


def test_times_within_a_sequence_must_not_go_back(rng):
    times = torch.tensor([[1.0, 0.5, 2.0], [1.0, 0.0, 0.0]], dtype=torch.float64)
    with pytest.raises(ValueError, match=r"times must not go back, got 0\.5 after 1\.0"):
        unroll(
            make_cell("phased-neil", rng),
            torch.zeros(2, 3, D).double(),
            None,
            times,
            lengths=torch.tensor([2, 1]),
        )
