"""The wrong answers to the exercises on the relatives of the GRU, by name."""

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.gru_and_relatives.exercises import both_ends, counts, mingru_step
from rnncourse.chapters.gru_and_relatives.mistakes import old_in_front, reciprocal
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import with_entry


def joined(*parts):
    return np.concatenate(parts)


MISTAKES[both_ends] = {
    "last-row: the last row is taken of both; there ``back`` has read one input only": (
        lambda ahead, back: joined(ahead[-1], back[-1])
    ),
    "first-row: the first row is taken of both; there ``ahead`` has read one input only": (
        lambda ahead, back: joined(ahead[0], back[0])
    ),
    "ends: both are taken where they have read one input only": (
        lambda ahead, back: joined(ahead[0], back[-1])
    ),
    "halves: ``back`` stands first": lambda ahead, back: joined(back[0], ahead[-1]),
    "sum: the halves are averaged over all steps": (
        lambda ahead, back: joined(ahead.mean(axis=0), back.mean(axis=0))
    ),
}


MISTAKES[counts] = {
    "W9: each sum has two biases, as in torch.nn": (
        lambda d, n, K: counts(d, n, K) + n * np.array([3, 4, 4, 8])
    ),
    "W8: the output biases are left out": lambda d, n, K: counts(d, n, K) - K,
    "no-output: the output layers are left out": (
        lambda d, n, K: counts(d, n, K) - K * (np.array([n, n, n, 2 * n]) + 1)
    ),
    "W8: the output biases of the networks that read one way are left out": (
        lambda d, n, K: counts(d, n, K) - K * np.array([1, 1, 1, 0])
    ),
    "no-output: of the output layers the biases alone are counted": (
        lambda d, n, K: counts(d, n, K) - K * n * np.array([1, 1, 1, 2]),
        lambda d, n, K: counts(d, n, K) - K * n * np.array([1, 1, 1, 0]),
        lambda d, n, K: counts(d, n, K) - K * n * np.array([0, 0, 0, 2]),
    ),
    "no-biases: 4n(d + n) is counted: the biases of gates and candidates are left out": (
        lambda d, n, K: counts(d, n, K) - n * np.array([3, 4, 4, 8]),
        lambda d, n, K: counts(d, n, K) - n * np.array([3, 3, 4, 8]),
    ),
    "no-recurrence: n(d + 1) is counted for a sum: the matrices from state to state are missing": (
        lambda d, n, K: counts(d, n, K) - n * n * np.array([3, 3, 4, 8])
    ),
    "no-inputs: n(n + 1) is counted for a sum: the matrices from the inputs are missing": (
        lambda d, n, K: counts(d, n, K) - n * d * np.array([3, 4, 4, 8]),
        lambda d, n, K: counts(d, n, K) - n * d * np.array([3, 3, 4, 8]),
    ),
    "one-sum: one sum of the GRU is counted": with_entry(
        counts, 0, lambda d, n, K: n * (d + n + 1) + K * (n + 1)
    ),
    "four: the GRU is counted as an LSTM": with_entry(
        counts, 0, lambda d, n, K: 4 * n * (d + n + 1) + K * (n + 1)
    ),
    "sheet-candidate: the sheet's candidate is not counted": with_entry(
        counts, 1, lambda d, n, K: 3 * n * (d + n + 1) + K * (n + 1)
    ),
    "sheet-candidate: the sheet's candidate is counted without its matrix W_cx": with_entry(
        counts, 1, lambda d, n, K: 3 * n * (d + n + 1) + n + K * (n + 1)
    ),
    "sheet-candidate: the sheet's candidate is counted without its bias": with_entry(
        counts, 1, lambda d, n, K: counts(d, n, K)[1] - n
    ),
    "sheet-gates: one gate of the sheet's LSTM is counted": with_entry(
        counts, 1, lambda d, n, K: n * (d + n + 1) + n * (d + 1) + K * (n + 1)
    ),
    "sheet-gates: two gates of the sheet's LSTM are counted": with_entry(
        counts, 1, lambda d, n, K: 2 * n * (d + n + 1) + n * (d + 1) + K * (n + 1)
    ),
    "no-peepholes: Gers' LSTM is counted without its peepholes": with_entry(
        counts, 2, lambda d, n, K: 4 * n * (d + n + 1) + K * (n + 1)
    ),
    "one-peephole: one vector is counted for all three gates of Gers' LSTM": with_entry(
        counts, 2, lambda d, n, K: 4 * n * (d + n + 1) + n + K * (n + 1)
    ),
    "two-peepholes: two vectors are counted for the three gates of Gers' LSTM": with_entry(
        counts, 2, lambda d, n, K: 4 * n * (d + n + 1) + 2 * n + K * (n + 1)
    ),
    "four-peepholes: Gers' candidate is given a vector too": with_entry(
        counts, 2, lambda d, n, K: 4 * n * (d + n + 1) + 4 * n + K * (n + 1)
    ),
    "gers-gates: Gers' candidate is not counted": with_entry(
        counts, 2, lambda d, n, K: 3 * n * (d + n + 1) + 3 * n + K * (n + 1)
    ),
    "gers-gates: one sum of Gers' LSTM is counted": with_entry(
        counts, 2, lambda d, n, K: n * (d + n + 1) + 3 * n + K * (n + 1)
    ),
    "output-bias: the output layer of both ways has no bias": with_entry(
        counts, 3, lambda d, n, K: counts(d, n, K)[3] - K
    ),
    "two-outputs: each of both ways has an output layer of its own": with_entry(
        counts, 3, lambda d, n, K: 8 * n * (d + n + 1) + 2 * K * (n + 1)
    ),
    "two-gates: the two gates of the GRU are counted and its candidate is not": with_entry(
        counts, 0, lambda d, n, K: 2 * n * (d + n + 1) + K * (n + 1)
    ),
    "candidate: the sheet's candidate is given a matrix W_ch; it reads x alone": with_entry(
        counts, 1, lambda d, n, K: 4 * n * (d + n + 1) + K * (n + 1)
    ),
    "full: Gers' peepholes are counted as full matrices; they are vectors": with_entry(
        counts, 2, lambda d, n, K: 4 * n * (d + n + 1) + 3 * n**2 + K * (n + 1)
    ),
    "one-end: the output layer of both ways is thought to read n units; it reads 2n": with_entry(
        counts, 3, lambda d, n, K: 8 * n * (d + n + 1) + K * (n + 1)
    ),
    "one-way: one direction is counted in place of two": with_entry(
        counts, 3, lambda d, n, K: 4 * n * (d + n + 1) + K * (2 * n + 1)
    ),
}


def mingru_parts(params, x) -> tuple[np.ndarray, np.ndarray]:
    """The sums inside the gate and the candidate."""
    return tuple(params[f"W_{q}x"] @ x + params[f"b_{q}"] for q in "zh")


def gate_reads_the_state(params, x, h) -> np.ndarray:
    a_z, new = mingru_parts(params, x)
    return h + sigmoid(a_z + h) * (new - h)


def exchanged_shares(params, x, h) -> np.ndarray:
    a_z, new = mingru_parts(params, x)
    return old_in_front(sigmoid(a_z), h, new)


def candidate_with_tanh(params, x, h) -> np.ndarray:
    a_z, new = mingru_parts(params, x)
    return h + sigmoid(a_z) * (np.tanh(new) - h)


def mean_of(z, h, new):
    return (1.0 - z) * h + z * new


def mingru_mixed(mixed=mean_of, gate=sigmoid):
    def answer(params, x, h):
        a_z, new = mingru_parts(params, x)
        return mixed(gate(a_z), h, new)

    return answer


MISTAKES[mingru_step] = {
    "gate-reads-h: the gate reads the state, too": gate_reads_the_state,
    "W15: z and 1 − z are exchanged, as in torch": exchanged_shares,
    "tanh: the candidate has a tanh, as in the GRU": candidate_with_tanh,
    "candidate: the candidate is returned and not the mean": lambda w, x, h: mingru_parts(w, x)[1],
    "sum: the old state is kept whole": mingru_mixed(lambda z, h, new: h + z * new),
    "no-new: z ⊙ candidate is missing": mingru_mixed(lambda z, h, new: (1.0 - z) * h),
    "no-old: (1 − z) ⊙ h is missing": mingru_mixed(lambda z, h, new: z * new),
    "all-new: the candidate is added whole, without z": mingru_mixed(
        lambda z, h, new: (1.0 - z) * h + new
    ),
    "z-twice: z stands in place of 1 − z, beside the old state too": mingru_mixed(
        lambda z, h, new: z * (h + new)
    ),
    "minus: z ⊙ candidate is subtracted": mingru_mixed(lambda z, h, new: (1.0 - z) * h - z * new),
    "no-one: exp(a) stands in place of the sigmoid: the 1 + under the fraction is missing": (
        mingru_mixed(gate=np.exp)
    ),
    "fraction: 1 + exp(−a) stands in place of 1 / (1 + exp(−a))": mingru_mixed(gate=reciprocal),
    "no-biases: the biases are left out": (
        lambda w, x, h: mingru_step({k: 0.0 * W if k[0] == "b" else W for k, W in w.items()}, x, h)
    ),
}
