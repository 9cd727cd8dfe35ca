"""Claims: composing steps, counting compositions, and the scan with its gradient."""

from functools import cache, partial
from math import ceil, log2

import numpy as np

from rnncourse.byhand import linear
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.scan import compose, gradients, recurrence, scan
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

LOOP = "the loop"
THREE = "central differences, automatic differentiation (torch)"
COUNTED = "every composition counted"
LONG = 16_384


def drawn(T: int, n: int = 3, seed: int = 0, largest: float = 1.0) -> tuple:
    """a, b (T, n) and h0 (n,); a is uniform in ± largest."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-largest, largest, (T, n)), rng.normal(size=(T, n)), rng.normal(size=n)


# Steps and their composition


@claim("scan-closed-form", shows="eq-scan-closed", tolerance=1e-12, how=LOOP)
def closed_form() -> float:
    """Every input, times all factors after it, and the start times all of them, add up to the
    state."""
    errors = []
    for T in range(1, 16):
        a, b, h0 = drawn(T, seed=T)
        later = [np.prod(a[i + 1 :], axis=0) for i in range(T)]
        h = np.prod(a, axis=0) * h0 + sum(f * b_i for f, b_i in zip(later, b, strict=True))
        errors.append(relative_error(h, recurrence(a, b, h0)[-1]))
    return largest_of(errors)


@claim("scan-is-linear-chapter", tolerance=1e-12, how="the matrix recurrence, step by step")
def diagonal_case() -> float:
    """With the same factors in every step this is $h = Wh + Ax$ for a diagonal $W$."""
    rng = np.random.default_rng(0)
    factors, A, x, h0 = rng.uniform(-1, 1, 4), *(rng.normal(size=s) for s in ((4, 2), (9, 2), 4))
    mine = recurrence(np.tile(factors, (9, 1)), x @ A.T, h0)
    return relative_error(mine, linear.states(np.diag(factors), A, x, h0))


@claim("scan-compose", shows="eq-scan-compose", tolerance=1e-13, how="the two steps in a row")
def composition() -> float:
    """Two steps in a row are one step."""
    a, b, h0 = drawn(2)
    a_both, b_both = compose((a[0], b[0]), (a[1], b[1]))
    return relative_error(a_both * h0 + b_both, recurrence(a, b, h0)[-1])


@claim("scan-worked", tolerance=1e-15, how="the loop on the numbers of the page")
def worked_example() -> float:
    r"""Composed in pairs, $(\frac12,4)$, $(2,1)$, $(\frac12,-2)$, $(1,3)$ give $(\frac12, 5.5)$,
    and the states are 4, 9, 2.5, 5.5."""
    steps = [(0.5, 4.0), (2.0, 1.0), (0.5, -2.0), (1.0, 3.0)]
    a, b = (np.array(column)[:, None] for column in zip(*steps, strict=True))
    first, last = compose(steps[0], steps[1]), compose(steps[2], steps[3])
    found = np.array([*first, *last, *compose(first, last)])
    wanted = np.array([1.0, 9.0, 0.5, 1.0, 0.5, 5.5])
    walked = recurrence(a, b)[:, 0]
    return largest_of(
        relative_error(found, wanted), relative_error(walked, np.array([4, 9, 2.5, 5.5]))
    )


@claim("scan-associative", shows="eq-scan-associative", tolerance=1e-13, how="200 random triples")
def associativity() -> float:
    """Three steps may be grouped either way."""
    errors = []
    for seed in range(200):
        one, two, three = zip(*drawn(3, seed=seed)[:2], strict=True)
        left, right = compose(compose(one, two), three), compose(one, compose(two, three))
        errors.append(largest_of(relative_error(x, y) for x, y in zip(left, right, strict=True)))
    return largest_of(errors)


# Work and depth


@cache
def counted(T: int, way: str) -> tuple[int, int]:
    """Compositions, and rounds one after another, for all T states."""
    count, depth = WAYS[way](T)
    return count, depth


def loop_cost(T: int) -> tuple[int, int]:
    """Each step is composed with all before it."""
    return T - 1, T - 1


def rounds_cost(T: int) -> tuple[int, int]:
    """The scan in rounds, on sums of ones: what is composed are counts, so nothing is assumed."""
    held, work, depth, span = np.ones(T, dtype=int), 0, 0, 1
    while held[-1] < T:
        held = np.concatenate([held[:span], held[span:] + held[:-span]])
        work, depth, span = work + T - span, depth + 1, 2 * span
    assert (held == np.arange(1, T + 1)).all()
    return work, depth


def tree_cost(T: int) -> tuple[int, int]:
    """Pairs are composed, their scan is taken, and what lies between is filled in."""
    if T == 1:
        return 0, 0
    work, depth = tree_cost((T + 1) // 2)
    between = (T - 1) // 2
    return work + T // 2 + between, depth + 1 + (between > 0)


WAYS = {"loop": loop_cost, "rounds": rounds_cost, "tree": tree_cost}


def tree_scan(steps: list, op) -> list:
    """All prefixes by the tree; what ``tree_cost`` counts."""
    if len(steps) == 1:
        return steps
    pairs = [op(*pair) for pair in zip(steps[::2], steps[1::2], strict=False)]
    halves = tree_scan(pairs + steps[len(pairs) * 2 :], op)
    filled = [op(before, step) for before, step in zip(halves, steps[2::2], strict=False)]
    out = [steps[0]] + [None] * (len(steps) - 1)
    out[1::2], out[2::2] = halves[: len(steps) // 2], filled
    return out


@claim("scan-tree", tolerance=0.5, how="each scan run on lists of letters, up to 70 steps")
def tree_is_right() -> float:
    """The tree composes every prefix in order, in as many compositions as are counted, and none
    waits for more rounds; wrong lengths."""
    wrong = 0
    for T in range(1, 71):
        depths = []

        def join(first, then, depths=depths):
            depths.append(largest_of(first[1], then[1]) + 1)
            return first[0] + then[0], depths[-1]

        prefixes = [letters for letters, _ in tree_scan([((t,), 0) for t in range(T)], join)]
        right = prefixes == [tuple(range(t + 1)) for t in range(T)]
        work, rounds = tree_cost(T)
        wrong += not right or len(depths) != work or largest_of(depths, default=0) > rounds
    return float(wrong)


@claim("scan-rounds-work", shows="eq-scan-work", tolerance=0.5, how=COUNTED)
def work_of_the_rounds() -> float:
    r"""For a power of two the scan in rounds composes $T\log_2 T - T + 1$ times, in $\log_2 T$
    rounds."""
    powers = range(15)
    return float(sum(counted(2**k, "rounds") != (2**k * k - 2**k + 1, k) for k in powers))


@claim("scan-tree-work", tolerance=0.5, how=COUNTED)
def work_of_the_tree() -> float:
    r"""The tree composes less than $2T$ times, in at most $2\lceil\log_2 T\rceil$ rounds, for every
    $T$ up to 2,000; lengths where not."""
    lengths = range(2, 2001)
    wrong = [T for T in lengths if tree_cost(T)[0] >= 2 * T or tree_cost(T)[1] > 2 * ceil(log2(T))]
    return float(len(wrong))


COSTS = {
    f"scan-{what}-{way}-{T}: {words} of the {name}, {T:,} steps.": Row(
        lambda way=way, T=T, k=k: counted(T, way)[k], states
    )
    for T, numbers in {
        16: (15, 15, 49, 4, 26, 7),
        LONG: (16383, 16383, 212993, 14, 32752, 27),
    }.items()
    for (way, name, what, words, k), states in zip(
        [
            (way, name, what, words, k)
            for way, name in (("loop", "loop"), ("rounds", "scan in rounds"), ("tree", "tree"))
            for k, (what, words) in enumerate((("work", "Compositions"), ("depth", "Rounds")))
        ],
        numbers,
        strict=True,
    )
}
claim_rows(COSTS, how=COUNTED, tolerance=0.5)


@claim("scan-rows-walk", states=255, how="the steps of all walks counted")
def walks_of_the_rows() -> float:
    """Steps that ``linear_scan`` walks one after another for the states of 16,384 steps."""
    from unittest.mock import patch

    import torch

    from rnncourse.fused import scan as rows

    walked, walk = [], rows.walk

    def counting(a, b, h, h0) -> None:
        walked.append(len(h))
        walk(a, b, h, h0)

    with patch.object(rows, "walk", counting), torch.no_grad():
        rows.linear_scan(torch.full((1, LONG, 1), 0.5), torch.ones(1, LONG, 1))
    return float(sum(walked))


# The scan, and its gradient


def both_ways(T: int, measure, dtype: str = "float64", seed: int = 0) -> float:
    """The error of ``linear_scan`` against the loop by automatic differentiation."""
    import torch

    from rnncourse.chapters.return_of_recurrence.layers import by_loop
    from rnncourse.sequence import linear_scan

    a, b, h0 = drawn(T, seed=seed)
    inputs = [torch.from_numpy(v)[None].requires_grad_() for v in (a, b, h0)]
    weights = torch.from_numpy(np.random.default_rng(1).normal(size=a.shape))
    found = []
    for way in (linear_scan, by_loop):
        h = way(*inputs)
        grads = torch.autograd.grad((weights * h.sin()).sum(), inputs)
        found.append([h.detach().numpy(), *(g.numpy() for g in grads)])
    return measure(*found)


def of_values(mine, right) -> float:
    return relative_error(mine[0], right[0])


def of_gradients(mine, right) -> float:
    return largest_of(relative_error(x, y) for x, y in zip(mine[1:], right[1:], strict=True))


LENGTHS = (64, 1024, LONG)
EQUAL = {
    f"scan-{kind}-{T}: Scan and loop, {T:,} steps: {words}.": Row(partial(both_ways, T, measure))
    for T in LENGTHS
    for kind, words, measure in (
        ("states", "all states", of_values),
        ("gradients", "the gradients by a, b and the start", of_gradients),
    )
}
claim_rows(EQUAL, tolerance=1e-10, how=LOOP)


@claim("scan-by-hand", tolerance=1e-12, how=LOOP)
def scan_by_hand() -> float:
    """The scan in rounds has the loop's states, for 1 to 40 steps and for 16,384."""
    errors = []
    for T in (*range(1, 41), LONG):
        arguments = drawn(T, seed=T)
        errors.append(relative_error(scan(*arguments), recurrence(*arguments)))
    return largest_of(errors)


@claim("scan-gradient", shows="eq-scan-gradient", tolerance=1e-9, how=THREE)
def gradient_of_a_scan() -> float:
    """The gradient of a scan is a scan from the end to the beginning."""
    errors = []
    for T in (1, 2, 7):
        arrays = drawn(T, seed=T)
        weights = np.random.default_rng(1).normal(size=arrays[0].shape)
        mine = gradients(*arrays[:2], weights * np.cos(recurrence(*arrays)), arrays[2])
        loss = partial(sine_loss, weights, arrays)
        routes = [[precise_gradient(loss, v) for v in arrays], by_autograd(weights, arrays)]
        errors += [relative_error(m, g) for r in routes for m, g in zip(mine, r, strict=True)]
    return largest_of(errors)


def sine_loss(weights, arrays) -> float:
    return float((weights * np.sin(recurrence(*arrays))).sum())


def by_autograd(weights, arrays) -> list[np.ndarray]:
    """The same gradients by automatic differentiation of the loop in torch."""
    import torch

    from rnncourse.chapters.return_of_recurrence.layers import by_loop

    a, b, h0 = inputs = [torch.from_numpy(v)[None].requires_grad_() for v in arrays]
    h = by_loop(a, b, h0)[0]
    grads = torch.autograd.grad((torch.from_numpy(weights) * h.sin()).sum(), inputs)
    return [g[0].numpy() for g in grads]


@claim("scan-conjugate", tolerance=1e-9, how=THREE)
def complex_gradient() -> float:
    """With complex numbers, the conjugates of a and h go into the gradient."""
    import torch

    from rnncourse.sequence import linear_scan

    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(1, 70, 1, 2)) * 0.7 for _ in "ab"]

    def loss() -> float:
        a, b = (v[0, ..., 0] + 1j * v[0, ..., 1] for v in parts)
        return float((np.abs(recurrence(a, b)) ** 2).sum())

    leaves = [torch.from_numpy(v.copy()).requires_grad_() for v in parts]
    linear_scan(*map(torch.view_as_complex, leaves)).abs().square().sum().backward()
    return largest_of(
        relative_error(leaf.grad.numpy(), precise_gradient(loss, v))
        for leaf, v in zip(leaves, parts, strict=True)
    )


@claim("scan-underflow", tolerance=1e-14, how=LOOP)
def underflow() -> float:
    r"""Products that underflow do no harm: factors of 0, $10^{-200}$ and 0.5 over 4,000 steps."""
    import torch

    from rnncourse.sequence import linear_scan

    errors = []
    for factor in (0.0, 1e-200, 0.5):
        _, b, h0 = drawn(4000)
        a = np.full_like(b, factor)
        in_torch = linear_scan(*(torch.from_numpy(v)[None] for v in (a, b, h0)))[0].numpy()
        right = recurrence(a, b, h0)
        errors += [relative_error(found, right) for found in (scan(a, b, h0), in_torch)]
    return largest_of(errors)


@claim("scan-division", states=1023, how="factors of 0.5, inputs of 1, step by step")
def division_breaks() -> float:
    r"""The step at which $P_t \sum_i b_i / P_i$, with $P_t$ the product of all factors, gives no
    number; the loop gives 2."""
    a, b = np.full((1100, 1), 0.5), np.ones((1100, 1))
    P = np.cumprod(a, axis=0)
    with np.errstate(all="ignore"):
        divided = P * np.cumsum(b / P, axis=0)
    h = recurrence(a, b)
    first = int(np.argmin(np.isfinite(divided[:, 0])))
    fine = np.allclose(divided[:first], h[:first]) and h[-1, 0] == 2.0
    return first + 1.0 if fine else 0.0


def off(exercise: str, mistake: str) -> float:
    """How far a known wrong answer is from the right one, on steps of the page's kind."""
    a, b, _ = drawn(7, seed=7)
    dh = np.random.default_rng(1).normal(size=a.shape)
    return relative_error(wrong_answer(exercise, mistake)(a, b, dh), gradients(a, b, dh)[0])


WRONG = {
    f"scan-wrong-{mistake}: The gradient of a scan if {words}.": Row(
        partial(off, "scan-gradient", mistake), states, mistake=("scan-gradient", mistake)
    )
    for mistake, words, states in (
        ("no-reversal", "it is scanned from the beginning", 0.839),
        ("shift", "the factors are not shifted", 0.847),
        ("state", "the state after the step is taken", 1.252),
    )
}
claim_rows(WRONG, tolerance=5e-4, how="the right gradient by a, 7 steps, 3 units")
