"""Whatever was done to a cell, `run` and SequenceModel do what a loop over the cell does, or refuse
by name."""

import copy
import pickle
import warnings
from contextlib import nullcontext
from functools import partial
from unittest.mock import patch

import numpy as np
import pytest
import torch
from small_cells import VARIANTS, make_cell
from torch._subclasses import FakeTensorMode
from torch.nn.modules import module as modules
from torch.nn.utils import parametrizations

from rnncourse.cells import CELLS, LSTMCell, PhasedLSTMCell, RNNCell, RNNState
from rnncourse.fused import buffers
from rnncourse.sequence import SequenceModel, run, unroll

B, T, D, N = 2, 6, 3, 5
each_cell = pytest.mark.parametrize("name", VARIANTS)


def louder(kind):
    """A subclass whose forward doubles h."""

    class Louder(kind):
        def forward(self, x, state, *t):
            h, state = super().forward(x, state, *t)
            return 2.0 * h, type(state)(2.0 * h, *state[1:])

    return Louder


def with_forward(cell):
    cell.__class__ = louder(type(cell))


def with_property(cell):
    """A subclass with a computed bias."""
    name = "b_i" if hasattr(cell, "b_i") else "b_h"
    value = cell._parameters.pop(name)
    cell.__class__ = type("Computed", (type(cell),), {name: property(lambda self: value + 0.5)})


def with_own_forward(cell):
    kind = type(cell)
    cell.forward = lambda *inputs: doubled(kind.forward(cell, *inputs))


def with_own_step(cell):
    kind = type(cell)
    cell.step = lambda *inputs: doubled(kind.step(cell, *inputs))


def doubled(output):
    h, state = output
    return 2.0 * h, type(state)(2.0 * h, *state[1:])


def a_matrix(cell):
    return next(name for name in ("W_hh", "W_ih", "W_hx") if hasattr(cell, name))


def with_forward_hook(cell):
    cell.register_forward_hook(lambda module, inputs, output: doubled(output))


def with_buffer(cell):
    name = a_matrix(cell)
    cell.register_buffer(name, cell._parameters.pop(name).detach())


def with_tensor(cell):
    name = a_matrix(cell)
    setattr(cell, name, cell._parameters.pop(name) * 2.0)


def without_parameters(cell):
    for name in [*cell._parameters]:
        cell.register_buffer(name, cell._parameters.pop(name).detach())


def with_one_bias(cell):
    name = "b_i" if hasattr(cell, "b_i") else "b_h"
    setattr(cell, name, torch.nn.Parameter(getattr(cell, name)[:1].detach().clone()))


CHANGES = {
    "forward overridden": with_forward,
    "a property": with_property,
    "forward of the instance": with_own_forward,
    "step of the instance": with_own_step,
    "parametrized": lambda cell: parametrizations.weight_norm(cell, a_matrix(cell)),
    "old weight norm": lambda cell: torch.nn.utils.weight_norm(cell, a_matrix(cell)),
    "forward hook": with_forward_hook,
    "a buffer": with_buffer,
    "a tensor": with_tensor,
    "buffers alone": without_parameters,
    "one bias for all": with_one_bias,
    "frozen": lambda cell: cell.requires_grad_(False),
}
old_weight_norm = pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")


def looped(cell, x, times):
    """The definition: the module, called at each step."""
    state, hs = cell.initial_state(len(x)), []
    for t in range(x.shape[1]):
        timed = (times[:, t],) if cell.timed else ()
        h, state = cell(x[:, t], state, *timed)
        hs.append(h)
    return torch.stack(hs, dim=1)


def inputs(cell, rng):
    times = torch.arange(1.0, T + 1, dtype=torch.float64).expand(B, T)
    x = torch.from_numpy(rng.normal(size=(B, T, D))).requires_grad_()
    return x, times if cell.timed else None


def gradient(h, x):
    return torch.autograd.grad(h.square().sum(), x)[0]


@old_weight_norm
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@each_cell
def test_a_changed_cell_is_what_it_does_step_by_step(name, change, rng):
    cell = make_cell(name, rng)
    change(cell)
    x, times = inputs(cell, rng)
    expected = looped(cell, x, times)
    for forward in (unroll, run, partial(run, backend="torch"), partial(run, backend="byhand")):
        try:
            h, _ = forward(cell, x, times=times)
        except ValueError as error:
            assert getattr(forward, "keywords", {}) == {"backend": "byhand"}
            assert "has no derivation for this" in str(error)
            continue
        torch.testing.assert_close(h, expected, rtol=0, atol=1e-12)
        torch.testing.assert_close(gradient(h, x), gradient(looped(cell, x, times), x))


@pytest.mark.parametrize("replaced", ["step", "forward", "gates"])
def test_a_class_that_was_changed_is_no_longer_the_one_that_was_derived(replaced, rng):
    cell = make_cell("lstm", rng)
    x, _ = inputs(cell, rng)
    before, original = run(cell, x)[0], getattr(LSTMCell, replaced)

    def smaller(self, *given):
        first, *rest = original(self, *given)
        return 0.5 * first, *rest

    with patch.object(LSTMCell, replaced, smaller):
        torch.testing.assert_close(run(cell, x)[0], looped(cell, x, None))
    assert torch.equal(run(cell, x)[0], before)


HOOKS = {
    "forward": (modules.register_module_forward_hook, "register_forward_hook"),
    "before forward": (modules.register_module_forward_pre_hook, "register_forward_pre_hook"),
    "backward": (modules.register_module_full_backward_hook, "register_full_backward_hook"),
    "before backward": (
        modules.register_module_full_backward_pre_hook,
        "register_full_backward_pre_hook",
    ),
}


@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_every_kind_of_hook_is_called_at_every_step(hook, everywhere, rng):
    cell, calls = make_cell("gru", rng), []
    x, _ = inputs(cell, rng)
    register = hook[0] if everywhere else getattr(cell, hook[1])
    handle = register(lambda module, *_: calls.append(module))
    try:
        run(cell, x)[0].sum().backward()
    finally:
        handle.remove()
    assert calls == [cell] * T


def test_old_spectral_norm_goes_on_with_its_iteration(rng):
    cell = make_cell("rnn", rng)
    torch.nn.utils.spectral_norm(cell, "W_hh")
    other = copy.deepcopy(cell)
    x, _ = inputs(cell, rng)
    torch.testing.assert_close(run(cell, x)[0], looped(other, x, None))


@each_cell
def test_a_copy_and_a_pickled_cell_are_the_cell(name, rng):
    cell = make_cell(name, rng)
    x, times = inputs(cell, rng)
    expected = run(cell, x, times=times, backend="byhand")[0]
    for other in (copy.deepcopy(cell), pickle.loads(pickle.dumps(cell))):
        assert torch.equal(run(other, x, times=times, backend="byhand")[0], expected)


@each_cell
def test_a_weight_of_another_kind_is_named(name, rng):
    cell = make_cell(name, rng)
    matrix = a_matrix(cell)
    setattr(cell, matrix, torch.nn.Parameter(getattr(cell, matrix).detach().float()))
    x, times = inputs(cell, rng)
    for forward in (run, unroll):
        with pytest.raises(ValueError, match=r"the cell's W_.* must have its dtype torch\.float"):
            forward(cell, x, times=times)


@each_cell
def test_functional_call_takes_the_weights_that_it_is_given(name, rng):
    kind, options = VARIANTS[name]
    first, second = (
        SequenceModel(kind, D, N, 2, rng=np.random.default_rng(seed), **options).double()
        for seed in (0, 1)
    )
    x = torch.from_numpy(rng.normal(size=(B, T, D)))
    weights = dict(second.named_parameters())
    called = torch.func.functional_call(first, weights, (x,))[0]
    torch.testing.assert_close(called, second(x)[0])
    found = torch.autograd.grad(called.sum(), [v for v in weights.values() if v.requires_grad])
    expected = torch.autograd.grad(
        second(x)[0].sum(), [v for v in weights.values() if v.requires_grad]
    )
    torch.testing.assert_close(found, expected)


@each_cell
def test_autocast_gives_values_and_gradients_of_its_own_precision_or_better(name, rng):
    cell = make_cell(name, rng).float()
    x, times = inputs(cell, rng)
    x = x.detach().float().requires_grad_()
    exact = run(cell, x, times=times)[0]
    with torch.autocast("cpu", torch.bfloat16):
        h = run(cell, x, times=times, backend="byhand")[0]
        slope = gradient(h, x)
    torch.testing.assert_close(h.float(), exact, rtol=0, atol=0.02)
    torch.testing.assert_close(slope, gradient(exact, x), rtol=0, atol=0.1)


@pytest.mark.parametrize("context", ["meta", "default meta", "default float64"])
@each_cell
def test_what_is_made_inside_a_context_stays_there(name, context, rng):
    """A first run under another default, and every later one is what it was."""
    cell = make_cell(name, rng).float()
    x, times = inputs(cell, rng)
    x = x.detach().float()
    lengths = torch.tensor([T, 2])
    expected = [run(cell, x, times=times, lengths=each)[0] for each in (None, lengths)]
    within = torch.device("meta") if context == "meta" else nullcontext()
    with within:
        if context == "default meta":
            torch.set_default_device("meta")
        if context == "default float64":
            torch.set_default_dtype(torch.float64)
        try:
            for backend in ("byhand", "torch"):
                for each in (None, lengths):
                    run(cell, x, times=times, lengths=each, backend=backend)
        finally:
            torch.set_default_device(None)
            torch.set_default_dtype(torch.float32)
    for each, before in zip((None, lengths), expected, strict=True):
        assert torch.equal(run(cell, x, times=times, lengths=each)[0], before)


@each_cell
def test_a_compiled_model_is_the_model(name, rng):
    kind, options = VARIANTS[name]
    model = SequenceModel(kind, D, N, 2, rng=rng, **options).eval()
    x = torch.from_numpy(rng.standard_normal((B, 2, D), dtype=np.float32))
    torch.compiler.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the compiler's own
        found = torch.compile(model, backend="eager")(x)[0]
        with pytest.raises(RuntimeError, match=r"torch\.jit\.trace cannot follow a cell"):
            torch.jit.trace(model, (x,))
    torch.testing.assert_close(found, model(x)[0])


def test_a_faked_tensor_is_not_kept_as_memory():
    buffers.POOL.clear()
    with FakeTensorMode():
        memory = buffers.acquire(buffers.Memory, torch.zeros(1), buffers.LARGE)
    buffers.release(memory)
    assert not buffers.POOL


def test_a_mapped_input_is_refused_by_name(rng):
    cell, x = RNNCell(D, N, rng=rng), torch.zeros(4, B, T, D)
    for forward in (run, unroll):
        with pytest.raises(ValueError, match=r"x must not be mapped by torch\.vmap"):
            torch.func.vmap(lambda one, forward=forward: forward(cell, one)[0])(x)


def test_a_model_may_mix_cells_with_and_without_a_clock(rng):
    model = SequenceModel("lstm", D, N, 2, num_layers=2, rng=rng).double()
    model.cells[1] = PhasedLSTMCell(N, N, rng=rng).double()
    x, times = torch.zeros(B, T, D, dtype=torch.float64), torch.rand(B, T, dtype=torch.float64)
    times = times.cumsum(dim=1)
    h = unroll(model.cells[1], unroll(model.cells[0], x)[0], times=times)[0]
    torch.testing.assert_close(model(x, times=times)[0], h @ model.W_ph.T + model.b_p)


class Own(torch.nn.Module):
    """A cell of a user's own whose forward is for something else."""

    State, d, n = RNNState, D, N

    def __init__(self):
        super().__init__()
        self.read = torch.nn.Linear(D + N, N)

    def initial_state(self, batch_size):
        return RNNState(h=torch.zeros(batch_size, N))

    def step(self, x, state):
        h = torch.tanh(self.read(torch.cat([x, state.h], dim=1)))
        return h, RNNState(h=h)

    def forward(self, x):
        return run(self, x)[0][:, -1]


def test_a_cell_of_a_users_own_runs_by_its_step():
    cell, x = Own(), torch.randn(B, T, D)
    assert torch.equal(cell(x), unroll(cell, x)[0][:, -1])


def test_all_cells_are_tried_here():
    assert {kind for kind, _ in VARIANTS.values()} == set(CELLS)
