"""Exercises: the vanilla RNN and backpropagation through time.

The docstring of each function is the statement that a reader gets.
"""

from functools import partial

import numpy as np

from rnncourse.byhand import cross_entropy, rnn, softmax
from rnncourse.byhand.examples import small_network
from rnncourse.exercises.networks import network_cases, spelled
from rnncourse.exercises.registry import Case, exercise

SCORES = (
    ("K = 3", (0.2, -1.3, 0.9), 0),
    ("K = 5", (1.1, 0.4, -0.7, 2.3, -1.9), 3),
    ("K = 4, large scores", (1002.0, 1000.5, 1001.0, 999.0), 2),
    ("K = 3, small scores", (-1000.0, -1001.5, -1002.0), 0),
    ("K = 3, an improbable class", (1002.0, 0.0, -3.0), 1),
    ("K = 5, one large score", (1002.0, 0.0, -3.0, 1.0, -1002.0), 3),
)


def scores_cases(count: int) -> tuple[Case, ...]:
    return tuple(
        Case(f"{label}, y = {y}", lambda p=p, y=y: (np.array(p), y))
        for label, p, y in SCORES[:count]
    )


def states_case(seed: int, T: int, i: int) -> tuple:
    params, x, _, h0 = small_network(seed, T=T, d=2, n=3, K=4)
    return params, rnn.forward(params, x, h0=h0)[1].h, i


JACOBIAN_CASES = tuple(  # three factors, two, one, and none: the identity
    Case(spelled({"T": T, "i": i, "n": 3}), partial(states_case, seed, T, i))
    for seed, (T, i) in enumerate(((4, 1), (5, 3), (5, 4), (3, 3)))
)


@exercise("softmax-cross-entropy", quantity="loss", cases=scores_cases(6))
def softmax_cross_entropy(p, y):
    """The cross-entropy of one step, in nats, from its scores.

    Given: p, the scores, shape (K,); y, the right class, one of 0 … K − 1.
    Return: −log yhat[y] with yhat = softmax(p), a number.
    Scores as large as 1002 and as small as −1002 must give a finite loss.
    """
    return cross_entropy(p[None], np.array([y]))[0]


@exercise("dL-dp", quantity="dL/dp", key="p", cases=scores_cases(2))
def gradient_by_scores(p, y):
    """The gradient of the loss of one step by its scores.

    Given: p, the scores, shape (K,); y, the right class, one of 0 … K − 1.
    Return: dL/dp, shape (K,), for L = −log softmax(p)[y].
    """
    return softmax(p) - np.eye(len(p))[y]


@exercise(
    "rnn-forward",
    quantity="h",
    time="forward",
    cases=network_cases(lambda params, x, y, h0: (params, x, h0)),
)
def states(params, x, h0):
    """The states of a vanilla RNN that reads a sequence.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); h0, the state before the first step, shape (n,).
    Return: the states h^(1) … h^(T), shape (T, n), h0 not among them.
    """
    return rnn.forward(params, x, h0=h0)[1].h


@exercise("bptt-dL-dWph", quantity="dL/dW_ph", key="W_ph", cases=network_cases())
def output_weights(params, x, y, h0):
    """The gradient of the last step's loss by the output weights.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the first state, shape (n,).
    Return: dL/dW_ph, shape (K, n), for the loss of step T alone: only y[-1] counts.
    """
    return rnn.loss_and_gradients(params, x, y, h0=h0)[1]["W_ph"]


@exercise("bptt-dL-dh", quantity="dL/dh", key="h", time="backward", cases=network_cases())
def state_gradients(params, x, y, h0):
    """The gradient of the last step's loss by every state: the recursion of the chapter.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the first state, shape (n,).
    Return: dL/dh^(1) … dL/dh^(T), shape (T, n), for the loss of step T alone.
    """
    return rnn.state_gradients(params, x, y, h0=h0)[0]


@exercise("bptt-dL-dWhh", quantity="dL/dW_hh", key="W_hh", cases=network_cases())
def recurrent_weights(params, x, y, h0):
    """The gradient of the last step's loss by the recurrent weights.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the first state, shape (n,).
    Return: dL/dW_hh, shape (n, n), for the loss of step T alone: only y[-1] counts.
    """
    return rnn.loss_and_gradients(params, x, y, h0=h0)[1]["W_hh"]


@exercise("bptt-dL-dWhx", quantity="dL/dW_hx", key="W_hx", cases=network_cases())
def input_weights(params, x, y, h0):
    """The gradient of the last step's loss by the input weights.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0, the first state, shape (n,).
    Return: dL/dW_hx, shape (n, d), for the loss of step T alone: only y[-1] counts.
    """
    return rnn.loss_and_gradients(params, x, y, h0=h0)[1]["W_hx"]


@exercise("jacobian-product", quantity="dh^(T)/dh^(i)", cases=JACOBIAN_CASES)
def jacobian_product(params, h, i):
    """How a nudge of the state at step i arrives at step T.

    Given: params, a dict with W_hh (n, n) and the other weights; h, the states h^(1) … h^(T),
    shape (T, n), so that h[k - 1] is h^(k); i, a step, 1 ≤ i ≤ T.
    Return: the Jacobian dh^(T)/dh^(i), shape (n, n): row a is the gradient of h^(T)[a].
    """
    product = np.eye(h.shape[1])
    for k in range(len(h), i, -1):  # from the left: k = T first
        product = product @ rnn.jacobian(params, h[k - 1])
    return product
