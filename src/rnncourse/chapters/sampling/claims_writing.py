"""Claims on writing: drawing, greedy loops, going on with a text, copies, and guesses."""

import itertools
from collections import Counter
from functools import cache

import numpy as np
import torch

from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.softmax import cross_entropy
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import best_match, best_matches, guessed, read
from rnncourse.chapters.sampling import cases
from rnncourse.chapters.sampling.exercises import loop, steps
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.sampling import continuation, copied_share, probabilities
from rnncourse.text import tales, tales_entropy
from rnncourse.training import text_model

READER = f"stored weights: {reader.RUN}"
ENUMERATED = "all texts, one by one"


def small_writer(seed: int = 0, K: int = 3) -> CharRNN:
    """An untrained character RNN with large weights."""
    return CharRNN(K, 4, rng=np.random.default_rng(seed), sigma=1.5)


def products(net, ids: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """The product of the probabilities along each row of ids (N, L + 1)."""
    told = []
    for row in ids:
        q = probabilities(read(net, row[:-1])[1], temperature)
        told.append(np.prod(q[np.arange(len(q)), row[1:]]))
    return np.array(told)


@claim(
    "sample-chain",
    shows="eq-sample-chain",
    tolerance=0.012,
    how="12 000 texts written",
    absolute="probabilities",
)
def product_of_conditionals() -> float:
    """Drawn character by character, a text of two comes as often as the product says; the
    products of all texts add up to 1."""
    net, rng = small_writer(), np.random.default_rng(0)
    texts = cases.every_text(net, 2)
    p = products(net, texts)
    drawn = np.array([net.generate(0, 2, rng=rng) for _ in range(12_000)])
    seen = np.array([(drawn == text[1:]).all(axis=1).mean() for text in texts])
    return largest_of(float(abs(seen - p).max()), abs(p.sum() - 1))


@claim("sample-mode", states=0.3, tolerance=1e-12, how=ENUMERATED)
def greedy_text() -> float:
    """The probability of the chain's greedy text; the likeliest text of all has 0.4."""
    texts, coldest = cases.chain_texts(), cases.chain_texts(0.002)
    greedy = max(coldest, key=coldest.get)
    assert largest_of(texts.values()) == 0.4 and max(texts, key=texts.get) == "bc"
    return texts[greedy]


@claim("sample-local", shows="eq-sample-local", tolerance=1e-12, how=ENUMERATED)
def step_by_step() -> float:
    """The text at temperature T has its power of p, divided by the Z of every step."""
    errors = []
    for seed, T in ((0, 0.5), (1, 2.0), (2, 0.8)):
        net = small_writer(seed)
        texts = cases.every_text(net, 4)
        Z = []
        for row in texts:
            yhat = probabilities(read(net, row[:-1])[1])
            Z.append(np.prod((yhat ** (1 / T)).sum(axis=1)))
        told = products(net, texts) ** (1 / T) / np.array(Z)
        errors.append(relative_error(told, products(net, texts, T)))
    return largest_of(errors)


@claim("sample-local-b", states=4 / 13, tolerance=1e-12, how=ENUMERATED)
def drawn_step_by_step() -> float:
    """The probability of the text bc when both draws have temperature 0.5."""
    return cases.chain_texts(0.5)["bc"]


@claim("sample-global-b", states=8 / 17, tolerance=1e-12, how=ENUMERATED)
def drawn_as_a_whole() -> float:
    """The probability of the text bc when whole texts have temperature 0.5."""
    squares = {text: p**2 for text, p in cases.chain_texts().items()}
    return squares["bc"] / sum(squares.values())


# Greedy writing goes round


@claim("sample-loop-bound", shows="eq-sample-loop", tolerance=0.5, how="all 19,683 such writers")
def finite_memory_loops() -> float:
    """Of all greedy writers of 3 characters that see the last 2, the slowest closes its loop
    after exactly 9 = 3² characters, and none later; 0 if right."""
    slowest = 0
    for table in itertools.product(range(3), repeat=9):  # the character after each pair
        following = [pair // 3 + 3 * character for pair, character in enumerate(table)]
        slowest = largest_of(slowest, sum(loop(following, 0)))
    return abs(slowest - 9)


@claim("sample-perfect-loop", states=168, how="the grammar's exact probabilities")
def the_best_model_loops() -> float:
    """The period of what the source of the tales itself writes greedily, from the start on."""
    text, first, length = cases.greedy_tale()
    assert first == 0 and len(text) == length
    return length


@claim("sample-tales-bits", states=0.21, how="expected visits of the grammar")
def bits_of_the_tales() -> float:
    """Bits a character of the tales, their entropy rate."""
    return tales_entropy()


@claim("sample-reader-loop", tolerance=1e-9, how=READER, absolute="states")
def the_reader_loops() -> float:
    """The reader of the tales writes greedily in a loop, and its state comes back to itself."""
    _, states, period = cases.greedy_loop()
    return float(abs(states[-1] - states[-1 - period]).max())


@claim("sample-loop-attracts", tolerance=1e-9, how=READER, absolute="states")
def the_loop_attracts() -> float:
    """From a state of the loop, nudged by 0.01 in each of five random directions, the reader writes
    the loop again, and its state comes back."""
    ids, states, period = cases.greedy_loop()
    errors = []
    for nudge in np.random.default_rng(0).standard_normal((5, states.shape[1])):
        nudged = states[-1] + 0.01 * nudge / np.linalg.norm(nudge)
        again, back = cases.greedy_states(int(ids[-1]), 40 * period, nudged)
        same = np.array_equal(again[-period:], ids[-period:])
        errors.append(float(abs(back[-1] - states[-1]).max()) if same else 1.0)
    return largest_of(errors)


@claim("sample-loop-radius", states=0.041, how=READER)
def a_round_shrinks() -> float:
    """The largest size of an eigenvalue of the product of the Jacobians of one round."""
    net, _ = reader.reader()
    _, states, period = cases.greedy_loop()
    product = np.eye(states.shape[1])
    for h in states[-period:]:
        product = (1 - h**2)[:, None] * net.params["W_hh"] @ product
    return float(abs(np.linalg.eigvals(product)).max())


# Going on


PROMPT = np.array([1, 4, 0, 8, 2])


def writer(seed: int = 0, scale: float = 0.5):
    """An untrained LSTM of two layers with large weights, float64."""
    model = text_model("lstm", 9, hidden=7, layers=2, seed=seed).double()
    with torch.no_grad():
        for value in model.parameters():
            noise = np.random.default_rng(seed).standard_normal(value.shape)
            value.add_(scale * torch.from_numpy(noise))
    return model


def reread(model, prompt, length: int, temperature: float = 1.0, *, rng) -> np.ndarray:
    """The slow way: for every character, read the prompt and all that was written, from zeros."""
    ids = list(prompt)
    for u in rng.random(length):
        p, _ = model(torch.tensor([ids]))
        q = np.cumsum(probabilities(p[0, -1], temperature))
        ids.append(int(np.argmax(q > u)))
    return np.array(ids[len(prompt) :])


@claim(
    "sample-carried",
    shows="eq-sample-carried",
    tolerance=1e-12,
    how="reading all again",
    absolute="scores",
)
def carried_is_reread() -> float:
    """The scores from the carried state are those of reading the whole text again, and the
    characters drawn are the same."""
    model, state, errors = writer(), None, []
    fast, _ = continuation(model, PROMPT, 30, temperature=0.7, rng=np.random.default_rng(3))
    slow = reread(model, PROMPT, 30, 0.7, rng=np.random.default_rng(3))
    with torch.no_grad():
        whole, _ = model(torch.tensor([[*PROMPT, *fast]]))
        for t, k in enumerate([*PROMPT, *fast]):
            p, state = model(torch.tensor([[k]]), state)
            errors.append(float(abs(p[0, 0] - whole[0, t]).max()))
    return largest_of(errors) if np.array_equal(fast, slow) else 1.0


@claim("sample-steps", shows="eq-sample-steps", tolerance=0.5, how="steps counted; 0 if right")
def steps_of_the_cell() -> float:
    """Going on by N characters after P takes P + N − 1 steps with the carried state, and
    N P + N (N − 1) / 2 when all is read again."""
    wrong, read = 0, []
    model = writer()
    model.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0].numel()))
    for P, N in ((1, 1), (5, 20), (9, 12)):
        for go_on, expected in zip((continuation, reread), steps(P, N), strict=True):
            read.clear()
            go_on(model, np.arange(P) % 9, N, rng=np.random.default_rng(0))
            wrong += sum(read) != expected
    return float(wrong)


@claim("sample-pieces", tolerance=0.5, how="wrong characters; 0 if right", source="U18-B3 W44")
def two_pieces_are_the_whole() -> float:
    """30 characters, then 30 more from the state and the last character, are the 60 of one go."""
    model, rng = writer(), np.random.default_rng(3)
    whole, _ = continuation(model, PROMPT, 60, rng=np.random.default_rng(3))
    first, state = continuation(model, PROMPT, 30, rng=rng)
    second, _ = continuation(model, first[-1:], 30, rng=rng, state=state)
    return float((np.concatenate([first, second]) != whole).sum())


@claim("sample-read-twice", tolerance=0.5, how="five writers; 0 if right", source="W44")
def reading_twice_is_another_guess() -> float:
    """With the last two characters read at the start of the second piece, one of them for the
    second time, the next scores of each of five writers are off by more than a thousandth."""
    near = 0
    for seed in range(5):
        model = writer(seed)
        one, state = continuation(model, PROMPT, 10, rng=np.random.default_rng(3))
        with torch.no_grad():
            right, wrong = (model(torch.from_numpy(one[-k:])[None], state)[0] for k in (1, 2))
        near += not relative_error(wrong[0, -1].numpy(), right[0, -1].numpy()) > 0.001
    return float(near)


@cache
def losses(reset_every: int | None) -> np.ndarray:
    """The loss of each character of 30,000 unread ones, with the state reset or carried."""
    net, vocabulary = reader.reader()
    ids = vocabulary.encode(tales(np.random.default_rng(2), 30_001))
    step = reset_every or len(ids)
    scores = [read(net, ids[k : k + step])[1] for k in range(0, len(ids) - 1, step)]
    return cross_entropy(np.concatenate(scores)[: len(ids) - 1], ids[1:])


def gaps() -> np.ndarray:
    """What a reset costs in nats, by the number of characters read since, 1 to 30."""
    return (losses(30) - losses(None)).reshape(-1, 30).mean(axis=0)


LOSSES = {
    "sample-loss-carried: The loss in nats of a character of an unread text, read as one "
    "stream.": Row(lambda: losses(None).mean(), 1.203, source="W33 U18-B3"),
    "sample-loss-reset: The same loss with the state set to zero every 30 characters.": Row(
        lambda: losses(30).mean(), 1.370, 0.0005, source="W33 U18-B3"
    ),
    "sample-loss-first: How much more the guess after the first character since a reset costs, "
    "in nats.": Row(lambda: gaps()[0], 1.57, source="W33"),
    "sample-loss-gap: The largest such gap, in nats, once twelve characters have been read since "
    "the reset.": Row(lambda: abs(gaps()[11:]).max(), 0.013, source="W33"),
}
claim_rows(LOSSES, how=READER)


# What was copied


def dice(seed: int, length: int, K: int = 4) -> str:
    """A text of K letters, each equally likely."""
    return "".join("abcdefgh"[k] for k in np.random.default_rng(seed).integers(0, K, length))


@claim(
    "sample-copied-bound",
    shows="eq-sample-copied",
    tolerance=0.02,
    how="random texts",
    absolute="shares",
)
def copies_by_chance() -> float:
    """Of texts of 4 equally likely letters the share that stands by chance in another text is at
    most the number of runs times the probability of one, and near it where that is small."""
    M = 30_000
    learned, fresh, beyond = dice(0, M), dice(1, M), []
    for n in range(1, 13):
        bound = min(1.0, (M - n + 1) / 4**n)
        share = copied_share(fresh, learned, n)
        beyond.append(share - bound)
        if bound < 0.2:
            beyond.append(abs(share - bound))
    return largest_of(beyond)


@claim("sample-copied-by-counting", tolerance=1e-12, how="counting runs", absolute="shares")
def copied_share_by_counting() -> float:
    """The package's share of copied runs is the share of the runs counted in a table."""
    sample, text = cases.other_tales()[:800], cases.learned_tales()[:20_000]
    errors = []
    for n in (3, 10, 40):
        there = {text[k : k + n] for k in range(len(text) - n + 1)}
        runs = Counter(sample[k : k + n] for k in range(len(sample) - n + 1))
        share = sum(times for run, times in runs.items() if run in there) / runs.total()
        errors.append(abs(share - copied_share(sample, text, n)))
    return largest_of(errors)


@claim("sample-fresh-20", states=0.73, tolerance=0.03, how="10,000 characters of fresh tales")
def fresh_tales_look_copied() -> float:
    """The share of runs of 20 characters of fresh tales that stand in 100,000 other characters."""
    return copied_share(cases.other_tales(10_000), cases.learned_tales(), 20)


@claim("sample-fresh-80", states=0.0, tolerance=0.02, how="3000 characters of fresh tales")
def long_runs_are_new() -> float:
    """The same share of runs of 80 characters."""
    return copied_share(cases.other_tales(), cases.learned_tales(), 80)


# Guesses and written text


def shuffled_test(piece: str, text: str, rng, shuffles: int = 19) -> bool:
    """Does the piece match the text better somewhere than all of 19 shuffles of its letters?"""
    own = best_match(piece, text, len(piece))[1]
    letters = list(piece)
    for _ in range(shuffles):
        rng.shuffle(letters)
        if best_match("".join(letters), text, len(piece))[1] >= own:
            return False
    return True


@claim("sample-shuffled-letters", states=1.0, tolerance=1e-12, how="10 pieces", source="W28")
def shuffled_letters_condemn_the_innocent() -> float:
    """The share of pieces of 49 characters of tales by the source itself, unrelated to the text
    that they are laid on, that a test against shuffled letters at 5 % calls guesses."""
    _, _, text = guessed()
    rng, tale = np.random.default_rng(0), cases.other_tales()
    starts = range(0, 2000, 200)
    return float(np.mean([shuffled_test(tale[k : k + 49], text, rng) for k in starts]))


@claim("sample-match-overlap", tolerance=0.5, how=f"{READER}; 0 if right", source="W28")
def a_good_writer_agrees_with_any_book() -> float:
    """More than half of the pieces of 100 characters by the source itself agree with an unrelated
    text in as many places as the weakest guess with the text it was made on, or in more; half of
    the pieces that the reader has written agree with it in fewer places than any guess."""
    printed, _, text = guessed()
    guesses, source, free = (
        best_matches(piece, text)[:, 1]
        for piece in (printed[:3000], cases.other_tales(), cases.written(1.0))
    )
    weakest = min(guesses)
    return float(not (np.mean(source >= weakest) > 0.5 and np.median(free) < weakest))


@claim("sample-moves-along", states=0.98, tolerance=0.05, how=READER, source="W28")
def guesses_move_along() -> float:
    """Cut into pieces of 100 characters, the share of pieces of guesses that fit best exactly where
    the piece before stops."""
    guesses, _, text = guessed()
    return cases.moves_along(guesses, text)


@claim("sample-stays", tolerance=0.1, how=READER, source="W28", absolute="shares")
def written_text_does_not() -> float:
    """The same share of 29 pieces that the reader has written, or that the source has told: the
    largest of three such texts."""
    _, _, text = guessed()
    honest = (cases.written(1.0), cases.written(0.5), cases.other_tales())
    return largest_of(cases.moves_along(printed, text) for printed in honest)
