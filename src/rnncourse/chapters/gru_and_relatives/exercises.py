"""Exercises on the GRU and relatives.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``mistakes``.
"""

import numpy as np

from rnncourse.byhand import gru, mingru
from rnncourse.byhand.examples import drawn
from rnncourse.chapters.gru_and_relatives.networks import gate_rows, gru_cases, inside, walk_back
from rnncourse.exercises.networks import SIZES
from rnncourse.exercises.registry import exercise, false, number_cases, true, true_or_false

BIAS_CASES = number_cases("T, share", (30, 0.5), (1, 0.9), (100, 0.01), (5, 0.03125))
COUNT_CASES = number_cases("d, n, K", (10, 128, 10), (1, 128, 10), (2, 3, 3), (5, 7, 4))


@true_or_false(
    "gru-facts",
    true(
        "Every entry of a GRU's new state lies between its old value and its candidate.",
        "mean: the last line of the cell is not seen as a weighted mean",
    ),
    false(
        "With some signs of the weights changed, torch's GRU computes the numbers of the course's.",
        "W15: the reset is thought to be converted by signs; only z and 1 − z are",
    ),
    false(
        "A GRU has two gates because it has no cell state.",
        "two-gates: two gates are thought to follow from the missing cell state; each is a choice "
        "of its own",
    ),
    false(
        "A GRU can count without a bound, as an LSTM can.",
        "counting: a weighted mean is thought to count; it stays within −1 and 1",
    ),
    true(
        "A GRU has three quarters of the parameters of an LSTM of its size.",
        "quarter: three sums in place of four are not seen as three quarters",
    ),
    false(
        "The LSTM is better than the GRU in general.",
        "second: the GRU is thought to come second; the literature finds no uniform winner",
    ),
)
def facts():
    """Six statements on GRU and LSTM: which are true?"""


def one_step(params, x, y, h0) -> tuple:
    return params, x[0], h0


@exercise("gru-step", quantity="h", cases=gru_cases(one_step))
def step(params, x, h):
    """One step of a GRU in the course's form.

    Given: params, a dict with W_zx (n, d), W_zh (n, n), b_z (n,) and the same for r and h;
    x, the input, shape (d,); h, the state before the step, shape (n,).
    Return: the state after the step, shape (n,). z multiplies the candidate, and the reset comes
    before the product.
    """
    return gru.step(params, x, h).h


def stacked(seed: int, n: int, m: int) -> tuple:
    return (np.random.default_rng(seed).standard_normal((3 * n, m)),)


STACKED_CASES = number_cases("n, m", (2, 4), (3, 2), (4, 5), draw=stacked)


@exercise("gru-from-torch", quantity="W", cases=STACKED_CASES)
def from_torch(W):
    """Weights of torch.nn.GRU in the order and with the z of this book.

    Given: W, three blocks of n rows on top of each other, as torch.nn.GRU keeps them: those of the
    reset gate, of the update gate (which there multiplies the old state), of the candidate.
    Return: the blocks in the order z, r, h, where z multiplies the candidate; shape as W.
    """
    r, z, h = np.split(W, 3)
    return np.concatenate([-z, r, h])


def inside_a_step(params, x, y, h0) -> tuple:
    """A gradient that arrives at a step, the step's own values, and the candidate's matrix."""
    s = gru.step(params, x[0], h0)
    dh = np.random.default_rng(len(h0)).standard_normal(len(h0))
    return dh, *inside(s, params)


GATES = ("da_z", "da_r", "da_h")


@exercise("gru-gate-gradients", quantity="da", rows=GATES, cases=gru_cases(inside_a_step)[1:])
def gate_gradients(dh, z, r, candidate, h_prev, W_hh):
    """From the gradient by h to the sums inside the two gates and the candidate.

    Given: dh = dL/dh of one step, with everything that comes back from later steps; the step's z, r
    and candidate, and h_prev, the state before, all of shape (n,); W_hh, shape (n, n).
    Return: dL/da_z, dL/da_r, dL/da_h, in this order: three rows, shape (3, n).
    """
    return gate_rows(dh, z, r, candidate, h_prev, W_hh)


@exercise("gru-dL-dh", quantity="dL/dh", key="h", time="backward", cases=gru_cases())
def state_gradients(params, x, y, h0):
    """The gradient of the last step's loss by every state: the recursion of the chapter.

    Given: params, a dict with W_zx, W_zh, b_z and the same for r and h, and W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the start, shape (n,).
    Return: dL/dh^(1) … dL/dh^(T), shape (T, n), for the loss of step T alone.
    """
    return walk_back(params, x, y, h0).dh


@exercise("gru-dL-dWhh", quantity="dL/dW_hh", key="W_hh", cases=gru_cases()[:2])
def candidate_weights(params, x, y, h0):
    """The gradient of the last step's loss by the matrix of the candidate.

    Given: params, a dict with W_zx, W_zh, b_z and the same for r and h, and W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the start, shape (n,).
    Return: dL/dW_hh, shape (n, n).
    """
    return gru.loss_and_gradients(params, x, y, h0=h0)[1]["W_hh"]


ONE_STEP = {f"for T = {size}": None for size in (1, 2, 3)}  # T is a number, not rows
ONE_STEP |= {"for T = 1: look at how T enters": lambda given: {"T": 1}}


@exercise("gru-update-bias", quantity="b_z", cases=BIAS_CASES, simpler=ONE_STEP)
def update_bias(T, share):
    """The bias of the update gate that lets the direct path keep a given share of the state.

    Given: T, a number of steps; share, what is to be left after them, between 0 and 1. All weights
    are zero, so that every update gate is the sigmoid of its bias.
    Return: the bias b_z, a number.
    """
    kept = share ** (1.0 / T)
    return np.log((1.0 - kept) / kept)


def two_directions(seed: int, T: int, n: int) -> tuple:
    ahead, back = np.random.default_rng(seed).uniform(-1.0, 1.0, (2, T, n))
    return ahead, back


END_CASES = number_cases("T, n", (4, 2), (6, 3), (3, 5), draw=two_directions)


@exercise("both-ends", quantity="H", cases=END_CASES)
def both_ends(ahead, back):
    """What the output layer of a bidirectional network reads.

    Given: ahead and back, the states of the two directions, shape (T, n); row t of both belongs to
    input t, as torch returns them. Direction ``back`` has read the inputs from the last to row t.
    Return: H, shape (2 n,): the state of each direction that has read everything, ahead first.
    """
    return np.concatenate([ahead[-1], back[0]])


KINDS = ("GRU", "sheet", "Gers", "bidirectional")


@exercise("relatives-count", quantity="count", cases=COUNT_CASES, rows=KINDS)
def counts(d, n, K):
    """The trainable parameters of four relatives of the LSTM, output layers included.

    Given: d, the inputs of a step; n, the units; K, the classes. One bias for each gate and
    candidate, and one for the output layer.
    Return: four numbers, in this order: a GRU; the sheet's peephole LSTM, whose gates read c
    through full matrices and whose candidate reads x alone; Gers' peephole LSTM, an LSTM with a
    vector more for each of its three gates; an LSTM that reads from both ends, n units each.
    """
    cell, output = n * (d + n + 1), K * (n + 1)
    sheet = 4 * n * d + 3 * n**2 + 4 * n
    return np.array(
        [3 * cell + output, sheet + output, 4 * cell + 3 * n + output, 8 * cell + K * (2 * n + 1)]
    )


def mingru_step_arguments(seed: int, T: int, d: int, n: int, K: int) -> tuple:
    rng = np.random.default_rng(seed)
    return drawn(mingru.SHAPES, rng, d=d, n=n), rng.standard_normal(d), rng.standard_normal(n)


MINGRU_CASES = number_cases(
    "T, d, n, K", *(size.values() for size in SIZES), draw=mingru_step_arguments
)


@exercise("mingru-step", quantity="h", cases=MINGRU_CASES)
def mingru_step(params, x, h):
    """One step of a minGRU, whose gate and candidate read the input alone.

    Given: params, a dict with W_zx (n, d), b_z (n,) and the same for h; x, the input, shape (d,);
    h, the state before the step, shape (n,).
    Return: the state after the step, shape (n,). z multiplies the candidate, which has no tanh.
    """
    return mingru.step(params, x, h).h
