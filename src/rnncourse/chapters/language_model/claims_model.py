"""Claims: what the model counts, where dropout stands, and clipping in a loop."""

from itertools import product

import numpy as np
import torch
from torch.nn.functional import cross_entropy, one_hot

from rnncourse.analysis import count_parameters
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.language_model.cases import small_model
from rnncourse.chapters.language_model.exercises import dropout, parameters
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer
from rnncourse.sequence import Dropout
from rnncourse.training import text_model

COUNTED = "the model's tensors"
SETTINGS = "U18-3.1a"
SHARE = 0.3
MASKS = "all masks"


def tensors(module: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


@claim("lm-count", shows="eq-lm-count", tolerance=0.5, how=COUNTED, source=SETTINGS)
def counts_are_the_tensors() -> float:
    """The formula counts the tensors of two layers with their output layer, for any K and n."""
    errors = []
    for K, n in ((3, 2), (46, 128), (80, 128), (96, 128), (87, 64)):
        own = tensors(text_model("lstm", K, hidden=n))
        errors += [own - parameters(K, n), own - count_parameters("lstm", K, n, K, num_layers=2)]
    return float(np.abs(errors).max())


def torch_model(K: int, dropout: float = 0.0) -> tuple[torch.nn.LSTM, torch.nn.Linear]:
    lstm = torch.nn.LSTM(K, 128, num_layers=2, dropout=dropout, batch_first=True)
    return lstm, torch.nn.Linear(128, K)


def count_row(id: str, K: int, count: int, text: str) -> dict[str, Row]:
    words = f"Two layers of 128 units and the output for {K} characters: {text}."
    return {f"{id}: {words}": Row(lambda: tensors(text_model("lstm", K, hidden=128)), count)}


claim_rows(
    count_row("lm-count-46", 46, 227_118, "the tales"),
    count_row("lm-count-80", 80, 248_912, "Grimm without its license"),
    count_row("lm-count-96", 96, 259_168, "Anna Karenina without its license"),
    count_row("lm-count-87", 87, 253_399, "Grimm's file as it is"),
    count_row("lm-count-104", 104, 264_296, "Anna Karenina's file as it is"),
    {
        "lm-count-87-torch: torch's two layers, with two biases a gate.": Row(
            lambda: float(sum(map(tensors, torch_model(87)))), 254_423
        ),
        "lm-count-small: Two layers of 2 units and the output for 3 characters.": Row(
            lambda: float(tensors(text_model("lstm", 3, hidden=2))), 97
        ),
    },
    tolerance=0.5,
    how=COUNTED,
    source=SETTINGS,
)


@claim("lm-gather", tolerance=1e-13, how="the same model on one-hot rows")
def numbers_are_one_hot_rows() -> float:
    """Read as numbers or as one-hot rows, the characters give the same scores and gradients."""
    model, ids = small_model(), torch.from_numpy(np.random.default_rng(0).integers(0, 5, (3, 9)))
    found = []
    for x in (ids, one_hot(ids, 5).double()):
        model.zero_grad()
        p, _ = model(x)
        cross_entropy(p.flatten(0, 1), ids.flatten()).backward()
        found.append([p.detach().numpy(), *(w.grad.clone().numpy() for w in model.parameters())])
    return largest_of(relative_error(a, b) for a, b in zip(*found, strict=True))


# Dropout


def mean_over_masks(drop, h: np.ndarray) -> np.ndarray:
    """Of what ``drop(h, u, share, training)`` leaves, each mask with its probability."""
    return sum(
        np.prod(np.where(kept, 1 - SHARE, SHARE)) * drop(h, np.array(kept), SHARE, True)
        for kept in product((0, 1), repeat=len(h))
    )


@claim(
    "lm-dropout-mean",
    shows="eq-lm-dropout",
    tolerance=1e-14,
    how=MASKS,
    source="R1-28",
    absolute="states",
)
def dropout_keeps_the_mean() -> float:
    """Divided by 1 − ρ, what dropout leaves has the mean h; and the package draws such values."""
    h = np.random.default_rng(0).standard_normal(4)
    mean = mean_over_masks(dropout, h)
    drawn = Dropout(SHARE, np.random.default_rng(0))(torch.from_numpy(np.tile(h, (1000, 1))))
    factors = drawn.numpy() / h
    off = np.minimum(np.abs(factors), np.abs(factors - 1 / (1 - SHARE)))
    drops = (factors == 0).mean()
    return largest_of(np.abs(mean - h).max(), off.max()) if 0.25 < drops < 0.35 else np.inf


@claim(
    "lm-dropout-unscaled",
    states=0.3,
    tolerance=1e-12,
    how=MASKS,
    mistake=("lm-dropout", "unscaled"),
)
def without_the_division() -> float:
    """What the mean lacks, as a share of h, if what is left is not divided."""
    h = np.random.default_rng(0).standard_normal(4)
    mean = mean_over_masks(wrong_answer("lm-dropout", "unscaled"), h)
    return float(np.abs(mean / h - 1).max())


@claim("lm-dropout-off", tolerance=1e-15, how="the same weights without dropout", absolute="scores")
def off_at_evaluation() -> float:
    """In evaluation a model with dropout gives the scores of one without."""
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, 5, (2, 9)))
    with torch.no_grad():
        with_dropout, _ = small_model(dropout=0.5).eval()(ids)
        without, _ = small_model()(ids)
    return float((with_dropout - without).abs().max())


@claim(
    "lm-dropout-place",
    tolerance=1e-6,
    how="states in training and in evaluation",
    source="R1-28",
    absolute="states",
)
def between_the_layers() -> float:
    """In training the first layer's states are those of evaluation, with torch.nn.LSTM and here;
    the second layer's are not, and no output is zero."""
    torch.manual_seed(0)
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, 5, (2, 9)))
    theirs, _ = torch_model(5, dropout=0.5)
    rows = one_hot(ids, 5).float()
    ours = small_model(dropout=0.5)
    with torch.no_grad():
        h, (h_train, c_train) = theirs.train()(rows)
        _, (h_eval, c_eval) = theirs.eval()(rows)
        _, own_train = ours.train()(ids)
        _, own_eval = ours.eval()(ids)
    pairs = [(h_train, h_eval), (c_train, c_eval), *zip(own_train, own_eval, strict=True)]
    first = largest_of(float((a[0] - b[0]).abs().max()) for a, b in pairs)
    second = min(float((a[1] - b[1]).abs().max()) for a, b in pairs)
    return first if second > 1e-3 and bool((h != 0).all()) else np.inf


def carried_through_dropout(steps: int) -> tuple[float, float, float]:
    """Mean, mean square, and probability to be left of a 1 that dropout meets at every step."""
    values = {1.0: 1.0}  # value: probability
    for _ in range(steps):
        after: dict[float, float] = {}
        for value, share in values.items():
            for new, part in ((0.0, SHARE), (value / (1 - SHARE), 1 - SHARE)):
                after[new] = after.get(new, 0.0) + share * part
        values = after
    mean = sum(value * share for value, share in values.items())
    square = sum(value**2 * share for value, share in values.items())
    return mean, square, 1.0 - values.get(0.0, 0.0)


@claim("lm-noise", shows="eq-lm-noise", tolerance=1e-9, how="the distribution, step by step")
def noise_on_the_way() -> float:
    """A memory that dropout meets T times keeps its mean; its mean square grows like
    (1 − ρ)^−T, and it is left with the probability (1 − ρ)^T."""
    errors = []
    for T in (1, 5, 30):
        mean, square, left = carried_through_dropout(T)
        errors += [mean - 1, square * (1 - SHARE) ** T - 1, left / (1 - SHARE) ** T - 1]
    return float(np.abs(errors).max())


@claim("lm-noise-left", states=2.25e-5, how="ρ = 0.3, T = 30")
def left_after_30() -> float:
    """The probability that a memory is left after 30 steps with dropout on its way."""
    return carried_through_dropout(30)[2]


@claim("lm-noise-square", states=44_400, tolerance=50, how="ρ = 0.3, T = 30")
def square_after_30() -> float:
    """Its mean square after 30 steps; its mean is still 1."""
    return carried_through_dropout(30)[1]


# Clipping


def gradient() -> list[torch.nn.Parameter]:
    """The parameters of a model with a gradient whose norm is above 1."""
    model, ids = small_model(), torch.from_numpy(np.random.default_rng(0).integers(0, 5, (3, 9)))
    p, _ = model(ids)
    (10.0 * cross_entropy(p.flatten(0, 1), ids.flatten())).backward()
    return list(model.parameters())


def norm(weights: list[torch.nn.Parameter]) -> float:
    return float(torch.cat([w.grad.flatten() for w in weights]).norm())


@claim(
    "lm-clip-rebound", states=1.0, tolerance=1e-12, how="norm after over norm before", source="W38"
)
def clipping_a_name() -> float:
    """``for g in grads: g = g * factor`` leaves the gradient that the optimizer reads as it was."""
    weights = gradient()
    before, grads = norm(weights), [weight.grad for weight in weights]
    for g in grads:
        g = g * min(1.0, 1.0 / before)
    return norm(weights) / before if before > 1.1 else np.inf


@claim("lm-clip-in-place", tolerance=1e-5, how="the norm against the limit 1", source="W38")
def clipping_the_gradient() -> float:
    """``g *= factor`` and torch's clip_grad_norm_ change it: its norm is the limit."""
    weights, others = gradient(), gradient()
    before = norm(weights)
    for weight in weights:
        weight.grad *= min(1.0, 1.0 / before)
    torch.nn.utils.clip_grad_norm_(others, 1.0)
    return largest_of(abs(norm(weights) - 1.0), abs(norm(others) - 1.0))
