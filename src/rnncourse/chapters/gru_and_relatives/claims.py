"""Claims: the GRU, what other conventions cost, and known slips."""

from functools import cache, partial

import numpy as np

from rnncourse.analysis.agreement import automatic_error, fresh_network
from rnncourse.byhand import gru, mingru
from rnncourse.byhand.examples import drawn, small_gru
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.steps import OUTPUT, at, sigmoid
from rnncourse.chapters.gru_and_relatives.by_pencil import (
    PENCIL,
    H,
    X,
    note_left,
    pencil_step,
    pencil_ways,
)
from rnncourse.chapters.gru_and_relatives.cases import (
    bend,
    bend_reset_after,
    bends,
    by_hand_error,
    jacobian,
    last_state_off,
    loss_from,
    loss_onward,
    loss_with_step_biases,
    product_off,
    state_lives,
    torch_states,
    weight_gradient,
    weights_off,
)
from rnncourse.chapters.gru_and_relatives.networks import (
    AFTER,
    COURSE,
    LETTERS,
    course_step,
    reset_after,
    states,
    walk_back,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

DIFFERENCES = "central differences"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES)


@claim("gru-equations", shows=("eq-gru-sums", "eq-gru"), tolerance=1e-12, how="the torch cell")
def same_states_as_the_cell() -> float:
    """By hand and in the torch cell of the package the states are the same."""
    import torch

    from rnncourse.cells import GRUCell
    from rnncourse.sequence import run

    params, x, _, _ = small_gru()
    cell = GRUCell(3, 4, rng=np.random.default_rng(0)).double()
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in gru.SHAPES})
    h, _ = run(cell, torch.from_numpy(x)[None])
    return relative_error(gru.forward(params, x)[1].h, h[0].detach().numpy())


def nudge_of_the_pencil() -> float:
    """∂h/∂h_prev of the step on paper by central differences."""
    h = H.copy()
    return float(precise_gradient(lambda: gru.step(PENCIL, X, h).h[0], h)[0])


ON_PAPER = "the step on paper"
NOTE = "one unit, weights by hand, two opposite notes: their difference at step 27 over step 5"
claim_rows(
    {
        "gru-pencil-state: The new state lies between the old one and the candidate.": Row(
            lambda: float(pencil_step().h[0]), 0.241
        ),
        "gru-pencil-back: A nudge of the old state moves the new one by this much.": Row(
            nudge_of_the_pencil, 0.458, how=f"{ON_PAPER}, central differences"
        ),
        "gru-note-kept: An update gate of 0.01 keeps most of a note over 22 steps of noise.": Row(
            note_left, 0.802, how=NOTE
        ),
        "gru-note-lost: An update gate of 0.1 keeps little of it.": Row(
            partial(note_left, 0.1), 0.0985, how=NOTE
        ),
    },
    how=ON_PAPER,
)


@claim("gru-pencil-ways", tolerance=1e-9, how=f"{ON_PAPER}, central differences")
def four_ways_make_the_nudge() -> float:
    """The four ways back to the old state add up to what a nudge of it moves."""
    return relative_error(sum(pencil_ways().values()), nudge_of_the_pencil())


@claim(
    "gru-bounded",
    tolerance=1e-15,
    how="20 random GRUs, 200 steps, weights of size 3",
    absolute="states",
)
def bounded_state() -> float:
    r"""From $|h^{(0)}| \le 1$ no state leaves $-1 \dots 1$: by how much the largest one does."""
    largest = 0.0
    for seed in range(20):
        params, x, _, h0 = small_gru(seed, T=200, scale=3.0)
        largest = largest_of(largest, np.abs(gru.forward(params, x, h0=h0)[1].h).max())
    return largest_of(largest - 1.0, 0.0)


@claim("gru-equals-torch-after", shows="eq-gru-torch", tolerance=1e-12, how="torch.nn.GRU")
def torch_resets_after() -> float:
    """With the signs of $W_z$ and $b_z$ changed, torch.nn.GRU is the form that resets after."""
    return largest_of(
        relative_error(states(params, x, h0, reset_after), torch_states(params, x, h0))
        for params, x, _, h0 in map(small_gru, range(5))
    )


@claim("gru-one-gate-alike", tolerance=1e-12, how="random GRUs: diagonal W_hh, one unit, equal r")
def where_both_agree() -> float:
    r"""For a diagonal $W_{hh}$, for one unit and for equal entries of r both forms are the same."""
    diagonal, one, equal = small_gru(1), small_gru(2, n=1), small_gru(3)
    diagonal[0]["W_hh"] = np.diag(np.diag(diagonal[0]["W_hh"]))
    for name in ("W_rx", "W_rh", "b_r"):
        equal[0][name][:] = equal[0][name][:1]
    return largest_of(
        relative_error(states(params, x, h0, reset_after), states(params, x, h0, course_step))
        for params, x, _, h0 in (diagonal, one, equal)
    )


@claim(
    "gru-rank-after", shows="eq-gru-rank", tolerance=1e-9, how="second differences, largest as 1"
)
def two_bends_at_most() -> float:
    """Reset after: the second derivative of a sum by h is the page's, and its rank is 2."""
    values = bends(AFTER)
    same = relative_error(bend_reset_after(), bend(AFTER)) < 1e-5  # the differences' own error
    return float(values[2] / values[0]) if same else np.inf


@claim("gru-rank-before", states=0.1137, how="the same network, reset before")
def more_bends() -> float:
    """Reset before: the third singular value of the same second derivative, the largest as 1."""
    values = bends(COURSE)
    return float(values[2] / values[0])


@claim("gru-four-pieces", tolerance=1e-12, how="random rows, 100 directions, a million times out")
def switches_far_out() -> float:
    r"""Two units, far out: reset before, a sum is $\sum_b w_b\max(h_b, 0)$; after, two pieces."""
    rng, size = np.random.default_rng(0), 1e6
    w, W_rh = rng.standard_normal((1, 2)), rng.standard_normal((1, 2))
    h = rng.standard_normal((100, 2))
    before = [COURSE.past(w, sigmoid(size * each), size * each)[0] / size for each in h]
    after = [AFTER.past(w, sigmoid(W_rh @ each * size), size * each)[0] / size for each in h]
    own_side = (h @ W_rh[0] > 0.0) * (h @ w[0])
    return largest_of(
        relative_error(before, np.maximum(h, 0.0) @ w[0]), relative_error(after, own_side)
    )


@by_differences("gru-dL-states", shows="eq-grad-gru-states", source="D-1.3")
def state_recursion() -> float:
    r"""The recursion gives $\delta_h$: nudge one state, and all the rest follows."""
    params, x, y, h0 = small_gru(scale=0.5)
    dhs, _, cache = walk_back(params, x, y, h0, reduction="sum")
    errors = []
    for t in range(len(x)):
        h = cache.h[t].copy()
        by_h = precise_gradient(lambda h=h, t=t: loss_onward(params, x[t:], y[t:], h), h)
        errors.append(relative_error(dhs[t], by_h))
    return largest_of(errors)


@by_differences("gru-dL-gates", shows="eq-grad-gru-gates", source="D-1.3")
def gate_gradients() -> float:
    r"""The three $\delta_{a_q}^{(t)}$: nudge the sum inside one part at one step."""
    params, x, y, h0 = small_gru(T=3, n=3)
    biases = {q: np.zeros((3, 3)) for q in LETTERS}
    by_hand = walk_back(params, x, y, h0).da
    return largest_of(
        relative_error(
            by_hand[:, place],
            precise_gradient(lambda: loss_with_step_biases(params, x, y, h0, biases), biases[q]),
        )
        for place, q in enumerate(LETTERS)
    )


def gradient_error(names) -> float:
    """Of the gradients by these arrays, for three losses of one small network."""
    params, x, y, h0 = small_gru(T=3, d=2, n=2)
    return by_hand_error(gru, (params, x, y), {"h0": h0}, names)


@by_differences("gru-dL-weights", shows="eq-grad-gru-weights", tolerance=1e-8, source="D-1.3")
def weight_gradients() -> float:
    """Summed over time, the nine products and sums are the gradients of the cell."""
    return gradient_error(gru.SHAPES)


@by_differences("gru-dL-start", shows="eq-grad-gru-start", source="D-1.3")
def start_gradient() -> float:
    """The gradient by the first state $h^{(0)}$."""
    return gradient_error(("h0",))


@by_differences("gru-dL-inputs", shows="eq-grad-gru-inputs")
def input_gradient() -> float:
    """The gradient by every input $x^{(t)}$."""
    params, x, y, h0 = small_gru()
    da = walk_back(params, x, y, h0).da
    by_hand = sum(da[:, place] @ params[f"W_{q}x"] for place, q in enumerate(LETTERS))
    return relative_error(by_hand, precise_gradient(lambda: loss_from(params, x, y, h0), x))


@claim("gru-page-equals-package", tolerance=1e-13, how="byhand.gru on random networks")
def the_page_is_the_package() -> float:
    """The equations of the page and the package's backward pass give the same gradient."""
    errors = []
    for seed in range(5):
        params, x, y, h0 = small_gru(seed)
        grads = gru.loss_and_gradients(params, x, y, h0=h0)[1]
        blocks = ([grads[f"W_{q}x"], grads[f"W_{q}h"], grads[f"b_{q}"][:, None]] for q in LETTERS)
        package = np.array([np.hstack(block) for block in blocks])
        errors.append(relative_error(weight_gradient(params, x, y, h0), package))
    return largest_of(errors)


@claim("gru-autograd", tolerance=1e-12, how="automatic differentiation (torch)", source="U20-1.4")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    params, x, y, _ = small_gru()
    grads = gru.loss_and_gradients(params, x, y, "mean")[1]
    return automatic_error("gru", params, x, y, grads)


@by_differences("gru-jacobian", shows="eq-gru-jacobian")
def jacobian_of_a_step() -> float:
    """The derivative of a state by the one before: the direct path and three other ways."""
    params, x, _, h0 = small_gru()
    s = gru.step(params, x[0], h0)
    rows = [precise_gradient(lambda j=j: gru.step(params, x[0], h0).h[j], h0) for j in range(4)]
    return relative_error(jacobian(params, s), np.array(rows))


@claim(
    "gru-other-paths",
    states=0.4449,
    how="10 untrained GRUs of 32 units, 20 steps: the median over networks and steps",
)
def share_of_the_other_paths() -> float:
    r"""What $\partial h^{(t)}/\partial h^{(t-1)}$ has beside the direct path: norm over norm."""
    shares = []
    for seed in range(10):
        params, x, _ = fresh_network("gru", seed, T=20)
        cache = gru.forward(params, x)[1]
        for t in range(20):
            full = jacobian(params, at(cache, t))
            rest = full - np.diag(1.0 - cache.z[t])
            shares.append(np.linalg.norm(rest) / np.linalg.norm(full))
    return float(np.median(shares))


@claim("gru-coupled-lstm", shows="eq-gru-coupled", tolerance=1e-12, how="random networks")
def a_coupled_belt() -> float:
    """With $r = 1$ the state of a GRU is a belt with $f = 1 - z$ and $i = z$, all of it shown."""
    params, x, _, h = small_gru()
    params["b_r"][:] = 100.0
    s = gru.forward(params, x, h0=h)[1]
    belt = []
    for x_t, z in zip(x, s.z, strict=True):
        g = np.tanh(params["W_hx"] @ x_t + params["W_hh"] @ h + params["b_h"])
        h = h * (1.0 - z) + g * z
        belt.append(h)
    return relative_error(np.array(belt), s.h)


@claim("mingru-equations", shows="eq-mingru", tolerance=1e-9, how=f"{DIFFERENCES}, the torch cell")
def mingru_gradients() -> float:
    """By hand and in torch a minGRU has the same gradients, and differences agree."""
    rng = np.random.default_rng(0)
    params = drawn(mingru.SHAPES | OUTPUT, rng, d=3, n=4, K=5)
    x, y = rng.standard_normal((6, 3)), rng.integers(0, 5, size=6)
    grads = mingru.loss_and_gradients(params, x, y, "mean")[1]
    differences = [
        relative_error(
            grads[name],
            precise_gradient(lambda: mingru.loss_and_gradients(params, x, y, "mean")[0], array),
        )
        for name, array in params.items()
    ]
    return largest_of(automatic_error("mingru", params, x, y, grads), *differences)


@claim("mingru-count", tolerance=0.5, how="tensors in four sizes")
def mingru_count() -> float:
    """A minGRU has $2n(d+1)$ parameters."""
    from rnncourse.cells import MinGRUCell

    sizes = ((10, 128), (1, 128), (2, 3), (5, 7))
    cells = [MinGRUCell(d, n, rng=np.random.default_rng(0)) for d, n in sizes]
    tensors = [sum(value.numel() for value in cell.parameters()) for cell in cells]
    return float(
        largest_of(abs(2 * n * (d + 1) - k) for (d, n), k in zip(sizes, tensors, strict=True))
    )


lives = cache(state_lives)


def life_row(id: str, bias: int, path: str, left: float) -> dict[str, Row]:
    """What is left at step 1, the median of the seeds."""
    place = ("all paths", "the direct path alone").index(path)
    words = rf"With $b_z = {bias}$: what is left of $\delta_h^{{(30)}}$ at step 1, by {path}."
    row = Row(lambda: float(np.median(lives(bias)[place][:, 0])), left, 1e-3 * left)
    return {f"{id}: {words}": row}


claim_rows(
    life_row("gru-life-all-0", 0, "all paths", 7.201e-5),
    life_row("gru-life-direct-0", 0, "the direct path alone", 3.196e-9),
    life_row("gru-life-all-1", -1, "all paths", 4.805e-3),
    life_row("gru-life-direct-1", -1, "the direct path alone", 1.346e-4),
    life_row("gru-life-all-2", -2, "all paths", 0.07794),
    life_row("gru-life-direct-2", -2, "the direct path alone", 0.02603),
    how="5 untrained GRUs of 32 units, 30 steps: the median",
)


def slip(measure, exercise: str):
    """Rows that say how far ``measure`` is off with a known mistake of this exercise."""

    def row(states: float, mistake: str, **about) -> Row:
        known = (exercise, mistake)
        return Row(lambda: measure(wrong_answer(*known)), states, mistake=known, **about)

    return row


step_slip = slip(last_state_off, "gru-step")
STEP_SLIPS = {
    "gru-frozen: With h in the place of h̃ the state stays at zero.": step_slip(
        1.0, "W14", source="W14"
    ),
    "gru-z-swapped: With $z$ and $1 - z$ exchanged.": step_slip(2.879, "W15"),
    "gru-reset-after: With the reset after the product.": step_slip(0.2146, "after"),
}
claim_rows(
    STEP_SLIPS,
    tolerance=1e-3,
    how="the worked example: relative error of the last state",
    source="W15",
)


def slope_slip(back) -> float:
    """The slope is wrong on the way back and inside each step."""
    return weights_off(back, rows=wrong_answer("gru-gate-gradients", "W37"))


way_slip = slip(weights_off, "gru-dL-dh")
GRADIENT_SLIPS = {
    "slip-gru-no-direct: Without the direct path.": way_slip(0.5282, "no-direct"),
    "slip-gru-kept-z: With $z$ for $1 - z$ on the direct path.": way_slip(0.1586, "W15"),
    "slip-gru-no-z: Without the way through $z$.": way_slip(0.1850, "no-z"),
    "slip-gru-no-r: Without the way through $r$.": way_slip(0.0165, "no-r"),
    "slip-gru-no-reset: With $u$ for $u \\odot r$.": way_slip(0.2799, "no-reset"),
    r"slip-gru-unreset-product: With $h^{(t-1)}$ for $r \odot h^{(t-1)}$ in the gradient by "
    r"$W_{hh}$.": slip(product_off, "gru-dL-dWhh")(0.0903, "unreset"),
    r"slip-gru-tanh-twice: With $1 - \tanh^2$ of the candidate, which is the tanh "
    r"already.": slip(slope_slip, "gru-dL-dh")(0.1071, "W37", source="W37"),
}
claim_rows(
    GRADIENT_SLIPS,
    tolerance=1e-4,
    how="the worked example: relative error of the gradient by all weights of the cell",
    source="D-1.3",
)
