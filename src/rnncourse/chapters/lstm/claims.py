"""Claims of chapter 08: the LSTM."""

from functools import partial

import numpy as np

from rnncourse.analysis.agreement import automatic_error, fresh_network
from rnncourse.byhand import lstm
from rnncourse.byhand.examples import small_lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.lstm import forward, loss_and_gradients, memory_jacobian, state_gradients
from rnncourse.byhand.steps import at
from rnncourse.chapters.lstm.cases import (
    COUNTS,
    LETTERS,
    SLIPS,
    at_rest,
    bend_of_sigmoid,
    bend_of_tanh,
    bends_until,
    bias_of_two_gates,
    by_hand_error,
    kept_after_30,
    loss_onward,
    loss_with_step_biases,
    memory_lives,
    memory_nudged,
    model_tensors,
    sigmoid_candidate,
    step_gradients,
    tensors,
    torch_tensors,
)
from rnncourse.claims.registry import claim

DIFFERENCES = "central differences"
COUNTED = "the worked example, relative error of what the row names, else of the gradient"
SIZES = ((10, 128), (1, 128), (2, 3), (5, 7))


@claim("lstm-equals-torch", shows=("eq-lstm-sums", "eq-lstm"), tolerance=1e-12, how="torch.nn.LSTM")
def same_states_as_torch() -> float:
    """With its gates stacked as i, f, g, o and a second bias of zero, torch.nn.LSTM agrees."""
    import torch

    params, x, _, h0, c0 = small_lstm()
    net = torch.nn.LSTM(3, 4, dtype=torch.float64)
    stacked = [np.concatenate([params[f"W_{q}{s}"] for q in "ifgo"]) for s in "xh"]
    bias = np.concatenate([params[f"b_{q}"] for q in "ifgo"])
    with torch.no_grad():
        for leaf, value in zip(net.parameters(), (*stacked, bias, 0.0 * bias), strict=True):
            leaf.copy_(torch.from_numpy(value))
        h, _ = net(torch.from_numpy(x), tuple(torch.from_numpy(s)[None] for s in (h0, c0)))
    return relative_error(forward(params, x, h0=h0, c0=c0)[1].h, h.numpy())


@claim(
    "lstm-dL-states", shows="eq-grad-lstm-states", tolerance=1e-9, how=DIFFERENCES, source="U18-1.5"
)
def state_recursion() -> float:
    r"""The recursion gives $\delta_h$ and $\delta_c$: nudge one state, and all the rest follows."""
    params, x, y, h0, c0 = small_lstm(scale=0.5)
    dhs, dcs = state_gradients(params, x, y, "sum", h0=h0, c0=c0)
    _, cache = forward(params, x, h0=h0, c0=c0)
    errors = []
    for t in range(len(x)):
        s, onward = at(cache, t), (params, x[t:], y[t:])
        by_h = precise_gradient(lambda s=s, onward=onward: loss_onward(*onward, s.h, s.c), s.h)
        by_c = precise_gradient(  # h of the same step follows c
            lambda s=s, onward=onward: loss_onward(*onward, np.tanh(s.c) * s.o, s.c), s.c
        )
        errors += [relative_error(dhs[t], by_h), relative_error(dcs[t], by_c)]
    return max(errors)


@claim(
    "lstm-dL-gates", shows="eq-grad-lstm-gates", tolerance=1e-9, how=DIFFERENCES, source="U18-1.5"
)
def gate_gradients() -> float:
    r"""The four $\delta_{a_q}^{(t)}$: nudge the sum inside one gate at one step."""
    params, x, y, h0, c0 = small_lstm(T=3, n=3)
    biases = {q: np.zeros((3, 3)) for q in LETTERS}
    by_hand = step_gradients(params, x, y, h0, c0)
    return max(
        relative_error(
            by_hand[q],
            precise_gradient(
                lambda: loss_with_step_biases(params, x, y, h0, c0, biases), biases[q]
            ),
        )
        for q in LETTERS
    )


@claim(
    "lstm-dL-weights",
    shows="eq-grad-lstm-weights",
    tolerance=1e-9,
    how=DIFFERENCES,
    source="U18-1.5",
)
def weight_gradients() -> float:
    """Summed over time, the twelve outer products and sums are the gradients of the cell."""
    return by_hand_error(lstm.SHAPES)


@claim("lstm-dL-start", shows="eq-grad-lstm-start", tolerance=1e-9, how=DIFFERENCES)
def start_gradients() -> float:
    """The gradients by the first state $h^{(0)}$ and by the first memory $c^{(0)}$."""
    return by_hand_error(("h0", "c0"))


@claim("lstm-autograd", tolerance=1e-12, how="automatic differentiation (torch)", source="U18-1.6")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    params, x, y, _, _ = small_lstm()
    grads = loss_and_gradients(params, x, y, "mean")[1]
    return automatic_error("lstm", params, x, y, grads)


@claim("lstm-direct-path", shows="eq-lstm-direct", tolerance=1e-9, how=DIFFERENCES)
def direct_path() -> float:
    r"""With $h^{(t-1)}$ held fixed, the memory passes a nudge on by $\mathrm{diag}(f^{(t)})$."""
    params, x, _, h0, c0 = small_lstm(T=2)
    f = forward(params, x, h0=h0, c0=c0)[1].f[1]
    return relative_error(np.diag(f), memory_nudged(follow=False))


@claim("lstm-all-paths", shows="eq-lstm-jacobian", tolerance=1e-9, how=DIFFERENCES)
def all_paths() -> float:
    """The derivative in full has a second term, the way through $h^{(t-1)}$ and g, i and f."""
    params, x, _, h0, c0 = small_lstm(T=2)
    cache = forward(params, x, h0=h0, c0=c0)[1]
    full = memory_jacobian(params, at(cache, 0), at(cache, 1))
    return relative_error(full, memory_nudged(follow=True))


@claim(
    "lstm-other-paths",
    tolerance=1e-4,
    states=0.3209,
    how="10 untrained LSTMs of 32 units, forget bias 1: the median over networks and steps",
    source="D-1.2",
)
def share_of_the_other_paths() -> float:
    r"""What $\partial c^{(t)}/\partial c^{(t-1)}$ has beside the direct path: norm over norm."""
    shares = []
    for seed in range(10):
        params, x, _ = fresh_network("lstm", seed, T=20)
        cache = forward(params, x)[1]
        for t in range(1, 20):
            full = memory_jacobian(params, at(cache, t - 1), at(cache, t))
            rest = full - np.diag(cache.f[t])
            shares.append(np.linalg.norm(rest) / np.linalg.norm(full))
    return float(np.median(shares))


REST = "one unit at rest, all other weights zero, central differences"


LIVES = "5 untrained LSTMs of 32 units, 30 steps, forget bias 1: the median"


@claim("lstm-life-all-paths", tolerance=1e-4, states=0.1635, how=LIVES, source="W32")
def arrives_on_all_paths() -> float:
    r"""What is left of $\partial\mathcal L/\partial c^{(30)}$ at $c^{(1)}$, by all paths."""
    return float(np.median(memory_lives(1.0)[0][:, 0]))


@claim("lstm-life-direct-path", tolerance=1e-7, states=1.306e-4, how=LIVES, source="W32")
def arrives_on_the_direct_path() -> float:
    r"""What is left of it at $c^{(1)}$ by the direct path alone."""
    return float(np.median(memory_lives(1.0)[1][:, 0]))


@claim("lstm-explodes", tolerance=1e-2, states=57.67, how=REST)
def gradient_explodes() -> float:
    r"""With $W_{gh} = 4$ ten steps multiply a nudge of the memory by $1.5^{10}$."""
    return at_rest(4.0, steps=10)


@claim("lstm-paths-cancel", tolerance=1e-9, how=REST)
def paths_cancel() -> float:
    """With $W_{gh} = -2$ the other path takes away all that the direct path keeps."""
    return at_rest(-2.0, steps=1)


@claim("sigmoid-candidate", tolerance=1e-15, how="10 random LSTMs, 100 steps", source="W19")
def sigmoid_candidate_only_adds() -> float:
    """With a sigmoid as candidate no memory that starts at zero is ever negative."""
    lowest = 0.0
    for seed in range(10):
        params, x, _, _, _ = small_lstm(seed, T=100)
        lowest = min(lowest, sigmoid_candidate(params, x, np.zeros(4), np.zeros(4)).min())
    return -lowest


@claim("forget-gate-erases", tolerance=1e-15, how="tanh and sigmoid candidate", source="W19")
def forget_gate_erases() -> float:
    """With $f = 0$ the old memory is gone, whatever function the candidate has."""
    params, x, _, h0, c0 = small_lstm(T=1)
    params["b_f"][:] = -100.0
    by_tanh = [forward(params, x, h0=h0, c0=sign * c0)[1].c for sign in (1.0, -1.0)]
    by_sigmoid = [sigmoid_candidate(params, x, h0, sign * c0) for sign in (1.0, -1.0)]
    return float(max(np.abs(a - b).max() for a, b in (by_tanh, by_sigmoid)))


@claim("bend-of-sigmoid", tolerance=1e-15, how="1001 points from -10 to 10", source="W18")
def second_derivatives() -> float:
    r"""$\sigma''(x) = \tanh''(x/2)/8$: the sigmoid's second derivative lasts twice as far."""
    x = np.linspace(-10.0, 10.0, 1001)
    return float(np.abs(bend_of_sigmoid(x) - bend_of_tanh(0.5 * x) / 8.0).max())


@claim("bend-of-tanh-fades", tolerance=1e-3, states=2.302, how="a grid of 0.0001", source="W18")
def reach_of_the_bend() -> float:
    r"""Beyond this point $\tanh''$ is below a tenth of its largest size."""
    return bends_until(bend_of_tanh)


@claim("tanh-slope-at-3", tolerance=1e-6, states=0.009866, how=DIFFERENCES, source="W20")
def slope_at_three() -> float:
    """Where a unit is saturated, the slope of tanh takes nearly all of the gradient."""
    return float(precise_gradient(lambda: np.tanh(point), point := np.array(3.0)))


@claim("memory-counts", tolerance=1e-12, how="gates held open, 100 steps", source="R2-12")
def memory_counts() -> float:
    r"""The memory is not bounded by the tanh: with $f = i = g = 1$ it counts, $c^{(t)} = t$."""
    params, _, _, _, _ = small_lstm()
    params |= {f"b_{q}": np.full(4, 100.0) for q in "gif"}
    return float(np.abs(forward(params, np.zeros((100, 3)))[1].c[-1] - 100.0).max())


@claim("cell-counts", tolerance=0.5, how="tensors of the cells in four sizes", source="U18-1.5b")
def counts_are_the_tensors() -> float:
    """The formulas count the entries of the actual tensors."""
    return max(
        abs(formula(*size) - tensors(name, *size))
        for name, (_, formula) in COUNTS.items()
        for size in SIZES
    )


@claim("torch-counts", tolerance=0.5, how="tensors of torch.nn in four sizes", source="W9")
def torch_counts_more() -> float:
    """torch.nn holds $n$, $4n$ and $3n$ parameters more for RNN, LSTM and GRU: a second bias."""
    more = {"rnn": 1, "lstm": 4, "gru": 3}
    return max(
        abs(torch_tensors(name, *size) - COUNTS[name][1](*size) - gates * size[1])
        for name, gates in more.items()
        for size in SIZES
    )


@claim("one-bias-two-gates", tolerance=1e-9, how=DIFFERENCES, source="W35")
def shared_bias() -> float:
    """If one bias serves two gates, its gradient is the sum of the two."""
    return bias_of_two_gates()


@claim("lstm-model-count", tolerance=0.5, states=72458, how="tensors", source="W7, W8")
def model_count() -> float:
    """An LSTM with 10 inputs, 128 units and 10 classes, output layer and its bias included."""
    return model_tensors("lstm", d=10, n=128, K=10)


def register(id: str, measure, statement: str, **about) -> None:
    """The same claim again with other numbers: one for each row of a table."""
    measure.__doc__, measure.__module__ = statement, __name__
    claim(id, **about)(measure)


KEPT = "30 steps of a cell whose other weights are zero"
for _bias, _states, _tolerance in ((0, 9.313e-10, 1e-13), (1, 8.290e-5, 1e-8), (2, 0.0222, 1e-5)):
    register(
        f"forget-bias-{_bias}",
        partial(kept_after_30, _bias),
        rf"With forget bias {_bias} the direct path keeps $\sigma({_bias})^{{30}}$.",
        states=_states,
        tolerance=_tolerance,
        how=KEPT,
        source="W32, R1-21",
    )
for _id, (_states, _source, _statement, _measure) in SLIPS.items():
    register(_id, _measure, _statement, states=_states, tolerance=1e-4, how=COUNTED, source=_source)
