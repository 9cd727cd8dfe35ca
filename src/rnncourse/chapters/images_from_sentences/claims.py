"""Claims: the losses of the two players, their gradients, and what the best of each would do."""

from functools import partial

import numpy as np

from rnncourse.byhand import gan
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.images_from_sentences.cases import (
    FITTING,
    IGNORES_THE_SENTENCE,
    NOT_FITTING,
    climbed_scores,
    descended_generator,
    one_step,
    small_players,
    three_tables,
    walked,
    with_strangers,
)
from rnncourse.chapters.images_from_sentences.tables import (
    best_generator,
    best_scores,
    jensen_shannon,
    value,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

DIFFERENCES = "central differences"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES)
SOURCE = "D-2.1"


@claim("gan-losses", shows="eq-gan-losses", tolerance=1e-12, how="torch, three cross-entropies")
def losses_are_cross_entropies() -> float:
    """The losses are cross-entropies: real pairs have class 1, wrong and fake ones class 0."""
    import torch
    from torch.nn.functional import binary_cross_entropy as cross_entropy

    scores = np.random.default_rng(0).uniform(0.02, 0.98, (3, 50))
    r, w, f = map(torch.from_numpy, scores)
    one, zero = torch.ones_like(r), torch.zeros_like(r)
    against = cross_entropy(w, zero) + cross_entropy(f, zero)
    theirs = (-cross_entropy(r, one) - 0.5 * against, -cross_entropy(f, one))
    return relative_error(np.array(gan.losses(*scores)), np.array([each.item() for each in theirs]))


WORKED = (0.9, 0.3, 0.2)
claim_rows(
    {
        "gan-case-d: Scores 0.9, 0.3 and 0.2: what the discriminator has.": Row(
            lambda: gan.losses(*WORKED)[0], -0.3953
        ),
        "gan-case-g: Scores 0.9, 0.3 and 0.2: what the generator has.": Row(
            lambda: gan.losses(*WORKED)[1], -1.6094
        ),
    },
    how="computed with the package",
    source=SOURCE,
)


@by_differences("gan-slopes", shows="eq-gan-slopes", source=SOURCE)
def slopes_by_the_logits() -> float:
    """The slopes of both losses by the logits."""
    a = np.random.default_rng(0).normal(scale=3.0, size=(3, 1))
    by_hand = np.array(gan.logit_gradients(*a))
    by_d = precise_gradient(lambda: gan.losses_from_logits(*a)[0], a)
    by_g = precise_gradient(lambda: gan.losses_from_logits(*a)[1], a)[2:]
    return relative_error(by_hand, np.concatenate([by_d, by_g]))


def minimax_slope(s: float) -> float:
    """How fast log(1 − s) moves with the logit, by differences."""
    a = np.array(np.log(s / (1.0 - s)))
    return float(precise_gradient(lambda: np.log(1.0 - sigmoid(a)), a))


def changed_slope(s: float) -> float:
    """How fast log s does."""
    a = np.array(np.log(s / (1.0 - s)))
    return float(precise_gradient(lambda: np.log(sigmoid(a)), a))


claim_rows(
    {
        "gan-slope-minimax: A fake with score 0.01: the slope of $\\log(1-s_f)$.": Row(
            lambda: minimax_slope(0.01), -0.01, 1e-9
        ),
        "gan-slope-changed: A fake with score 0.01: the slope of $\\log s_f$.": Row(
            lambda: changed_slope(0.01), 0.99, 1e-9
        ),
        "gan-slope-ratio: A fake with score 0.01: the slope of the changed loss over the "
        "other.": Row(lambda: changed_slope(0.01) / -minimax_slope(0.01), 99.0, 1e-6),
    },
    how=DIFFERENCES,
    source=SOURCE,
)


@claim("gan-same-way", tolerance=1e-12, how="a small generator, pair by pair")
def the_change_keeps_the_direction() -> float:
    r"""For one fake the two losses move the generator the same way, by $1-s_f$ and by $s_f$."""
    params, z, phi, _, _ = small_players(B=6)
    errors = []
    for i in range(6):
        one = z[i : i + 1], phi[i : i + 1]
        s = sigmoid(gan.logits(params, gan.generate(params, *one), one[1]))
        changed = gan.generator_gradients(params, *one)[1]
        minimax = minimax_gradients(params, *one)
        errors += [relative_error(changed[name] * s, minimax[name] * (1.0 - s)) for name in changed]
    return largest_of(errors)


def minimax_gradients(params: dict, z: np.ndarray, phi: np.ndarray) -> dict:
    """By torch: −log(1 − s_f), the mean, by the generator's three arrays."""
    import torch

    w = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
    z, phi = torch.from_numpy(z), torch.from_numpy(phi)
    x = torch.tanh(z @ w["W_xz"].T + phi @ w["W_xt"].T + w["b_x"])
    a = ((phi @ w["W_tx"] + w["w_x"]) * x).sum(dim=1) + w["b_s"]
    leaves = [w[name] for name in gan.GENERATOR]
    grads = torch.autograd.grad(-torch.nn.functional.logsigmoid(-a).mean(), leaves)
    return {name: g.numpy() for name, g in zip(gan.GENERATOR, grads, strict=True)}


@by_differences("gan-generator-gradient", shows="eq-grad-gan-generator", source=SOURCE)
def generator_gradient() -> float:
    """The way back from a fake's score through both players to the generator's weights."""
    params, z, phi, _, _ = small_players()
    grads = gan.generator_gradients(params, z, phi)[1]
    return largest_of(
        relative_error(
            grads[name],
            precise_gradient(lambda: gan.generator_gradients(params, z, phi)[0], params[name]),
        )
        for name in gan.GENERATOR
    )


@by_differences("gan-discriminator-gradient", shows="eq-grad-gan-discriminator", source=SOURCE)
def discriminator_gradient() -> float:
    """Three kinds of pairs add their shares to the discriminator's gradient."""
    params, z, phi, wrong, x = small_players()
    fake = gan.generate(params, z, phi)

    def evaluate() -> tuple:
        return gan.discriminator_gradients(params, x, fake, phi, wrong)

    grads = evaluate()[1]
    return largest_of(
        relative_error(grads[name], precise_gradient(lambda: evaluate()[0], params[name]))
        for name in gan.DISCRIMINATOR
    )


@claim("gan-best-discriminator", shows="eq-gan-best", tolerance=1e-9, how="Newton's method")
def best_discriminator() -> float:
    """No score of a pair gives more than real over real, wrong and fake."""
    errors = []
    for seed in range(10):
        p_r, p_w, p_f = three_tables(seed)
        climbed = climbed_scores(p_r, 0.5 * (p_w + p_f))
        errors.append(relative_error(best_scores(p_r, p_f, p_w), climbed))
    return largest_of(errors)


@claim("gan-js", shows="eq-gan-js", tolerance=1e-12, how="random tables", absolute="nats")
def value_is_a_distance() -> float:
    """With the best scores $L_D$ is $-\\log4$ and twice a Jensen-Shannon divergence."""
    errors = []
    for seed in range(10):
        p_r, p_w, p_f = three_tables(seed)
        for wrong, q in ((p_w, 0.5 * (p_w + p_f)), (None, p_f)):
            found = value(best_scores(p_r, p_f, wrong), p_r, p_f, wrong)
            errors.append(abs(found - (2.0 * jensen_shannon(p_r, q) - np.log(4.0))))
    return largest_of(errors)


def seen_without_wrong_pairs() -> float:
    s = best_scores(FITTING, IGNORES_THE_SENTENCE)
    return value(s, FITTING, IGNORES_THE_SENTENCE) + np.log(4.0)


claim_rows(
    {
        "gan-fooled: Without wrong pairs, and the fakes as the real ones, the best that a "
        "discriminator can have.": Row(
            lambda: value(best_scores(FITTING, FITTING), FITTING, FITTING), -1.3863
        ),
        "gan-joint-seen: Two images, two sentences, a generator that ignores the sentence: what "
        "the best discriminator without wrong pairs has above $-\\log4$.": Row(
            seen_without_wrong_pairs, 0.4315
        ),
    },
    how="all pairs listed",
    source=SOURCE,
)


def blind_value(p_r, p_f, p_w=None) -> float:
    """The best L_D of a score that sees the image and not the sentence."""
    tables = [None if p is None else p.sum(axis=0) for p in (p_r, p_f, p_w)]
    return value(best_scores(*tables), *tables)


@claim(
    "gan-no-wrong-pairs", tolerance=1e-12, how="random tables, all pairs listed", absolute="nats"
)
def nothing_to_gain_from_the_sentence() -> float:
    """No fake looks real, no wrong pairs: a score blind to the sentence reaches the maximum, 0."""
    errors = []
    for seed in range(10):
        p_r, _, p_f = with_strangers(seed)
        errors += [abs(blind_value(p_r, p_f)), abs(value(best_scores(p_r, p_f), p_r, p_f))]
    return largest_of(errors)


@claim(
    "gan-blind",
    shows="eq-gan-blind",
    tolerance=1e-12,
    how="random tables, all pairs listed",
    absolute="nats",
)
def what_blindness_costs() -> float:
    r"""The same with wrong pairs: a blind score has at most $\log\frac23+\frac12\log\frac13$."""
    bound = np.log(2.0 / 3.0) + 0.5 * np.log(1.0 / 3.0)
    errors = []
    for seed in range(10):
        p_r, p_w, p_f = with_strangers(seed)
        errors.append(abs(blind_value(p_r, p_f, p_w) - bound))
    return largest_of(errors)


def fakes_apart() -> tuple:
    """The two images and sentences, and fakes that look like neither."""
    nothing = np.zeros((2, 2))
    return tuple(
        np.hstack(pair)
        for pair in ((FITTING, nothing), (nothing, IGNORES_THE_SENTENCE), (NOT_FITTING, nothing))
    )


claim_rows(
    {
        "gan-blind-value: The bound of a blind score.": Row(
            lambda: blind_value(*fakes_apart()), -0.9548
        ),
        "gan-reading-pays: What reading the sentence adds, where right and wrong never mix.": Row(
            lambda: (
                value(best_scores(*fakes_apart()), *fakes_apart()) - blind_value(*fakes_apart())
            ),
            0.9548,
        ),
    },
    how="two images, two sentences, all pairs listed",
    source=SOURCE,
)


@claim(
    "gan-best-generator",
    shows="eq-gan-best-generator",
    tolerance=1e-6,
    how="walking downhill",
    absolute="probabilities",
)
def best_images_of_a_sentence() -> float:
    """Against the best discriminator the best images are what right exceeds wrong by."""
    errors = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        right, wrong = rng.dirichlet(np.ones(4), 2)
        gap = best_generator(right, wrong) - descended_generator(right, wrong)
        errors.append(np.abs(gap).max())
    return largest_of(errors)


@claim("gan-right-generator", tolerance=1e-12, how="random tables", absolute="probabilities")
def right_where_wrong_never_fits() -> float:
    """Where no wrong sentence fits its image, the best generator draws as the data does."""
    errors = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        right = np.concatenate([rng.dirichlet(np.ones(3)), np.zeros(3)])
        wrong = np.concatenate([np.zeros(3), rng.dirichlet(np.ones(3))])
        also = np.concatenate([0.3 * right[:3], 0.7 * wrong[3:]])  # in proportion, where it fits
        errors += [np.abs(best_generator(right, w) - right).max() for w in (wrong, also)]
    return largest_of(errors)


@claim("gan-exaggerates", states=0.8333, how="walking downhill", source=SOURCE)
def wrong_pairs_that_fit() -> float:
    """Right images 2/3 and 1/3, wrong ones 1/2 and 1/2: the share of the first that wins."""
    return float(descended_generator(np.array([2.0, 1.0]) / 3.0, np.array([0.5, 0.5]))[0])


def growth(rate: float, penalty: float) -> float:
    """The factor of a step near the goal: the largest eigenvalue, from differences of the step."""
    point = np.zeros(2)
    rows = [
        precise_gradient(lambda k=k: one_step(point, rate, penalty)[k], point) for k in range(2)
    ]
    return float(np.abs(np.linalg.eigvals(np.array(rows))).max())


by_eigenvalues = partial(claim, tolerance=1e-9, how="eigenvalues of a step, by differences")


@by_eigenvalues("gan-circles", shows="eq-gan-circles", absolute="factors")
def the_smallest_game_goes_round() -> float:
    r"""Both move at once, without a penalty: each step grows by $\sqrt{1+\eta^2/4}$."""
    return largest_of(
        abs(growth(rate, 0.0) - np.sqrt(1.0 + rate**2 / 4.0)) for rate in (0.05, 0.1, 0.2)
    )


@by_eigenvalues("gan-penalty", shows="eq-gan-penalty", absolute="factors")
def the_penalty_lets_it_settle() -> float:
    r"""With the penalty $\gamma<1$ a step's factor is $\sqrt{1-\eta\gamma+\eta^2/4}$."""
    return largest_of(
        abs(growth(rate, penalty) - np.sqrt(1.0 - rate * penalty + rate**2 / 4.0))
        for rate in (0.05, 0.1, 0.2)
        for penalty in (0.1, 0.3)
    )


@claim(
    "gan-settles",
    tolerance=1e-3,
    how="5,000 steps, 8 directions, distance 1 to 10",
    absolute="distances",
)
def far_from_the_goal_too() -> float:
    """From far away and with a penalty of 0.3 the game reaches its goal."""
    starts = [
        distance * np.array([np.cos(angle), np.sin(angle)])
        for distance in (1.0, 3.0, 10.0)
        for angle in np.arange(8) * np.pi / 4
    ]
    return float(largest_of(np.abs(walked(start, 5000, 0.1, 0.3)[-1]).max() for start in starts))
