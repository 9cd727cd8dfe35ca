"""What chapter 04 states in numbers: a value, how it is measured, its source, a sentence."""

from functools import partial

import numpy as np

from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.chapters.vanishing_gradients import cases_clipping as clipping
from rnncourse.chapters.vanishing_gradients.cases import gaussian, left_after, scaled

DIFFERENCES = "central differences"
FIVE = "the median of five networks of 32 units, 50 steps, inputs of standard deviation 0.5"
DECAY = "the median of five tanh networks of 32 units, no input, h0 of standard deviation 1"
SPECTRUM = "five networks of 32 units, inputs of standard deviation 0.05, the median"
CLIPPED = "the gradient of a network of 32 units with 3 × orthogonal, norm 1707, limit 1"
TRUNCATED = "the median of five networks of 32 units, 40 steps, loss at the last"

NORMS = {
    "norm-above-one": (
        1024.0,
        DIFFERENCES,
        "W10",
        r"One unit with $W_{hh} = 2$ at $h = 0$: ten steps multiply a nudge by $2^{10}$.",
        cases.doubling,
    ),
    "gaussian-above-one": (
        200.0,
        "200 matrices of 32 units",
        "W10",
        r"Of 200 Gaussian matrices with entries of variance $1/n$, so many have a norm above 1.",
        cases.gaussians_above_one,
    ),
    "explosion": (
        2.549e6,
        FIVE,
        "W11",
        r"With $W_{hh}$ 3 × orthogonal a tanh network multiplies some nudge by this.",
        partial(left_after, scaled(3.0)),
    ),
    "travel-0.7": (
        1.373e-12,
        FIVE,
        "D-1.2",
        r"With $W_{hh}$ 0.7 × orthogonal this is left of the nudge that fades least.",
        partial(left_after, scaled(0.7)),
    ),
    "travel-1": (
        4.486e-6,
        FIVE,
        "W13",
        r"With an orthogonal $W_{hh}$ and inputs, this is left of the nudge that fades least.",
        partial(left_after, scaled(1.0)),
    ),
    "travel-1.5": (
        3.439,
        FIVE,
        "D-1.2",
        r"With $W_{hh}$ 1.5 × orthogonal the slopes take about what the matrix gives.",
        partial(left_after, scaled(1.5)),
    ),
    "sigmoid-6": (
        2.416e-3,
        f"{FIVE}, sigmoid",
        "R4-08",
        r"Sigmoid, $\lVert W_{hh}\rVert_2 = 6$: nothing is guaranteed, and nudges still fade.",
        partial(left_after, scaled(6.0), function="sigmoid"),
    ),
    "sigmoid-12": (
        1919.0,
        f"{FIVE}, sigmoid",
        "R4-08",
        r"Sigmoid, $\lVert W_{hh}\rVert_2 = 12$: some nudge grows.",
        partial(left_after, scaled(12.0), function="sigmoid"),
    ),
    "norm-not-radius": (
        1.041e-15,
        "matrix powers",
        "W12",
        r"A matrix of norm 10 whose power 60 is next to nothing.",
        partial(cases.norm_is_not_radius, 60),
    ),
    "saturated-slope": (
        0.1664,
        DIFFERENCES,
        "W12",
        r"One unit with $W_{hh} = 2$ at rest at $h^* = \tanh 2h^*$ passes on so much of a nudge.",
        cases.saturated_slope,
    ),
    "orthogonal-decay-200": (
        0.1265,
        DECAY,
        "R4-08",
        r"An orthogonal $W_{hh}$ without input: left after 200 steps.",
        partial(cases.orthogonal_decay, 200),
    ),
    "orthogonal-decay-exponent": (
        -0.4936,
        DECAY,
        "R4-08",
        r"Between 50 and 200 steps the largest singular value falls as a power of $t$.",
        cases.orthogonal_decay_exponent,
    ),
    "bounds-are-loose": (
        244.6,
        "100 Gaussian networks of 16 units, ten steps, the median",
        "W12",
        r"So many times too large is the product of the norms, for the norm of the product.",
        cases.looseness,
    ),
    "middle-orthogonal": (
        0.7121,
        SPECTRUM,
        "D-1.2",
        r"Orthogonal $W_{hh}$, small inputs: what twenty steps leave in the middle direction.",
        partial(cases.middle_direction, scaled(1.0)),
    ),
    "middle-gaussian": (
        2.242e-4,
        SPECTRUM,
        "D-1.2",
        r"Gaussian $W_{hh}$, small inputs: what twenty steps leave in the middle direction.",
        partial(cases.middle_direction, gaussian),
    ),
    "float32-zero": (
        150.0,
        "NumPy, denormal numbers included",
        "R1-08",
        r"Halved so often, 1 becomes 0 in float32.",
        partial(cases.steps_until_zero, np.float32),
    ),
    "float64-zero": (
        1075.0,
        "NumPy, denormal numbers included",
        "R1-08",
        r"Halved so often, 1 becomes 0 in float64.",
        partial(cases.steps_until_zero, np.float64),
    ),
    "lstm-h-blocks": (
        0.9891,
        "five untrained LSTMs of 16 units, three steps, relative, the median",
        "W32",
        r"Multiplying only the blocks from $h$ to $h$ of an LSTM misses the way through $c$.",
        cases.product_of_h_blocks,
    ),
}

GRADIENTS = {
    "clip-by-value-angle": (
        42.54,
        CLIPPED,
        "U18-1.2",
        "Cutting each entry at 1 turns the gradient by so many degrees.",
        partial(clipping.turned_by, clipping.clip_by_value),
    ),
    "clip-each-angle": (
        44.53,
        CLIPPED,
        "U18-1.2",
        "Giving each parameter a norm of its own turns the gradient by so many degrees.",
        partial(clipping.turned_by, clipping.clip_each),
    ),
    "clip-by-value-norm": (
        34.07,
        CLIPPED,
        "U18-1.2",
        "Cutting each entry at 1 leaves a gradient of this norm.",
        partial(clipping.norm_after, clipping.clip_by_value),
    ),
    "clip-in-a-loop": (
        1707.0,
        CLIPPED,
        "W38",
        "A loop that binds its own name to the clipped array leaves this norm: all of it.",
        partial(clipping.norm_after, clipping.clip_in_a_loop),
    ),
    "clip-misplaced": (
        10.0,
        "torch, gradient (6, 8), limit 1, rate 1",
        "U18-1.2",
        "Clipped before backward() or after step(), the step is as long as without clipping.",
        clipping.clipped_too_early_or_late,
    ),
    "clip-bias": (
        -0.8,
        "ten batches, limit 1",
        "U18-1.2",
        "The mean of clipped gradients can point the other way than their mean, 0.1.",
        clipping.mean_of_clipped,
    ),
    "clip-no-loss": (
        0.09697,
        DIFFERENCES,
        "U18-1.2",
        r"$\partial F_2/\partial w_1 - \partial F_1/\partial w_2$ of a clipped gradient is not 0.",
        clipping.circulation_of_clipped,
    ),
    "truncation-0.7": (
        0.02154,
        TRUNCATED,
        "W33",
        r"Window 10 of 40, $W_{hh}$ 0.7 × orthogonal: relative error of the gradient.",
        partial(clipping.truncation_error, 0.7, 10),
    ),
    "truncation-1": (
        0.3234,
        TRUNCATED,
        "W33",
        r"Window 10 of 40, $W_{hh}$ orthogonal: relative error of the gradient.",
        partial(clipping.truncation_error, 1.0, 10),
    ),
    "truncation-angle": (
        18.86,
        TRUNCATED,
        "W33",
        r"Window 10 of 40, $W_{hh}$ orthogonal: degrees between the two gradients.",
        partial(clipping.truncation_angle, 1.0, 10),
    ),
    "early-terms": (
        5.016e-6,
        TRUNCATED,
        "R1-08",
        r"With $W_{hh}$ 0.7 × orthogonal the first ten of 40 terms are this part of the gradient.",
        partial(clipping.truncation_error, 0.7, 30),
    ),
    "latch-carried": (
        0.9575,
        "chunks of 30, the state carried",
        "W33",
        r"One unit with $W_{hh} = 2$ read a 1 at the first step: its state at step 1000.",
        partial(clipping.latch, 1000),
    ),
    "latch-gradient": (
        4.236e-8,
        DIFFERENCES,
        "W33",
        r"What ten steps leave of a nudge of that unit's first state.",
        partial(clipping.latch_gradient, 11),
    ),
}
STATED = NORMS | GRADIENTS
