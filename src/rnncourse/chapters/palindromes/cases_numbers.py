"""The single numbers that chapter 06 states, each with how it is measured."""

from functools import partial
from math import cosh, log10, tanh

from rnncourse.chapters.palindromes.cases import (
    baum_sweet_share,
    best_of,
    binary_majority,
    binary_middle,
    carried_at_start,
    carried_by_latch,
    change_of_output_gradient,
    default_radius,
    even_mistakes,
    information,
    latch,
    short_steps_after_a_spike,
    untrained,
)

STARTS = "5 untrained RNNs of 128 units, one-hot digits: the median"
CHANGED = "length {}, the first digit changed and the target kept, norm over norm"
SPIKE = "gradients of size 1 but one of size 1000, updates counted"
BINOMIAL = "binomial distribution"

# id, what the page states, tolerance, source, how, statement, measure
NUMBERS = (
    (
        "fano-half",
        0.7370,
        1e-4,
        "",
        "all wrong answers equally frequent",
        "To be right half of the time takes less than one bit of the digit.",
        lambda: information(even_mistakes(0.5)),
    ),
    (
        "latch-count",
        110,
        0.5,
        "",
        "entries of the five arrays",
        "Weights and biases of the latch, its output layer included.",
        lambda: sum(array.size for array in latch().values()),
    ),
    (
        "latch-factor",
        0.2931,
        1e-4,
        "",
        "arithmetic",
        r"The largest factor of a step at $\alpha = 2$ and the smallest self-loop.",
        lambda: 4.0 / tanh(2.0) / cosh(2.0) ** 2,
    ),
    (
        "latch-gradient-45",
        -18.9,
        0.05,
        "",
        "20 sequences of length 45: the largest, as a decimal logarithm",
        r"The size of $\partial h^{(44)}/\partial h^{(1)}$ in a latch, as a power of ten.",
        lambda: log10(carried_by_latch(45)),
    ),
    *(
        (
            f"start-{start}-{length}",
            states,
            tolerance,
            "W11",
            STARTS,
            f"Carried from the first to the last input of length {length}, {start} start.",
            partial(carried_at_start, start, length),
        )
        for start, length, states, tolerance in (
            ("torch", 20, 3.219e-4, 1e-6),
            ("orthogonal", 20, 0.610, 1e-3),
            ("torch", 45, 4.75e-10, 1e-12),
            ("orthogonal", 45, 0.174, 1e-3),
        )
    ),
    (
        "start-radius",
        0.609,
        1e-3,
        "",
        "the mean of 5 matrices with n = 128",
        r"The spectral radius of $W_{hh}$ with entries uniform in $\pm 1/\sqrt n$.",
        default_radius,
    ),
    (
        "output-remembers",
        3.92,
        1e-2,
        "W34",
        CHANGED.format(45),
        r"In the latch $\partial\mathcal L/\partial W_{ph}$ changes with the first digit.",
        lambda: change_of_output_gradient(latch(), 45),
    ),
    (
        "output-forgets",
        3.378e-5,
        1e-7,
        "W34",
        CHANGED.format(20),
        r"In an untrained RNN of torch's start $\partial\mathcal L/\partial W_{ph}$ hardly does.",
        lambda: change_of_output_gradient(untrained("torch", 0), 20),
    ),
    (
        "spike-free",
        807,
        0.5,
        "U18-1.2",
        SPIKE,
        "So many updates after the spike are shorter than half the usual one.",
        lambda: short_steps_after_a_spike(1000.0, clip=None),
    ),
    (
        "spike-clipped",
        0,
        0.5,
        "U18-1.2",
        SPIKE,
        "With the gradient clipped at 10 none is.",
        lambda: short_steps_after_a_spike(1000.0, clip=10.0),
    ),
    (
        "best-batch",
        0.215,
        1e-3,
        "W29",
        BINOMIAL,
        "The best of 10,000 batches of 128 that guessing is expected to have.",
        lambda: best_of(10_000, 0.1, 128),
    ),
    (
        "best-batch-majority",
        0.902,
        1e-3,
        "W29",
        BINOMIAL,
        "Baum-Sweet of length 4, label 1 always: the best of 3,000 batches of 256.",
        lambda: best_of(3_000, baum_sweet_share(4), 256),
    ),
    (
        "stop-rule",
        0.9980,
        1e-4,
        "",
        "1500 samples without a mistake",
        "The accuracy at which three evaluations of 500 pass one time in twenty.",
        lambda: 0.05 ** (1.0 / 1500.0),
    ),
    *(
        (
            f"baum-sweet-{length}",
            states,
            5e-5,
            "U20-1.3",
            f"every integer from 10 to 10^{length}",
            f"The share of label 1 in Baum-Sweet of integer length {length}.",
            partial(baum_sweet_share, length),
        )
        for length, states in ((4, 0.8226), (5, 0.6710), (6, 0.5041))
    ),
    (
        "binary-majority",
        2 / 3,
        1e-12,
        "U20-1.3",
        "all 729 draws of 3 digits, both ways",
        "The share of label 1 among binary palindromes.",
        binary_majority,
    ),
    (
        "binary-middle",
        0.6948,
        1e-4,
        "U20-1.3",
        "all 59,049 draws of 5 digits, both ways",
        "The best that a rule can do that sees every bit of length 10 but the first.",
        binary_middle,
    ),
)
