"""The fast path has the values and the gradients of the unrolled cell, however it is used."""

import gc
from functools import partial
from unittest.mock import patch

import numpy as np
import pytest
import torch
from cases import arrays, each_cell_case
from small_cells import VARIANTS, cell_of, make_cell, make_state
from torch.utils.checkpoint import checkpoint

from rnncourse.cells import CELLS, LSTMCell, RNNCell, RNNState, to_torch
from rnncourse.fused import BYHAND, buffers, faster_backend
from rnncourse.sequence import run, unroll

D, N = 3, 5
BACKENDS = ("auto", "byhand", "torch")
FAST = [name for name, (kind, _) in VARIANTS.items() if CELLS[kind] in BYHAND]
each_variant = pytest.mark.parametrize("name", FAST)
# the minGRU's scan takes no memory from the pool, and has gradients of every order
each_loop = pytest.mark.parametrize("name", [name for name in FAST if name != "mingru"])


def leaves(cell, *tensors):
    return [value for value in [*cell.parameters(), *tensors] if value.requires_grad]


def weigh(h, state, rng):
    """A loss that reads every state at every step, and the carried state too."""
    total = (h * torch.from_numpy(rng.normal(size=h.shape)).to(h)).sum()
    for value in state:
        total = total + (value * torch.from_numpy(rng.normal(size=value.shape)).to(h)).sum()
    return total


def values_and_gradients(forward, cell, x, state, times=None, **options):
    h, end = forward(cell, x, state, times, **options)
    loss = weigh(h, end, np.random.default_rng(1))
    inputs = leaves(cell, x, *state)
    return h, end, torch.autograd.grad(loss, inputs, allow_unused=True, materialize_grads=True)


def assert_same(left, right, atol=1e-12):
    torch.testing.assert_close(left, right, rtol=0, atol=atol)


def random_times(rng, B, T):
    return torch.from_numpy(np.cumsum(rng.uniform(0, 3, (B, T)), axis=1))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("B", "T"), [(B, T) for B in (1, 3) for T in (1, 2, 17)])
@each_variant
def test_the_fast_path_is_the_unrolled_cell(name, B, T, backend, rng):
    cell = make_cell(name, rng)
    x = torch.from_numpy(rng.normal(size=(B, T, D))).requires_grad_()
    state = type(make_state(cell, rng))(*(v.requires_grad_() for v in make_state(cell, rng, B)))
    for times in [None, random_times(rng, B, T)][: 1 + cell.timed]:
        slow = values_and_gradients(unroll, cell, x, state, times)
        assert_same(values_and_gradients(run, cell, x, state, times, backend=backend), slow)


@pytest.mark.parametrize("d", [D, 40])
@pytest.mark.parametrize("backend", BACKENDS)
@each_variant
def test_whole_numbers_are_one_hot_rows_in_values_and_gradients(name, backend, d, rng):
    cell = make_cell(name, rng, d=d)
    x, state = torch.from_numpy(rng.integers(0, d, (3, 7))), make_state(cell, rng, 3)
    rows = torch.eye(d, dtype=torch.float64)[x]
    slow = values_and_gradients(unroll, cell, rows, state)
    for kind in (torch.int64, torch.int32, torch.uint8):
        assert_same(values_and_gradients(run, cell, x.to(kind), state, backend=backend), slow)


@pytest.mark.parametrize("used", ["only the last score", "only the carried state"])
@each_variant
def test_a_loss_may_read_a_part_of_the_output(name, used, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 6, D)))
    grads = []
    for forward in (run, unroll):
        h, state = forward(cell, x)
        loss = h[:, -1].sum() if used == "only the last score" else sum(v.sum() for v in state)
        grads.append(torch.autograd.grad(loss, leaves(cell)))
    assert_same(*grads)


@pytest.mark.parametrize("backend", BACKENDS)
@each_variant
def test_numerical_differences_agree_with_the_fast_path(name, backend, rng):
    cell = make_cell(name, rng, n=3)
    x = torch.from_numpy(rng.normal(size=(2, 3, D))).requires_grad_()
    state = [v.requires_grad_() for v in make_state(cell, rng, 2)]
    names = list(dict(cell.named_parameters()))

    def forward(x, *tensors):
        start = cell.State(*tensors[: len(state)])
        weights = dict(zip(names, tensors[len(state) :], strict=True))
        with patch.dict(cell._parameters, weights):
            h, end = run(cell, x, start, backend=backend)
        return h, *end

    inputs = [v.detach().clone().requires_grad_() for v in cell.parameters()]
    assert torch.autograd.gradcheck(forward, (x, *state, *inputs))


@each_cell_case
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_fast_path_reproduces_the_exact_cases(case, backend):
    cell, x, state, times = cell_of(case)
    for value in state:
        value.requires_grad_()
    h, _ = run(cell, x, state, times, backend=backend)
    inputs, expected = arrays(case["inputs"]), arrays(case["expected"])
    W_ph, b_p = (torch.from_numpy(inputs["params"][key]) for key in ("W_ph", "b_p"))
    y = torch.from_numpy(inputs["y"])
    last = slice(-1, None) if case["loss_mode"] == "last" else slice(None)
    loss = torch.nn.functional.cross_entropy((h[0] @ W_ph.T + b_p)[last], y[last])
    loss.backward()
    np.testing.assert_allclose(loss.item(), expected["loss"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(h[0].detach(), expected["h"], rtol=0, atol=1e-12)
    found = {key: value.grad for key, value in cell.named_parameters() if value.requires_grad}
    found |= {
        f"{key}0": value.grad[0] for key, value in state._asdict().items() if value.grad is not None
    }
    for key in found.keys() & expected["grad"].keys():
        np.testing.assert_allclose(found[key], expected["grad"][key], rtol=0, atol=1e-12)


@pytest.mark.parametrize("backend", ["byhand", "torch"])
@pytest.mark.parametrize("name, order", [("rnn", "h"), ("lstm", "ifgo")])
def test_rnn_and_lstm_are_those_of_torch(name, order, backend, rng):
    cell = make_cell(name, rng)
    layer = to_torch(cell)
    x = torch.from_numpy(rng.normal(size=(3, 17, D)))
    h, _ = run(cell, x, backend=backend)
    expected, _ = layer(x)
    assert_same(h, expected)
    target = torch.from_numpy(rng.normal(size=h.shape))
    (h * target).sum().backward()
    (expected * target).sum().backward()
    weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0)
    for part, weight in zip(("W_{}x", "W_{}h", "b_{}"), weights, strict=True):
        found = torch.cat([getattr(cell, part.format(q)).grad for q in order])
        assert_same(found, weight.grad)


@pytest.mark.parametrize("backend", BACKENDS)
@each_variant
def test_float32_agrees_to_its_own_rounding(name, backend, rng):
    cell = make_cell(name, rng).float()
    x, state = torch.from_numpy(rng.normal(size=(3, 17, D))).float(), None
    h, end = run(cell, x, state, backend=backend)
    assert h.dtype == end.h.dtype == torch.float32
    torch.testing.assert_close(h, unroll(cell, x)[0], rtol=0, atol=2e-6)


@each_variant
def test_a_retained_graph_gives_the_same_gradient_twice(name, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 9, D)))
    loss = run(cell, x, backend="byhand")[0].square().sum()
    first = torch.autograd.grad(loss, leaves(cell), retain_graph=True)
    run(cell, x + 1.0, backend="byhand")[0].sum().backward()  # another graph in between
    second = torch.autograd.grad(loss, leaves(cell))
    assert_same(first, second, atol=0)
    with pytest.raises(RuntimeError, match="second time"):
        torch.autograd.grad(loss, leaves(cell))


@each_variant
def test_several_graphs_alive_do_not_disturb_each_other(name, rng):
    cell = make_cell(name, rng)
    xs = [torch.from_numpy(rng.normal(size=(2, 9, D))) for _ in range(4)]
    alone = [torch.autograd.grad(run(cell, x, backend="byhand")[0].sum(), leaves(cell)) for x in xs]
    losses = [run(cell, x, backend="byhand")[0].sum() for x in xs]
    together = [torch.autograd.grad(loss, leaves(cell)) for loss in reversed(losses)]
    assert_same(together[::-1], alone, atol=0)


@pytest.mark.parametrize("backend", BACKENDS)
@each_variant
def test_a_state_carried_without_detaching_is_one_long_sequence(name, backend, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 9, D)))
    times = random_times(rng, 2, 9) if cell.timed else None
    whole, _ = unroll(cell, x, None, times)
    expected = torch.autograd.grad(whole.square().sum(), leaves(cell))
    state, hs = None, []
    for chunk in (slice(0, 4), slice(4, 5), slice(5, 9)):
        part = times[:, chunk] if cell.timed else None
        h, state = run(cell, x[:, chunk], state, part, backend=backend)
        hs.append(h)
    assert_same(torch.cat(hs, dim=1), whole)
    found = torch.autograd.grad(sum(h.square().sum() for h in hs), leaves(cell))
    assert_same(found, expected)


@pytest.fixture
def every_size_is_kept(monkeypatch):
    monkeypatch.setattr(buffers, "LARGE", 0)
    gc.collect()  # what earlier tests left comes back first
    buffers.POOL.clear()
    yield
    buffers.POOL.clear()


@each_loop
def test_memory_is_lent_until_its_graph_is_freed(name, every_size_is_kept, monkeypatch, rng):
    cell, x = make_cell(name, rng), torch.zeros(4, 30, D, dtype=torch.float64)
    h, _ = run(cell, x, backend="byhand")
    gc.collect()
    assert not buffers.POOL  # the graph holds all of it
    h.sum().backward()
    first = set(buffers.POOL)
    assert first  # h itself is still in use
    run(cell, x, backend="byhand")[0].sum().backward()
    del h
    several = set(buffers.POOL)
    assert first <= several
    monkeypatch.setattr(buffers.Memory, "__init__", None)  # nothing new is needed
    for _ in range(3):
        run(cell, x, backend="byhand")[0].sum().backward()
    assert set(buffers.POOL) == several
    h, state = run(cell, x, backend="byhand")
    del h, state  # a graph that is dropped gives its memory back too
    assert set(buffers.POOL) == several


@each_variant
def test_used_memory_gives_what_fresh_memory_gives(name, every_size_is_kept, rng):
    """Two layers, several sequences and states in one pool, graphs freed in any order."""
    first, second = make_cell(name, rng), make_cell(name, rng, d=N)
    cells = torch.nn.ModuleList([first, second])

    def gradients(forward, x, state, times):
        h, end = forward(first, x, state, times)
        h, _ = forward(second, h, None, times)
        loss = h.square().sum() + sum(value.sum() for value in end)
        return torch.autograd.grad(loss, leaves(cells), allow_unused=True)

    for _ in range(4):
        x = torch.from_numpy(rng.normal(size=(3, 6, D)))
        times = random_times(rng, 3, 6) if first.timed else None
        for state in (None, make_state(first, rng, 3)):
            fast = gradients(partial(run, backend="byhand"), x, state, times)
            assert_same(fast, gradients(unroll, x, state, times))


@each_variant
def test_hooks_on_what_a_graph_saves_may_hand_back_other_tensors(name, every_size_is_kept, rng):
    """Checkpoints throw it away and compute it again; offloading copies it."""
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 6, D)))
    expected = torch.autograd.grad(unroll(cell, x)[0].square().sum(), leaves(cell))

    def checkpointed():
        return checkpoint(lambda: run(cell, x, backend="byhand")[0], use_reentrant=False)

    def offloaded():
        with torch.autograd.graph.saved_tensors_hooks(torch.clone, torch.clone):
            return run(cell, x, backend="byhand")[0]

    for forward in (checkpointed, offloaded):
        h = forward()
        run(cell, x + 1.0, backend="byhand")  # takes the memory, if it came back
        assert_same(torch.autograd.grad(h.square().sum(), leaves(cell)), expected)


def test_the_pool_stays_small(every_size_is_kept):
    like = torch.zeros(1)
    lent = [buffers.acquire(buffers.Memory, like, size).lend() for size in range(1, 60)]
    del lent
    assert len(buffers.POOL) == buffers.MOST
    most = buffers.MOST_BYTES // like.element_size()
    lent = [buffers.acquire(buffers.Memory, like, 1, most).lend() for _ in range(2)]
    del lent
    assert [memory.all.nbytes for memory in buffers.POOL.values()] == [buffers.MOST_BYTES]


def test_small_and_very_long_memory_is_not_kept(rng):
    buffers.POOL.clear()
    for B, T in ((2, 6), (1, buffers.LONG)):
        run(RNNCell(D, N, rng=rng), torch.zeros(B, T, D), backend="byhand")
    assert not buffers.POOL


@pytest.mark.parametrize(
    "keep", [lambda h: h.detach(), lambda h: h.detach().numpy(), lambda h: h.detach()[0, :1].T]
)
def test_what_is_kept_of_a_large_result_is_not_written_again(keep, rng):
    """However little is kept: its memory is lent out again only after it is gone."""
    cell, x = RNNCell(D, 64, rng=rng), torch.zeros(32, 20, D)
    assert x.element_size() * 32 * 20 * 64 >= buffers.LARGE
    buffers.POOL.clear()
    kept = keep(run(cell, x, backend="byhand")[0])
    before = torch.as_tensor(kept).clone()
    for _ in range(3):
        run(cell, x + 1.0, backend="byhand")[0].sum().backward()
    assert torch.equal(torch.as_tensor(kept), before)
    count = len(buffers.POOL)
    del kept
    assert len(buffers.POOL) == count + 1


def test_writing_into_a_result_is_refused_by_torch(rng):
    """A graph whose memory was overwritten raises; it is never silently wrong."""
    cell, x = LSTMCell(D, N, rng=rng), torch.zeros(2, 6, D)
    h, _ = run(cell, x, backend="byhand")
    h.detach().zero_()
    with pytest.raises(RuntimeError, match="modified"):
        h.sum().backward()


def test_changing_weights_before_the_backward_pass_is_refused(rng):
    cell, x = RNNCell(D, N, rng=rng), torch.zeros(2, 6, D)
    h, _ = run(cell, x, backend="byhand")
    with torch.no_grad():
        cell.W_hh.add_(1.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        h.sum().backward()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@each_variant
def test_without_gradients_the_values_are_the_same(name, mode, every_size_is_kept, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 9, D)))
    with mode():
        run(cell, x, backend="byhand")  # its memory serves the training below
    expected, end = run(cell, x, backend="byhand")
    for backend in BACKENDS:
        with mode():
            h, found = run(cell, x, backend=backend)
        assert not h.requires_grad
        assert_same((h, *found), (expected.detach(), *(v.detach() for v in end)))
    run(cell, x, backend="byhand")[0].sum().backward()  # training goes on after inference


@each_variant
def test_frozen_weights_get_no_gradient(name, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 4, D)))
    first, *rest = cell.parameters()
    for value in rest:
        value.requires_grad_(False)
    run(cell, x, backend="byhand")[0].sum().backward()
    expected = torch.autograd.grad(unroll(cell, x)[0].sum(), first)
    assert_same(first.grad, *expected)
    assert all(value.grad is None for value in rest)


def test_an_unknown_backend_is_named(rng):
    with pytest.raises(ValueError, match="backend must be one of auto, byhand, torch; got 'fast'"):
        run(RNNCell(D, N, rng=rng), torch.zeros(2, 3, D), backend="fast")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("backend", BACKENDS)
@each_variant
def test_a_gpu_gives_the_same(name, backend, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(3, 17, D)))
    state = make_state(cell, rng, 3)
    slow = values_and_gradients(unroll, cell, x, state)
    there = cell.State(*(value.cuda() for value in state))
    fast = values_and_gradients(run, cell.cuda(), x.cuda(), there, backend=backend)
    assert_same(tuple(v.cpu() for v in fast[2]), tuple(slow[2]))
    with pytest.raises(ValueError, match="x must be on the cell's device cuda"):
        run(cell, x)


@pytest.mark.parametrize(
    ("kind", "n", "B", "threads", "faster"),
    [
        (LSTMCell, 128, 32, 1, "byhand"),
        (LSTMCell, 128, 31, 1, "torch"),  # few sequences a product
        (LSTMCell, 512, 64, 1, "byhand"),
        (LSTMCell, 512, 63, 1, "torch"),  # and a large matrix
        (LSTMCell, 128, 64, 2, "torch"),
        (RNNCell, 128, 1, 2, "byhand"),
    ],
)
def test_the_faster_backend_is_taken(kind, n, B, threads, faster, monkeypatch, rng):
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    cell, x = kind(D, n, rng=rng), torch.from_numpy(rng.integers(0, D, (B, 3)))
    assert faster_backend(cell, x.T) == faster
    assert faster_backend(kind(D, n, rng=rng).double(), x.T) == "byhand"  # oneDNN has no float64
    taken, other = (run(cell, x, backend=name)[0] for name in ("auto", "byhand"))
    torch.testing.assert_close(taken, other, rtol=0, atol=2e-6)


class Elman(torch.nn.Module):
    """A cell of a user's own, with nothing but what ``unroll`` asks for."""

    State = RNNState

    def __init__(self, d, n, rng):
        super().__init__()
        self.d, self.n = d, n
        self.read = torch.nn.Linear(d + n, n, dtype=torch.float64)

    def initial_state(self, batch_size):
        return RNNState(h=torch.zeros(batch_size, self.n, dtype=torch.float64))

    def step(self, x, state):
        h = torch.tanh(self.read(torch.cat([x, state.h], dim=1)))
        return h, RNNState(h=h)


class Coupled(LSTMCell):
    """An LSTM that forgets as much as it writes."""

    def step(self, x, state):
        g, i, _, o = self.gates(x, state.h)
        c = g * i + state.c * (1 - i)
        h = torch.tanh(c) * o
        return h, self.State(h=h, c=c)


def normalized(name, rng):
    cell = make_cell(name, rng)
    torch.nn.utils.parametrizations.weight_norm(cell, "W_hh" if name == "gru" else "W_ih")
    return cell


def shifted_state(module, inputs):
    x, state, *times = inputs
    return x, type(state)(*(value.roll(1, dims=1) for value in state)), *times


def with_hook(name, rng):
    cell = make_cell(name, rng)
    cell.register_forward_pre_hook(shifted_state)
    return cell


UNROLLED = {
    **{name: partial(make_cell, name) for name in VARIANTS.keys() - FAST},
    "of a user": partial(Elman, D, N),
    "subclass": lambda rng: Coupled(D, N, rng=rng).double(),
    "parametrized lstm": partial(normalized, "lstm"),
    "parametrized gru": partial(normalized, "gru"),
    "hooked lstm": partial(with_hook, "lstm"),
    "hooked phased": partial(with_hook, "phased-neil"),
}


@pytest.mark.parametrize("make", UNROLLED.values(), ids=UNROLLED)
def test_a_cell_without_a_fast_path_is_unrolled(make, rng):
    cell = make(rng)
    x = torch.from_numpy(rng.normal(size=(2, 6, D))).requires_grad_()
    state = make_state(cell, rng)
    for backend in ("auto", "torch"):
        own = values_and_gradients(run, cell, x, state, backend=backend)
        assert_same(own, values_and_gradients(unroll, cell, x, state))
    named = f"no derivation for this {type(cell).__name__}, only for RNNCell, LSTMCell"
    with pytest.raises(ValueError, match=named):
        run(cell, x, state, backend="byhand")


def test_a_parametrized_cell_learns_its_own_tensors(rng):
    """The gradient of g in W = g v / |v| by central differences."""
    cell, x = normalized("lstm", rng), torch.from_numpy(rng.normal(size=(2, 6, D)))
    size = cell.parametrizations.W_ih.original0

    def loss():
        return run(cell, x)[0].square().sum()

    loss().backward()
    with torch.no_grad():
        size[0] += 1e-5
        above = loss()
        size[0] -= 2e-5
        below = loss()
    assert size.grad[0].item() == pytest.approx((above - below).item() / 2e-5, rel=1e-7)


def test_a_hook_is_called_at_every_step(rng):
    cell, steps = make_cell("rnn", rng), []
    cell.register_forward_hook(lambda module, inputs, output: steps.append(output[0]))
    h, _ = run(cell, torch.from_numpy(rng.normal(size=(2, 6, D))))
    torch.testing.assert_close(torch.stack(steps, dim=1), h)
