"""Claims on palindromes, and on what a recurrent network remembers."""

from functools import partial
from itertools import permutations
from math import cosh, log10, sinh, tanh

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.palindromes import cases
from rnncourse.chapters.palindromes.cases import ONE_HOT, every_palindrome, information, latch
from rnncourse.chapters.palindromes.exercises import best_batch, latch_weight
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.experiments import results

COUNTED = "every palindrome of length 3 to 6, counted"
ALPHAS = (0.3, 0.5, 1.0, 2.0)


@claim(
    "palindrome-middle",
    shows="eq-middle",
    tolerance=1e-12,
    how=COUNTED,
    source="U18-1.3",
    absolute="bits",
)
def middle_tells_nothing() -> float:
    """The digits after the first share no information with the answer."""
    counts = (cases.joint_counts(x[:, 1:], y) for x, y in map(every_palindrome, range(3, 7)))
    return largest_of(abs(information(table)) for table in counts)


def window_accuracy(length: int, window: int) -> float:
    """The best that any rule can do that sees the last ``window`` inputs of a palindrome."""
    x, y = every_palindrome(length)
    return cases.best_guess(cases.joint_counts(x[:, length - 1 - window :], y))


@claim(
    "palindrome-window",
    shows="eq-window",
    tolerance=1e-12,
    how=COUNTED,
    source="U18-1.3",
    absolute="shares",
)
def short_window_is_chance() -> float:
    """No rule that sees the last inputs, without the first, is right more often than 1 in 10."""
    shares = [window_accuracy(length, k) for length in range(3, 7) for k in range(1, length - 1)]
    return largest_of(abs(share - 0.1) for share in shares)


@claim("palindrome-whole", tolerance=1e-12, how=COUNTED)
def first_input_is_enough() -> float:
    """A rule that sees the first input, and nothing else, can always be right."""
    pairs = map(every_palindrome, range(3, 7))
    shares = [cases.best_guess(cases.joint_counts(x[:, :1], y)) for x, y in pairs]
    return largest_of(abs(share - 1.0) for share in shares)


@claim("palindrome-bits", states=3.3219, how="palindromes of length 5, counted")
def bits_to_keep() -> float:
    """The first digit and the answer share this many bits: the logarithm of 10 to base 2."""
    x, y = every_palindrome(5)
    return information(cases.joint_counts(x[:, :1], y))


@claim(
    "fano",
    shows="eq-fano",
    tolerance=1e-12,
    how="1000 random tables of digit and answer",
    absolute="bits",
)
def fano_holds() -> float:
    """An answer that is right this often shares at least this many bits with the digit."""
    rng, worst = np.random.default_rng(0), 0.0
    for _ in range(1000):
        given = rng.dirichlet(np.full(10, 10.0 ** rng.uniform(-2, 1)), size=10)
        joint = (given + rng.uniform(0, 2) * np.eye(10)) / 10.0
        joint /= joint.sum(axis=1, keepdims=True) * 10.0  # each digit one time in ten
        worst = largest_of(worst, cases.needed_bits(float(np.trace(joint))) - information(joint))
    return worst


def even_mistakes(accuracy: float, K: int = cases.DIGITS) -> np.ndarray:
    """Joint shares (K, K) of digit and answer where all wrong answers are equally frequent."""
    wrong = (1.0 - accuracy) / (K - 1)
    return (wrong + (accuracy - wrong) * np.eye(K)) / K


@claim("fano-tight", tolerance=1e-12, how="accuracies from 0.1 to 1", absolute="bits")
def fano_is_reached() -> float:
    """If all wrong answers are equally frequent, the bound is an equality."""
    shares = np.linspace(0.1, 1.0, 19)
    return largest_of(abs(information(even_mistakes(a)) - cases.needed_bits(a)) for a in shares)


THOUSAND = "all 1000 palindromes of length 5 or 6"


@claim("latch-right", shows="eq-latch", tolerance=1e-12, how=THOUSAND, absolute="shares")
def latch_is_right() -> float:
    """The four units say the last digit of every palindrome: the share of wrong answers."""
    drawn = map(every_palindrome, (5, 6))
    return largest_of(
        1.0 - cases.accuracy(latch(a), ONE_HOT[x], y) for x, y in drawn for a in ALPHAS
    )


@claim(
    "latch-right-100",
    tolerance=1e-12,
    how="200 random digit sequences and their first digits",
    absolute="shares",
)
def latch_is_right_at_length_100() -> float:
    """The same four units, length 100: the share of wrong answers."""
    x = cases.random_digits(99)
    return largest_of(1.0 - cases.accuracy(latch(a), ONE_HOT[x], x[:, 0]) for a in (1.0, 2.0))


def weakest(alpha: float, w: float, T: int = 50) -> float:
    """The smallest state of a latch's unit that is always pushed the wrong way after step 1."""
    push = np.full((1, T, 1), -alpha)
    push[0, 0] = alpha
    unit = {"W_hx": np.eye(1), "W_hh": np.array([[w]]), "b_h": np.zeros(1)}
    return float(cases.states(unit, push).min())


@claim(
    "latch-holds",
    shows="eq-latch-condition",
    tolerance=1e-9,
    how="random and worst inputs",
    absolute="states",
)
def latch_holds() -> float:
    """With a self-loop just above the bound no state falls below tanh of the first push."""
    x, worst = ONE_HOT[cases.random_digits(50)], 0.0
    for alpha in ALPHAS:
        w = 1.001 * latch_weight(alpha, alpha)
        low = min(np.abs(cases.states(latch(alpha, w), x)).min(), weakest(alpha, w))
        worst = largest_of(worst, tanh(alpha) - float(low))
    return worst


@claim("latch-too-weak", states=-0.989, how="one unit, pushed back for 49 steps")
def latch_too_weak() -> float:
    r"""With $\alpha = \frac12$ and 2 % less than the bound a unit that was on ends as off."""
    return weakest(0.5, 0.98 * latch_weight(0.5, 0.5))


def raw_digit_latch() -> dict:
    """Nine units that read the digit as one number: unit j is on if the digit is j or more."""
    above = np.arange(1, cases.DIGITS)
    side = np.where(np.arange(cases.DIGITS)[:, None] >= above, 1.0, -1.0)  # (10, 9)
    w = latch_weight(0.5, 8.5)  # pushed by 0.5 at least and 8.5 at most
    return cases.latch_params(np.ones((9, 1)), w, 0.5 - above, side)


@claim("latch-raw-digit", tolerance=1e-12, how=THOUSAND, absolute="shares")
def latch_reads_raw_digits() -> float:
    """Nine units that read the digit as one number: the share of wrong answers."""
    drawn = map(every_palindrome, (5, 6))
    return largest_of(
        1.0 - cases.accuracy(raw_digit_latch(), 1.0 * x[..., None], y) for x, y in drawn
    )


def worst_carried(alpha: float, T: int) -> float:
    """What one unit of the latch carries that is pushed back at every step after the first."""
    unit = {"W_hx": np.eye(1), "b_h": np.zeros(1), "W_ph": np.eye(1), "b_p": np.zeros(1)}
    push = np.full((T, 1), -alpha)
    push[0] = alpha
    return cases.carried(unit | {"W_hh": np.array([[latch_weight(alpha, alpha)]])}, push)


@claim("latch-jacobian", shows="eq-latch-jacobian", tolerance=1e-9, how="random and worst inputs")
def latch_gradient_is_bounded() -> float:
    r"""What $\partial h^{(T)}/\partial h^{(1)}$ exceeds of its bound, over the bound, T to 29."""
    worst = 0.0
    for alpha, T in ((0.5, 5), (1.0, 10), (2.0, 20), (1.5, 29)):
        bound = (latch_weight(alpha, alpha) / cosh(alpha) ** 2) ** (T - 1)
        inputs = (ONE_HOT[digits[:T]] for digits in cases.random_digits(29, count=20))
        sizes = [cases.carried(latch(alpha), x) for x in inputs]
        worst = largest_of(
            worst, *(size / bound - 1.0 for size in (*sizes, worst_carried(alpha, T)))
        )
    return worst


@claim("latch-jacobian-tight", tolerance=1e-9, how="a unit that is pushed back at every step")
def latch_bound_is_reached() -> float:
    r"""Under the worst input the bound is an equality; here $\alpha = 2$ and $T = 10$."""
    return abs(worst_carried(2.0, 10) / (8.0 / sinh(4.0)) ** 9 - 1.0)


# Training and measuring


@claim("palindrome-rmsprop", shows="eq-rmsprop-update", tolerance=1e-12, how="the sum, 50 steps")
def rmsprop_is_a_weighted_mean() -> float:
    r"""The recursion for $v$ gives the mean of squared gradients, weighted by powers of 0.99."""
    g, v, worst = np.random.default_rng(0).standard_normal((50, 5)), np.zeros(5), 0.0
    for t in range(50):
        v = 0.99 * v + 0.01 * g[t] ** 2
        weights = 0.01 * 0.99 ** np.arange(t, -1, -1)
        worst = largest_of(worst, relative_error(v, weights @ g[: t + 1] ** 2))
    return worst


# The other tasks


def combination_window(length: int, window: int) -> float:
    """The best that any rule can do that sees the last ``window`` numbers of a combination."""
    orders = np.array(list(permutations(range(length))))
    return cases.best_guess(cases.joint_counts(orders[:, length - 1 - window : -1], orders[:, -1]))


@claim(
    "combination-window",
    shows="eq-combination",
    tolerance=1e-12,
    how="all 720 orders of six",
    absolute="shares",
)
def combination_from_a_window() -> float:
    r"""Whoever sees $k$ of the numbers is right one time in $m-k$ at best."""
    return largest_of(abs(combination_window(6, k) - 1.0 / (6 - k)) for k in range(1, 6))


@claim(
    "adding-baseline", tolerance=1e-12, states=1 / 6, how="Gaussian quadrature", source="U20-1.3"
)
def adding_baseline() -> float:
    """The mean squared error of always saying 1."""
    nodes, weights = np.polynomial.legendre.leggauss(3)
    u, w = 0.5 * (nodes + 1.0), 0.5 * weights
    return float((np.outer(w, w) * (u[:, None] + u - 1.0) ** 2).sum())


# Single numbers


@claim("fano-half", states=0.7370, tolerance=1e-4, how="all wrong answers equally frequent")
def bits_for_half() -> float:
    """To be right half of the time takes less than one bit of the digit."""
    return information(even_mistakes(0.5))


@claim("latch-count", states=110, how="entries of the five arrays")
def latch_count() -> float:
    """Weights and biases of the latch, its output layer included."""
    return sum(array.size for array in latch().values())


@claim("latch-factor", states=0.2931, how="arithmetic")
def latch_factor() -> float:
    r"""The largest factor of a step at $\alpha = 2$ and the smallest self-loop."""
    return 4.0 / tanh(2.0) / cosh(2.0) ** 2


@claim("latch-gradient-45", states=-18.9, how="the largest of 20 sequences of length 45")
def carried_by_the_latch() -> float:
    r"""The size of $\partial h^{(44)}/\partial h^{(1)}$ in a latch, as a power of ten."""
    return log10(
        largest_of(cases.carried(latch(1.0), ONE_HOT[x]) for x in cases.random_digits(44, 20))
    )


@claim("start-radius", states=0.609, how="the mean of 5 matrices with n = 128")
def default_radius() -> float:
    r"""The spectral radius of $W_{hh}$ with entries uniform in $\pm 1/\sqrt n$."""
    matrices = (cases.untrained("torch", seed)["W_hh"] for seed in range(5))
    return float(np.mean([np.abs(np.linalg.eigvals(W)).max() for W in matrices]))


@claim("stop-rule", states=0.9980, tolerance=1e-4, how="1500 samples without a mistake")
def stop_rule() -> float:
    """The accuracy at which three evaluations of 500 pass one time in twenty."""
    return 0.05 ** (1.0 / 1500.0)


def carried_at_start(initialization: str, length: int, seeds: int = 5) -> float:
    """The median over networks of what ∂h/∂h carries from the first to the last input."""
    sizes = []
    for seed in range(seeds):
        x = ONE_HOT[np.random.default_rng(seed).integers(0, cases.DIGITS, length - 1)]
        sizes.append(cases.carried(cases.untrained(initialization, seed), x))
    return float(np.median(sizes))


def start(id: str, initialization: str, length: int, states: float, **more) -> dict[str, Row]:
    statement = (
        f"Carried from the first to the last input of length {length}, {initialization} start."
    )
    return {
        f"{id}: {statement}": Row(partial(carried_at_start, initialization, length), states, **more)
    }


claim_rows(
    start("start-torch-20", "torch", 20, 3.219e-4),
    start("start-orthogonal-20", "orthogonal", 20, 0.610, tolerance=1e-3),
    start("start-torch-45", "torch", 45, 4.75e-10),
    start("start-orthogonal-45", "orthogonal", 45, 0.174),
    how="5 untrained RNNs of 128 units, one-hot digits: the median",
    source="W11",
)

CHANGED = "the first digit changed and the target kept, norm over norm"


@claim("output-remembers", states=3.92, how=f"length 45, {CHANGED}", source="W34")
def output_gradient_of_the_latch() -> float:
    r"""In the latch $\partial\mathcal L/\partial W_{ph}$ changes with the first digit."""
    return cases.change_of_output_gradient(latch(), 45)


@claim("output-forgets", states=3.378e-5, how=f"length 20, {CHANGED}", source="W34")
def output_gradient_of_the_untrained() -> float:
    r"""In an untrained RNN of torch's start $\partial\mathcal L/\partial W_{ph}$ hardly does."""
    return cases.change_of_output_gradient(cases.untrained("torch", 0), 20)


SPIKE = "gradients of size 1 but one of size 1000, updates counted"


@claim("spike-free", states=807, how=SPIKE, source="U18-1.2")
def short_steps() -> float:
    """So many updates after the spike are shorter than half the usual one."""
    return cases.short_steps_after_a_spike(1000.0, clip=None)


@claim("spike-clipped", states=0, how=SPIKE, source="U18-1.2")
def short_steps_clipped() -> float:
    """With the gradient clipped at 10 none is."""
    return cases.short_steps_after_a_spike(1000.0, clip=10.0)


@claim("best-batch", states=0.215, how="binomial distribution", source="W29")
def best_of_many_batches() -> float:
    """The best of 10,000 batches of 128 that guessing is expected to have."""
    return best_batch(0.1, 128, 10_000)


@claim("best-batch-majority", states=0.902, how="binomial distribution", source="W29")
def best_of_many_with_one_label() -> float:
    """Baum-Sweet of length 4, label 1 always: the best of 3,000 batches of 256."""
    return best_batch(cases.baum_sweet_share(4), 256, 3_000)


def baum_sweet(id: str, length: int, states: float) -> dict[str, Row]:
    statement = f"The share of label 1 in Baum-Sweet of integer length {length}."
    how = f"every integer from 10 to 10^{length}"
    return {f"{id}: {statement}": Row(partial(cases.baum_sweet_share, length), states, how=how)}


claim_rows(
    baum_sweet("baum-sweet-4", 4, 0.8226),
    baum_sweet("baum-sweet-5", 5, 0.6710),
    baum_sweet("baum-sweet-6", 6, 0.5041),
    {
        "binary-majority: The share of label 1 among binary palindromes.": Row(
            cases.binary_majority, 2 / 3, 1e-12, how="all 729 draws of 3 digits, both ways"
        )
    },
    tolerance=5e-5,
    source="U20-1.3",
)


@claim(
    "binary-middle", states=0.6948, how="all 59,049 draws of 5 digits, both ways", source="U20-1.3"
)
def binary_middle() -> float:
    """The best that a rule can do that sees every bit of length 10 but the first."""
    first: dict[str, list[int]] = {}
    halves = cases.binary_halves(5)
    for half in halves:
        first.setdefault(half[1:], [0, 0])[int(half[0])] += 1
    return sum(map(max, first.values())) / len(halves)


# Recorded runs


def course_runs() -> list:
    """The recorded runs of the RNN with the course's settings."""
    records = results("palindrome-length")
    return [r for r in records if (r.config["cell"], r.config["setting"]) == ("rnn", "course")]


@claim("failed-were-better", states=10.0, how="recorded runs, counted")
def failed_runs_that_had_been_better() -> float:
    """Failed runs with the course's settings that ended 0.15 or more below their best, of 16."""
    failed = [run for run in course_runs() if not run.summary["solved"]]
    falls = [largest_of(run.curve["accuracy"]) - run.summary["accuracy"] for run in failed]
    return float(sum(fall >= 0.15 for fall in falls)) if len(falls) == 16 else float("nan")


@claim("left-the-line", states=1600.0, how="the recorded curve")
def updates_near_two_tenths() -> float:
    """First evaluation above 0.3 of the run of length 20 that was solved."""
    [run] = [r for r in course_runs() if r.config["length"] == 20 and r.summary["solved"]]
    curve = zip(run.curve["step"], run.curve["accuracy"], strict=True)
    return float(next(step for step, accuracy in curve if accuracy > 0.3))
