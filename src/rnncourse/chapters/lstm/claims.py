"""Claims on the LSTM."""

from functools import partial

import numpy as np

from rnncourse.analysis.agreement import automatic_error, fresh_network
from rnncourse.byhand import cross_entropy, lstm
from rnncourse.byhand.examples import course_lstm, one_unit, small_lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.lstm import forward, loss_and_gradients, memory_jacobian, state_gradients
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import at
from rnncourse.chapters.lstm.by_pencil import (
    PENCIL,
    C,
    H,
    X,
    keep_note,
    note_left,
    pencil_step,
    vanilla_unit,
)
from rnncourse.chapters.lstm.cases import (
    COUNTS,
    bend_of_sigmoid,
    bend_of_tanh,
    bends_until,
    memory_lives,
    sigmoid_candidate,
    tensors,
    torch_tensors,
)
from rnncourse.chapters.lstm.exercises import forget_bias
from rnncourse.chapters.lstm.mistakes import wrong_walk
from rnncourse.chapters.lstm.networks import LETTERS, gate_rows, gates_of, walk_back
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

DIFFERENCES = "central differences"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES)
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


NOTE = "the same noise with two notes: how far apart the states are, step 27 over step 5"
ON_PAPER = "the step on paper: one unit, c = 1, h = 0.5, x = 1"


def belt_of_the_pencil() -> float:
    """∂h/∂c_prev of the step on paper by central differences; the old state is held fixed."""
    c = C.copy()
    return float(precise_gradient(lambda: lstm.step(PENCIL, X, H, c).h[0], c)[0])


claim_rows(
    {
        "note-kept: An LSTM unit with shut gates keeps a note through 22 steps of noise.": Row(
            lambda: note_left(lambda x: keep_note(x).c[:, 0]), 0.993, how=NOTE
        ),
        "note-lost: A vanilla unit that reads the same numbers does not.": Row(
            lambda: note_left(vanilla_unit), 2.352e-5, how=NOTE
        ),
        "pencil-memory: What is kept and what is written make the new memory.": Row(
            lambda: float(pencil_step().c[0]), 0.5, 1e-12
        ),
        "pencil-state: The output gate shows a part of it.": Row(
            lambda: float(pencil_step().h[0]), 0.338
        ),
        "pencil-belt: A nudge of the old memory moves the new state by this much.": Row(
            belt_of_the_pencil, 0.506, how=ON_PAPER + ", central differences"
        ),
    },
    how=ON_PAPER,
)


def loss_from(params, x, y, h0, c0, reduction="last") -> float:
    return loss_and_dp(forward(params, x, h0=h0, c0=c0)[0], y, reduction)[0]


def loss_onward(params, x, y, h, c) -> float:
    """The summed losses of a step that shows h, y[0] its class, and of all steps after it."""
    own = float(cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[:1])[0])
    return own + (loss_from(params, x[1:], y[1:], h, c, "sum") if len(x) > 1 else 0.0)


@by_differences("lstm-dL-states", shows="eq-grad-lstm-states", source="U18-1.5")
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
    return largest_of(errors)


def loss_with_step_biases(params, x, y, h, c, biases: dict) -> float:
    """The last loss when every step adds a bias of its own, ``biases[q]`` (T, n), to its gates."""
    for t, x_t in enumerate(x):
        own = params | {f"b_{q}": params[f"b_{q}"] + biases[q][t] for q in LETTERS}
        step = lstm.step(own, x_t, h, c)
        h, c = step.h, step.c
    return float(cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[-1:])[0])


@by_differences("lstm-dL-gates", shows="eq-grad-lstm-gates", source="U18-1.5")
def gate_gradients() -> float:
    r"""The four $\delta_{a_q}^{(t)}$: nudge the sum inside one gate at one step."""
    params, x, y, h0, c0 = small_lstm(T=3, n=3)
    biases = {q: np.zeros((3, 3)) for q in LETTERS}
    dh, dc = state_gradients(params, x, y, h0=h0, c0=c0)
    by_hand = gate_rows(dh, dc, *gates_of(forward(params, x, h0=h0, c0=c0)[1]))
    loss = partial(loss_with_step_biases, params, x, y, h0, c0, biases)
    pairs = zip(by_hand, biases.values(), strict=True)
    return largest_of(relative_error(rows, precise_gradient(loss, bias)) for rows, bias in pairs)


def by_hand_error(names) -> float:
    """Hand-derived against numerical gradients of these arrays, the worst of the reductions."""
    params, x, y, h0, c0 = small_lstm(T=3, d=2, n=2)
    arrays, errors = {"h0": h0, "c0": c0, **params}, []
    for reduction in ("last", "mean", "sum"):
        grads = loss_and_gradients(params, x, y, reduction, h0=h0, c0=c0)[1]
        for name in names:
            expected = precise_gradient(
                lambda r=reduction: loss_from(params, x, y, h0, c0, r), arrays[name]
            )
            errors.append(relative_error(grads[name], expected))
    return largest_of(errors)


@by_differences("lstm-dL-weights", shows="eq-grad-lstm-weights", source="U18-1.5")
def weight_gradients() -> float:
    """Summed over time, the twelve outer products and sums are the gradients of the cell."""
    return by_hand_error(lstm.SHAPES)


@by_differences("lstm-dL-start", shows="eq-grad-lstm-start")
def start_gradients() -> float:
    """The gradients by the first state $h^{(0)}$ and by the first memory $c^{(0)}$."""
    return by_hand_error(("h0", "c0"))


@claim("lstm-autograd", tolerance=1e-12, how="automatic differentiation (torch)", source="U18-1.6")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    params, x, y, _, _ = small_lstm()
    grads = loss_and_gradients(params, x, y, "mean")[1]
    return automatic_error("lstm", params, x, y, grads)


def memory_nudged(follow: bool) -> np.ndarray:
    """∂c_2/∂c_1 by differences, where h_1 follows c_1 or is held fixed."""
    params, x, _, h0, c0 = small_lstm(T=2)
    s = at(forward(params, x, h0=h0, c0=c0)[1], 0)

    def memory(j):
        return lstm.step(params, x[1], np.tanh(s.c) * s.o if follow else s.h, s.c).c[j]

    return np.array([precise_gradient(lambda j=j: memory(j), s.c) for j in range(len(s.c))])


@by_differences("lstm-direct-path", shows="eq-lstm-direct")
def direct_path() -> float:
    r"""With $h^{(t-1)}$ held fixed, the memory passes a nudge on by $\mathrm{diag}(f^{(t)})$."""
    params, x, _, h0, c0 = small_lstm(T=2)
    f = forward(params, x, h0=h0, c0=c0)[1].f[1]
    return relative_error(np.diag(f), memory_nudged(follow=False))


@by_differences("lstm-all-paths", shows="eq-lstm-jacobian")
def all_paths() -> float:
    """The derivative in full has a second term, the way through $h^{(t-1)}$ and g, i and f."""
    params, x, _, h0, c0 = small_lstm(T=2)
    cache = forward(params, x, h0=h0, c0=c0)[1]
    full = memory_jacobian(params, at(cache, 0), at(cache, 1))
    return relative_error(full, memory_nudged(follow=True))


FRESH = "10 untrained LSTMs of 32 units, forget bias 1: the median over networks and steps"


@claim("lstm-other-paths", states=0.3209, how=FRESH, source="D-1.2")
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


LIVES = "5 untrained LSTMs of 32 units, 30 steps, forget bias 1: the median"


@claim("lstm-life-all-paths", states=0.1635, how=LIVES, source="W32")
def arrives_on_all_paths() -> float:
    r"""What is left of $\partial\mathcal L/\partial c^{(30)}$ at $c^{(1)}$, by all paths."""
    return float(np.median(memory_lives(1.0)[0][:, 0]))


@claim("lstm-life-direct-path", states=1.306e-4, how=LIVES, source="W32")
def arrives_on_the_direct_path() -> float:
    r"""What is left of it at $c^{(1)}$ by the direct path alone."""
    return float(np.median(memory_lives(1.0)[1][:, 0]))


REST = "one unit at rest, all other weights zero, central differences"


def at_rest(W_gh: float, steps: int) -> float:
    """How a nudge of c grows in one unit at rest, whose only weight is W_gh; h follows c."""
    params, start = one_unit(W_gh=W_gh), np.zeros(1)

    def last() -> float:
        shown = 0.5 * np.tanh(start)  # the output gate is open by half
        return lstm.unroll(params, np.zeros((steps, 1)), shown, start).c[-1, 0]

    return float(precise_gradient(last, start)[0])


@claim("lstm-explodes", shows="eq-lstm-rest", tolerance=1e-2, states=57.67, how=REST)
def gradient_explodes() -> float:
    r"""With $W_{gh} = 4$ ten steps multiply a nudge of the memory by $1.5^{10}$."""
    return at_rest(4.0, steps=10)


@claim("lstm-paths-cancel", tolerance=1e-9, how=REST, absolute="the right value is 0")
def paths_cancel() -> float:
    """With $W_{gh} = -2$ the other path takes away all that the direct path keeps."""
    return at_rest(-2.0, steps=1)


@claim(
    "sigmoid-candidate",
    tolerance=1e-15,
    how="10 random LSTMs, 100 steps",
    source="W19",
    absolute="memories",
)
def sigmoid_candidate_only_adds() -> float:
    """With a sigmoid as candidate no memory that starts at zero is ever negative."""
    lowest = 0.0
    for seed in range(10):
        params, x, _, _, _ = small_lstm(seed, T=100)
        lowest = min(lowest, sigmoid_candidate(params, x, np.zeros(4), np.zeros(4)).min())
    return -lowest


@claim(
    "forget-gate-erases",
    tolerance=1e-15,
    how="tanh and sigmoid candidate",
    source="W19",
    absolute="memories",
)
def forget_gate_erases() -> float:
    """With $f = 0$ the old memory is gone, whatever function the candidate has."""
    params, x, _, h0, c0 = small_lstm(T=1)
    params["b_f"][:] = -100.0
    by_tanh = [forward(params, x, h0=h0, c0=sign * c0)[1].c for sign in (1.0, -1.0)]
    by_sigmoid = [sigmoid_candidate(params, x, h0, sign * c0) for sign in (1.0, -1.0)]
    params["b_f"][:] = 100.0  # and with f = 1 both are kept
    kept = [forward(params, x, h0=h0, c0=sign * c0)[1].c for sign in (1.0, -1.0)]
    if not np.allclose(kept[0] - kept[1], 2.0 * c0):
        return np.inf
    return float(largest_of(np.abs(a - b).max() for a, b in (by_tanh, by_sigmoid)))


@claim(
    "bend-of-sigmoid",
    shows="eq-lstm-bend",
    tolerance=1e-15,
    how="1001 points from -10 to 10",
    source="W18",
    absolute="second derivatives",
)
def second_derivatives() -> float:
    r"""$\sigma''(x) = \tanh''(x/2)/8$: the sigmoid's second derivative lasts twice as far."""
    x = np.linspace(-10.0, 10.0, 1001)
    return float(np.abs(bend_of_sigmoid(x) - bend_of_tanh(0.5 * x) / 8.0).max())


@claim("bend-of-tanh-fades", states=2.302, how="a grid of 0.0001", source="W18")
def reach_of_the_bend() -> float:
    r"""Beyond this point $\tanh''$ is below a tenth of its largest size."""
    return bends_until(bend_of_tanh)


@claim("tanh-slope-at-3", states=0.009866, how=DIFFERENCES, source="W20")
def slope_at_three() -> float:
    """Where a unit is saturated, the slope of tanh takes nearly all of the gradient."""
    return float(precise_gradient(lambda: np.tanh(point), point := np.array(3.0)))


@claim("memory-counts", tolerance=1e-12, how="gates held open, 100 steps", source="R2-12")
def memory_counts() -> float:
    r"""The memory is not bounded by the tanh: with $f = i = g = 1$ it counts, $c^{(t)} = t$."""
    params, _, _, _, _ = small_lstm()
    params |= {f"b_{q}": np.full(4, 100.0) for q in "gif"}
    return float(np.abs(forward(params, np.zeros((100, 3)))[1].c[-1] / 100.0 - 1.0).max())


@claim("cell-counts", tolerance=0.5, how="tensors of the cells in four sizes", source="U18-1.5b")
def counts_are_the_tensors() -> float:
    """The formulas count the entries of the actual tensors."""
    return largest_of(
        abs(formula(*size) - tensors(name, *size))
        for name, (_, _, formula) in COUNTS.items()
        for size in SIZES
    )


@claim("torch-counts", tolerance=0.5, how="tensors of torch.nn in four sizes", source="W9")
def torch_counts_more() -> float:
    """torch.nn holds $n$, $4n$ and $3n$ parameters more for RNN, LSTM and GRU: a second bias."""
    more = {"rnn": 1, "lstm": 4, "gru": 3}
    return largest_of(
        abs(torch_tensors(name, *size) - COUNTS[name][2](*size) - gates * size[1])
        for name, gates in more.items()
        for size in SIZES
    )


@by_differences("one-bias-two-gates", source="W35")
def shared_bias() -> float:
    """If one bias serves two gates, its gradient is the sum of the two."""
    params, x, y, h0, c0 = small_lstm()
    params["b_f"] = params["b_i"] = shared = params["b_i"].copy()
    expected = precise_gradient(lambda: loss_from(params, x, y, h0, c0), shared)
    grads = loss_and_gradients(params, x, y, h0=h0, c0=c0)[1]
    return relative_error(grads["b_i"] + grads["b_f"], expected)


@claim("lstm-model-count", states=72458, how="tensors", source="W7, W8")
def model_count() -> float:
    """An LSTM with 10 inputs, 128 units and 10 classes, output layer and its bias included."""
    from rnncourse.sequence import SequenceModel

    model = SequenceModel("lstm", d=10, n=128, K=10, rng=np.random.default_rng(0))
    return sum(parameter.numel() for parameter in model.parameters())


def kept_after_30(forget_bias: float) -> float:
    """What is left of c = 1 after 30 steps of a cell whose other weights are zero."""
    params = one_unit(b_f=forget_bias)
    return float(forward(params, np.zeros((30, 1)), c0=np.ones(1))[1].c[-1, 0])


def kept(id: str, bias: int, states: float, tolerance: float | None = None) -> dict[str, Row]:
    statement = rf"With forget bias {bias} the direct path keeps $\sigma({bias})^{{30}}$."
    return {f"{id}: {statement}": Row(partial(kept_after_30, bias), states, tolerance)}


claim_rows(
    kept("forget-bias-0", 0, 9.313e-10),
    kept("forget-bias-1", 1, 8.290e-5, 1e-8),
    kept("forget-bias-2", 2, 0.0222, 1e-5),
    how="30 steps of a cell whose other weights are zero",
    source="W32, R1-21",
)


def half_lives() -> float:
    """The cell with the bias of the formula, run for T steps, keeps half of its memory."""
    lengths = (1, 10, 30, 100)
    cells = [(one_unit(b_f=forget_bias(T, 0.5)), np.zeros((T, 1))) for T in lengths]
    kept = [forward(params, x, c0=np.ones(1))[1].c[-1, 0] for params, x in cells]
    return largest_of(abs(c / 0.5 - 1.0) for c in kept)


def half_life(T: int, states: float) -> dict[str, Row]:
    statement = f"With this forget bias the direct path keeps half over {T} steps."
    return {f"lstm-half-life-{T}: {statement}": Row(partial(forget_bias, T, 0.5), states)}


HALF = Row(half_lives, tolerance=1e-12, shows="eq-lstm-half-life", how="T from 1 to 100")
claim_rows(
    half_life(10, 2.63) | half_life(30, 3.76) | half_life(100, 4.97),
    {"lstm-half-life: A cell with this bias, whose other weights are zero, keeps half.": HALF},
    how="the formula of the bias",
)


# Slips, on the worked example


def off_by(wrong: np.ndarray, right: np.ndarray) -> float:
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def wrong_recursion(mistake: str) -> float:
    """How far off the gradient by W_qx, W_qh and b_q is with this wrong way back."""
    params, x, y, start = course_lstm()
    read = np.hstack([x, forward(params, x)[1].h_prev, np.ones((len(x), 1))])
    network = params, x, y, start, start
    ways_back = walk_back(*network), wrong_walk(mistake, *network)
    right, wrong = (np.einsum("tqn,tm->qnm", walk.da, read) for walk in ways_back)
    return off_by(wrong, right)


ON_THE_EXAMPLE = "the worked example, relative error of what the row names, else of the gradient"


@claim("slip-gate-order", states=1.1202, how=ON_THE_EXAMPLE, source="U18-1.6")
def wrong_gate_order() -> float:
    """Weights stacked as i, f, g, o and read as g, i, f, o give another last state."""
    params, x, _, _ = course_lstm()
    mixed = dict(params)
    for here, there in zip("gif", "ifg", strict=True):
        for name in ("W_{}x", "W_{}h", "b_{}"):
            mixed[name.format(here)] = params[name.format(there)]
    right, wrong = (forward(weights, x)[1].h[-1] for weights in (params, mixed))
    return off_by(wrong, right)


def sum_for_product() -> float:
    """The first memory with i + g in the place of i ⊙ g: relative error."""
    params, x, _, start = course_lstm()
    _, wrong = wrong_answer("lstm-step", "W36")(params, x[0], start, start)
    return off_by(wrong, lstm.step(params, x[0], start, start).c)


def slip(mistake: str, states: float, source: str) -> Row:
    known = ("lstm-dL-dc", mistake)
    return Row(partial(wrong_recursion, mistake), states, source=source, mistake=known)


SLIPS = {
    "slip-only-direct-path: If nothing comes back through $h^{(t)}$, a part of the gradient is "
    "missing.": slip("direct-path", 0.3102, "D-1.2"),
    r"slip-tanh-twice: With $1 - \tanh^2(g)$ the slope is taken at $g$, which is the tanh "
    r"already.": slip("W37", 0.1484, "W37"),
    r"slip-no-tanh-slope: Without $1 - \tanh^2 c$ the small memories of the example hide most of "
    r"the slip.": slip("no-slope", 0.0219, "U18-1.5"),
    "slip-forget-index: With $f^{(t)}$ in the place of $f^{(t+1)}$ the memory is carried by the "
    "wrong gate.": slip("forget-index", 0.1902, "U18-1.5"),
    r"slip-sum-for-product: With $i + g$ in the place of $i \odot g$ the first memory is another "
    r"one.": Row(sum_for_product, 1.9790, source="W36", mistake=("lstm-step", "W36")),
}
claim_rows(SLIPS, tolerance=1e-4, how=ON_THE_EXAMPLE)
