"""Claims: peephole and bidirectional LSTMs, and what a cell costs."""

from functools import partial
from math import log

import numpy as np

from rnncourse import byhand
from rnncourse.analysis import count_parameters
from rnncourse.analysis.agreement import automatic_error
from rnncourse.analysis.counts import entries
from rnncourse.byhand import bidirectional, peephole
from rnncourse.byhand.examples import drawn, small_peephole
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.steps import at
from rnncourse.chapters.gru_and_relatives.cases import (
    GERS_SHAPES,
    behind_a_closed_gate,
    bidirectional_error,
    by_hand_error,
    embedded,
    gers_and_sheet,
    loss_after,
    memory_jacobian,
    more_units,
    multiplications,
    next_symbol_loss,
    peephole_slip,
    peephole_walk,
    peephole_with_step_biases,
    small_bidirectional,
    torch_both_ways,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

DIFFERENCES = "central differences, both candidates"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES)
SHAPES = {name: cell.SHAPES for name, cell in byhand.CELLS.items()}
LETTERS = "fioc"
SIZES = ((10, 128), (1, 128), (2, 3), (5, 7))


@claim("peep-equations", shows="eq-peep", tolerance=1e-12, how="the torch cell, both candidates")
def same_memories_as_the_cell() -> float:
    """By hand and in the torch cell of the package the states are the same."""
    import torch

    from rnncourse.cells import PeepholeLSTMCell
    from rnncourse.sequence import run

    params, x, _, _ = small_peephole()
    errors = []
    for candidate in peephole.CANDIDATES:
        cell = PeepholeLSTMCell(3, 4, rng=np.random.default_rng(0), candidate=candidate).double()
        cell.load_state_dict({name: torch.from_numpy(params[name]) for name in peephole.SHAPES})
        h = run(cell, torch.from_numpy(x)[None])[0][0].detach().numpy()
        own = peephole.forward(params, x, candidate=candidate)[1].h
        errors.append(relative_error(own, h))
    return largest_of(errors)


@by_differences("peep-dL-states", shows="eq-grad-peep-states", source="U20-1.4")
def memory_recursion() -> float:
    r"""The recursion gives $\delta_c$: nudge one memory, and its state and all the rest follow."""
    errors = []
    for candidate in peephole.CANDIDATES:
        params, x, y, c0 = small_peephole()
        dcs, _, cache = peephole_walk(params, x, y, c0, candidate=candidate)
        for t in range(len(x)):
            c = cache.c[t].copy()
            after = partial(loss_after, params, x, y, t, cache.o[t], c, candidate)
            errors.append(relative_error(dcs[t], precise_gradient(after, c)))
    return largest_of(errors)


@by_differences("peep-dL-gates", shows="eq-grad-peep-gates", source="U20-1.4")
def gate_gradients() -> float:
    r"""The four $\delta_{a_q}^{(t)}$: nudge the sum inside one part at one step."""
    errors = []
    for candidate in peephole.CANDIDATES:
        params, x, y, c0 = small_peephole(T=3, n=3)
        biases = {q: np.zeros((3, 3)) for q in LETTERS}
        by_hand = peephole_walk(params, x, y, c0, candidate=candidate)[1]
        for q in LETTERS:
            loss = partial(peephole_with_step_biases, params, x, y, c0, biases, candidate)
            errors.append(relative_error(by_hand[q], precise_gradient(loss, biases[q])))
    return largest_of(errors)


def gradient_error(names) -> float:
    """Of the gradients by these arrays, for three losses of one small network."""
    params, x, y, c0 = small_peephole(T=3, d=2, n=2)
    return largest_of(
        by_hand_error(peephole, (params, x, y), {"c0": c0}, names, candidate=candidate)
        for candidate in peephole.CANDIDATES
    )


@by_differences("peep-dL-weights", shows="eq-grad-peep-weights", tolerance=1e-8, source="U20-1.4")
def weight_gradients() -> float:
    """Summed over time, the eleven products and sums are the gradients of the cell."""
    return gradient_error(peephole.SHAPES)


@by_differences("peep-dL-start", shows="eq-grad-peep-start")
def start_gradient() -> float:
    r"""The gradient by the first memory $c^{(0)}$."""
    return gradient_error(("c0",))


@claim("peep-autograd", tolerance=1e-12, how="automatic differentiation (torch)", source="U20-1.4")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    params, x, y, _ = small_peephole()
    grads = peephole.loss_and_gradients(params, x, y, "mean")[1]
    return automatic_error("peephole", params, x, y, grads)


@claim(
    "peep-no-h", tolerance=1e-15, how="two first states, every state compared", absolute="states"
)
def the_state_never_feeds_back() -> float:
    """Another $h^{(0)}$ changes nothing: no equation of the sheet's cell reads a state."""
    params, x, _, c0 = small_peephole()
    one, two = (
        peephole.forward(params, x, h0=h0, c0=c0)[1].h for h0 in (np.zeros(4), np.full(4, 0.9))
    )
    return float(np.abs(one - two).max())


@claim("peep-jacobian", shows="eq-peep-jacobian", tolerance=1e-9, how="six steps, differences")
def jacobians_multiply() -> float:
    """The Jacobians of the memory multiply to its derivative over all six steps."""
    params, x, _, c0 = small_peephole()
    cache, whole = peephole.forward(params, x, c0=c0)[1], np.eye(4)
    for t in range(len(x)):
        whole = memory_jacobian(params, at(cache, t)) @ whole
    rows = [
        precise_gradient(lambda j=j: peephole.forward(params, x, c0=c0)[1].c[-1, j], c0)
        for j in range(4)
    ]
    return relative_error(whole, np.array(rows))


@claim(
    "peep-sigmoid-adds",
    tolerance=1e-15,
    how="10 random cells, 100 steps",
    source="W19",
    absolute="memories",
)
def sigmoid_candidate_only_adds() -> float:
    """As printed, with a sigmoid, no memory that starts at zero is ever negative."""
    lowest = 0.0
    for seed in range(10):
        params, x, _, _ = small_peephole(seed, T=100)
        lowest = min(lowest, peephole.forward(params, x, candidate="sigmoid")[1].c.min())
    return -lowest


@claim("gers-same-memories", tolerance=1e-12, how="20 steps of random cells")
def gers_and_the_sheet_agree() -> float:
    r"""Diagonal matrices here, $W_{qh} = 0$ there: both cells have the same memories."""
    return gers_and_sheet()[1]


@claim("gers-other-states", states=0.2296, how="the same cells: relative error")
def gers_shows_another_state() -> float:
    """Their states differ, for one output gate reads the new memory and the other the old one."""
    return gers_and_sheet()[0]


@claim(
    "peep-lstm-is-blind", tolerance=1e-15, how="b_o = -100, two opposite memories", absolute="gates"
)
def an_lstm_does_not_see_its_memory() -> float:
    """Behind a closed output gate the next forget gate of an LSTM is the same for both memories."""
    return behind_a_closed_gate()[0]


@claim("peep-sees", states=0.3636, how="b_o = -100, two opposite memories")
def a_peephole_sees_it() -> float:
    """With peepholes the two forget gates differ, at one of four units by this much."""
    return behind_a_closed_gate()[1]


@claim("slip-peep-no-gates", states=0.0604, how="the worked example", source="D-1.2")
def only_the_belt() -> float:
    """If only the forget gate carries the memory's gradient back, the gates' ways are missing."""
    return peephole_slip()


@claim("bi-equals-torch", shows="eq-bi", tolerance=1e-12, how="torch.nn.LSTM, both directions")
def same_ends_as_torch() -> float:
    """The two ends are the final states that torch.nn.LSTM returns for its two directions."""
    params, x, _ = small_bidirectional()
    return relative_error(bidirectional.forward(params, x)[1].ends, torch_both_ways(params, x)[1])


@claim("bi-dL", shows="eq-grad-bi", tolerance=1e-8, how="central differences", source="U20-1.4")
def both_gradients() -> float:
    """Each direction gets its half of the gradient at its own end, and runs as an LSTM does."""
    return bidirectional_error()


@claim("bi-last-row", states=0.4857, how="torch.nn.LSTM, 8 steps, that half")
def the_last_row_of_the_output() -> float:
    """The last row of torch's output holds a backward state that has read one step only."""
    params, x, _ = small_bidirectional(T=8)
    h, ends = (values[..., 2:] for values in torch_both_ways(params, x))
    return float(np.linalg.norm(h[-1] - ends) / np.linalg.norm(ends))


def two_bits(network: dict, first: int, last: int, T: int = 8) -> float:
    """The score of class 1 over that of class 0, where one bit comes first and one comes last."""
    x = np.zeros((T, 2))
    x[0, first], x[-1, last] = 1.0, 1.0
    p = bidirectional.forward(network, x)[0]
    return float(p[1] - p[0])


def reader_of_ends(seed: int, keeps: float) -> dict:
    """A random network that reads two-bit inputs; with ``keeps`` = -100 an end holds one symbol."""
    rng = np.random.default_rng(seed)
    network = {
        side: drawn(byhand.lstm.SHAPES, rng, 1.5, d=2, n=3) for side in ("forward", "backward")
    }
    for side in network.values():
        side |= {name: 0.0 * side[name] for name in side if name.endswith("h")}
        side["b_f"][:] = keeps
    return network | {"W_ph": rng.standard_normal((2, 6)), "b_p": rng.standard_normal(2)}


BITS = ((0, 0), (0, 1), (1, 0), (1, 1))


@claim("bi-and", tolerance=0.5, how="weights by hand, all four cases; wrong answers")
def a_sum_decides_and() -> float:
    """Each end keeps one of two bits, and the sum of both halves tells whether both are set."""
    network = reader_of_ends(0, -100.0)
    for side in ("forward", "backward"):
        network[side]["W_gx"][:] = [-5.0, 5.0]  # g is −1 or 1 by the bit
        network[side] |= {"b_g": np.zeros(3), "b_i": np.full(3, 100.0), "b_o": np.full(3, 100.0)}
    network["W_ph"] = np.array([[0.0] * 6, [1.0] * 6])
    network["b_p"] = np.array([0.0, -3.0 * np.tanh(1.0)])
    return float(sum((two_bits(network, *bits) > 0) != (bits == (1, 1)) for bits in BITS))


def mixed_difference(network: dict) -> float:
    """s(1, 1) + s(0, 0) − s(0, 1) − s(1, 0), where s is the score; XOR needs it below zero."""
    s = [two_bits(network, *bits) for bits in BITS]
    return s[3] + s[0] - s[1] - s[2]


@claim(
    "bi-xor",
    shows="eq-bi-sum",
    tolerance=1e-12,
    how="50 random networks",
    absolute="scores, the right value is 0",
)
def no_sum_decides_xor() -> float:
    """Where each end keeps one of two bits, the scores of the four cases obey one equation, which
    excludes that exactly one bit is told; with both bits in one direction they need not."""
    alone = largest_of(abs(mixed_difference(reader_of_ends(seed, -100.0))) for seed in range(50))
    both = min(abs(mixed_difference(reader_of_ends(seed, 1.0))) for seed in range(50))
    return alone if both > 1e-6 else np.inf


@claim("bi-reads-the-answer", states=4.089e-4, how="weights by hand, 500 symbols")
def the_answer_is_read() -> float:
    """The loss per symbol in nats, on random symbols, of a reader from the other end."""
    return next_symbol_loss()


@claim("bi-best-honest", states=2.303, how="arithmetic")
def the_least_loss_without_looking() -> float:
    r"""$\log 10$: what a model pays that has not seen the next of ten equally likely symbols."""
    return log(10)


@claim("embedding-is-columns", tolerance=1e-14, how="random matrices", source="U20-1.3")
def embedding_is_a_choice_of_columns() -> float:
    """Embedded symbols and one-hot rows whose matrix is $W_{qx}E$ give the same sums."""
    return embedded()


@claim("relatives-counts", shows="eq-relatives-count", tolerance=0.5, how="tensors in four sizes")
def counts_are_the_tensors() -> float:
    """The parameters of GRU, peephole LSTM and Gers' LSTM, counted in their arrays."""
    formulas = {
        "gru": lambda d, n: 3 * n * (d + n + 1),
        "peephole": lambda d, n: 4 * n * d + 3 * n**2 + 4 * n,
    }
    errors = [
        abs(formula(*size) - counted)
        for name, formula in formulas.items()
        for size in SIZES
        for counted in (entries(SHAPES[name], *size), count_parameters(name, *size))
    ]
    gers = [4 * n * (d + n + 1) + 3 * n - entries(GERS_SHAPES, d, n) for d, n in SIZES]
    return float(largest_of(*errors, *map(abs, gers)))


@claim("bi-counts", tolerance=0.5, how="tensors of the model in four sizes", source="U20-1.4")
def bidirectional_counts() -> float:
    """Both ways have $8n(d+n+1)$ parameters, and the output layer $K(2n+1)$."""
    from rnncourse.sequence import SequenceModel

    errors = []
    for d, n in SIZES:
        model = SequenceModel("lstm", d, n, K=10, bidirectional=True, rng=np.random.default_rng(0))
        tensors = sum(parameter.numel() for parameter in model.parameters())
        errors.append(abs(8 * n * (d + n + 1) + 10 * (2 * n + 1) - tensors))
    return float(largest_of(errors))


@claim("gru-three-quarters", tolerance=1e-15, how="arrays in four sizes", source="D-1.4")
def three_quarters() -> float:
    """A GRU has three quarters of the LSTM's parameters and of its multiplications."""
    return largest_of(
        abs(count(SHAPES["gru"], *size) / count(SHAPES["lstm"], *size) / 0.75 - 1.0)
        for count in (entries, multiplications)
        for size in SIZES
    )


@claim("gru-more-units", states=1.161, how="the root of the counts' equation")
def units_of_an_equal_gru() -> float:
    """At the parameters of an LSTM of 128 units, 10 inputs: a GRU's units, over 128."""
    return more_units(10, 128)


@claim("gru-units-range", tolerance=1e-5, how="widest state, widest input")
def between_the_roots() -> float:
    r"""At equal parameters a GRU has $\sqrt{4/3}$ to $4/3$ times the units: off at both ends;
    shapes between lie between."""
    low, high = (4 / 3) ** 0.5, 4 / 3
    ends = (1, 10**6, low), (10**6, 1, high)
    within = all(low < more_units(d, n) < high for d in (1, 10, 300) for n in (2, 40, 500))
    off = largest_of(abs(more_units(d, n) / ratio - 1.0) for d, n, ratio in ends)
    return off if within else np.inf


def products_row(id: str, cell: str, count: int) -> dict[str, Row]:
    words = f"Multiplications a step in the matrix products, {cell} cell, 10 inputs, 128 units."
    return {f"{id}: {words}": Row(lambda: float(multiplications(SHAPES[cell], 10, 128)), count)}


claim_rows(
    products_row("multiplications-gru", "gru", 52992),
    products_row("multiplications-lstm", "lstm", 70656),
    products_row("multiplications-peephole", "peephole", 54272),
    tolerance=0.5,
    how="entries of its matrices",
    source="D-1.4",
)
