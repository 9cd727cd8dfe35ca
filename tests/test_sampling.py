"""Sampling: probabilities by temperature, continuation in the state, what was copied."""

import itertools
from collections import Counter
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse.sampling import (
    beam_search,
    continuation,
    copied_share,
    cut,
    entropy,
    generate,
    probabilities,
    ranked_beams,
)
from rnncourse.sequence import SequenceModel
from rnncourse.text import Vocabulary
from rnncourse.training import text_model

LETTERS = Vocabulary.from_text("the cat sat on a mat\n")


def model(cell="lstm", layers=2, **options):
    net = text_model(cell, len(LETTERS), hidden=12, layers=layers, seed=3, **options)
    with torch.no_grad():
        net.W_ph.mul_(8.0)  # clear opinions, so that different states say different things
    return net


def luck(seed=0):
    return np.random.default_rng(seed)


def test_probabilities_divide_the_scores_by_the_temperature():
    p = np.array([[0.0, np.log(2.0), np.log(4.0)], [1.0, 1.0, 1.0]])
    for T in (0.5, 1.0, 2.0):
        weights = np.array([1.0, 2.0 ** (1 / T), 4.0 ** (1 / T)])
        assert probabilities(p, T)[0] == pytest.approx(weights / weights.sum(), rel=1e-14)
        assert probabilities(p, T)[1] == pytest.approx([1 / 3] * 3)
    assert probabilities(torch.from_numpy(p), 1.0) == pytest.approx(probabilities(p))


def test_temperature_zero_puts_everything_on_the_largest():
    assert probabilities([0.1, 5.0, -2.0, 5.0], 0.0).tolist() == [0.0, 1.0, 0.0, 0.0]
    for T in (1e-3, 1e-12, 1e-300):
        assert probabilities([0.1, 5.0, -2.0], T) == pytest.approx([0.0, 1.0, 0.0])
    assert probabilities([0.1, 5.0, -2.0], 1e300) == pytest.approx([1 / 3] * 3)
    assert probabilities([1e4, 0.0], 1.0).tolist() == [1.0, 0.0]


def test_the_entropy_grows_with_the_temperature():
    p = luck().standard_normal(30)
    bits = [entropy(probabilities(p, T)) for T in (0.0, 0.1, 0.5, 1.0, 2.0, 1e6)]
    assert bits == sorted(bits)
    assert bits[0] == 0.0
    assert bits[-1] == pytest.approx(np.log(30))
    assert entropy([[0.25] * 4, [1, 0, 0, 0]]) == pytest.approx([np.log(4), 0.0])


def guesses(count=40, K=7, seed=0):
    return 2.0 * luck(seed).standard_normal((count, K))


def conditional(yhat, kept):
    """The probabilities, given that the character is one of these."""
    chosen = np.zeros_like(yhat)
    chosen[list(kept)] = yhat[list(kept)]
    return chosen / chosen.sum()


@pytest.mark.parametrize("k", range(1, 8))
def test_top_k_is_the_likeliest_set_of_k_and_renormalized(k):
    for p in guesses():
        yhat = probabilities(p)
        best = max(itertools.combinations(range(7), k), key=lambda kept: yhat[list(kept)].sum())
        assert probabilities(p, top_k=k) == pytest.approx(conditional(yhat, best), abs=1e-15)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.99])
def test_the_nucleus_is_a_smallest_set_that_reaches_the_share(share):
    for p in guesses():
        yhat, kept = probabilities(p), np.flatnonzero(probabilities(p, top_p=share))
        assert yhat[kept].sum() >= share
        fewer = itertools.combinations(range(7), len(kept) - 1)
        assert all(yhat[list(small)].sum() < share for small in fewer)
        assert yhat[kept].min() >= np.delete(yhat, kept).max(initial=0)
        assert probabilities(p, top_p=share) == pytest.approx(conditional(yhat, kept), abs=1e-15)


def test_the_ends_of_a_cut_are_greedy_and_plain():
    p = guesses()
    greedy, plain = probabilities(p, 0), probabilities(p)
    for narrow in ({"top_k": 1}, {"top_p": 1e-300}, {"top_k": 1, "top_p": 1.0}):
        assert np.array_equal(probabilities(p, **narrow), greedy)
    for wide in ({"top_k": 7}, {"top_k": 99}, {"top_p": 1}, {"top_k": 7, "top_p": 1.0}):
        assert np.array_equal(probabilities(p, **wide), plain)


def test_of_equal_scores_the_first_ones_are_left():
    assert probabilities([1.0, 2.0, 1.0, 1.0], top_k=2).nonzero()[0].tolist() == [0, 1]
    assert probabilities([0.0] * 4, top_k=3) == pytest.approx([1 / 3] * 3 + [0])
    assert probabilities([0.0] * 4, top_p=0.3).tolist() == [0.5, 0.5, 0.0, 0.0]


@pytest.mark.parametrize(
    "yhat, kept", [([0.5, 0.4, 0.1], 2), ([0.4, 0.3, 0.2, 0.1], 3), ([0.1, 0.6, 0.2, 0.1], 3)]
)
def test_a_sum_that_reaches_the_share_but_for_rounding_has_reached_it(yhat, kept):
    for shift in (0.0, 0.1, 0.7, 1e3):
        assert np.count_nonzero(probabilities(np.log(yhat) + shift, top_p=0.9)) == kept


def test_top_p_counts_what_top_k_has_left_and_the_temperature_comes_first():
    yhat = np.array([0.4, 0.3, 0.2, 0.1])
    p = np.log(yhat)
    assert np.count_nonzero(probabilities(p, top_p=0.75)) == 3
    assert np.count_nonzero(probabilities(p, top_k=3, top_p=0.75)) == 2  # 0.7 of 0.9
    assert np.count_nonzero(probabilities(p, 0.1, top_p=0.75)) == 1
    assert cut(p, top_k=2).tolist() == [p[0], p[1], -np.inf, -np.inf]


@pytest.mark.parametrize("choice", [{"top_k": 3}, {"top_p": 0.6}, {"top_k": 5, "top_p": 0.8}])
def test_a_text_is_drawn_from_what_a_cut_leaves(choice):
    net = model().double().eval()
    written = generate(net, LETTERS, "the", 60, **choice, rng=luck(2))
    with torch.no_grad():
        p, _ = net(torch.from_numpy(LETTERS.encode("the" + written))[None])
    yhat = probabilities(p[0, 2:-1], **choice)
    shares = np.cumsum(yhat, axis=1)
    pairs = zip(shares, luck(2).random(60), strict=True)
    drawn = [np.searchsorted(row, u, side="right") for row, u in pairs]
    assert LETTERS.decode(np.array(drawn)) == written


def every_text(net, prompt, length):
    """Every text of this length after the prompt, with its log-probability, the likeliest first."""
    ids = LETTERS.encode(prompt)
    texts = np.array(list(itertools.product(range(len(LETTERS)), repeat=length)))
    read = np.concatenate([np.tile(ids, (len(texts), 1)), texts], axis=1)
    with torch.no_grad():
        p, _ = net(torch.from_numpy(read))
    log = torch.log_softmax(p[:, len(ids) - 1 : -1], dim=-1).numpy()
    total = np.take_along_axis(log, texts[:, :, None], axis=2).sum(axis=(1, 2))
    best = np.argsort(-total)
    return [LETTERS.decode(texts[row]) for row in best], total[best]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "mingru"])
def test_a_beam_that_drops_nothing_finds_the_likeliest_texts(cell):
    net, K = model(cell).double().eval(), len(LETTERS)
    texts, total = every_text(net, "the", 3)
    found = ranked_beams(net, LETTERS, "the", 3, K**3)
    assert [beam.text for beam in found[:200]] == texts[:200]
    assert [beam.log_probability for beam in found] == pytest.approx(total, rel=1e-12)
    assert beam_search(net, LETTERS, "the", 3, K**2) == texts[0]


def test_one_beam_is_greedy():
    net = model().double()
    for prompt in ("a", "the cat", "mat\n"):
        greedy = generate(net, LETTERS, prompt, 30, temperature=0, rng=luck())
        assert beam_search(net, LETTERS, prompt, 30, 1) == greedy


def test_what_a_search_says_of_a_text_is_the_probability_of_the_text():
    net = model().double().eval()
    for text, log_probability in ranked_beams(net, LETTERS, "on a", 25, 4):
        ids = torch.from_numpy(LETTERS.encode("on a" + text))
        p, _ = net(ids[None, :-1])
        loss = torch.nn.functional.cross_entropy(p[0, 3:], ids[4:], reduction="sum")
        assert log_probability == pytest.approx(-loss.item(), rel=1e-12)


def test_the_texts_of_a_search_differ_and_are_ranked():
    found = ranked_beams(model(), LETTERS, "a", 40, 6)
    totals = [beam.log_probability for beam in found]
    assert len({beam.text for beam in found}) == 6
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "peephole"])
def test_generation_in_the_state_is_generation_that_reads_all_again(cell, rng):
    net, prompt = model(cell).double().eval(), "the cat"
    text = prompt
    for u in luck(5).random(30):  # O(length²): the whole text each time
        with torch.no_grad():
            p, _ = net(torch.from_numpy(LETTERS.encode(text))[None])
        shares = np.cumsum(probabilities(p[0, -1], 0.8))
        text += LETTERS.decode([int(np.searchsorted(shares, u, side="right"))])
    written = generate(net, LETTERS, prompt, 30, temperature=0.8, rng=luck(5))
    assert prompt + written == text


def test_temperature_zero_is_greedy_and_needs_no_luck():
    net = model()
    texts = {generate(net, LETTERS, "a", 40, temperature=0, rng=luck(n)) for n in range(3)}
    assert len(texts) == 1
    text = "a" + texts.pop()
    p, _ = net.eval()(torch.from_numpy(LETTERS.encode(text))[None])
    assert LETTERS.decode(p[0, :-1].argmax(dim=-1).numpy()) == text[1:]


def test_what_is_drawn_has_the_probabilities():
    net = model(layers=1)
    with torch.no_grad():
        p, _ = net(torch.tensor([[2]]))
    rng, one = luck(), partial(continuation, net, [2], 1, temperature=2.0)
    draws = Counter(int(one(rng=rng)[0][0]) for _ in range(2000))
    shares = np.array([draws[k] for k in range(len(LETTERS))]) / 2000
    assert shares == pytest.approx(probabilities(p[0, 0], 2.0), abs=0.04)


def test_the_prompt_is_read():
    net = model()
    prompts = ("the cat sat", "mat on the cat", "a mat on a mat")
    after = {generate(net, LETTERS, prompt, 40, rng=luck()) for prompt in prompts}
    assert len(after) == 3
    long = generate(net, LETTERS, "the cat " * 400, 5, rng=luck())
    assert len(long) == 5


def test_a_continuation_goes_on_where_the_last_one_stopped():
    net = model()
    whole, _ = continuation(net, [0, 1], 25, rng=luck(1))
    rng = luck(1)
    first, state = continuation(net, [0, 1], 10, rng=rng)
    second, _ = continuation(net, first[-1:], 15, rng=rng, state=state)
    assert np.concatenate([first, second]).tolist() == whole.tolist()


def test_the_work_grows_with_the_length_and_not_with_its_square(monkeypatch):
    net, steps = model(layers=1), []
    forward = net.forward

    def counted(x, *arguments, **options):
        steps.append(x.shape[1])
        return forward(x, *arguments, **options)

    monkeypatch.setattr(net, "forward", counted)
    for length in (400, 1600):
        steps.clear()
        generate(net, LETTERS, "a", length, rng=luck())
        assert sum(steps) in (length - 1, length)


def test_dropout_is_off_while_writing_and_as_it_was_after():
    net = model(dropout=0.5)
    for mode in (True, False):
        net.train(mode)
        texts = {generate(net, LETTERS, "a", 30, rng=luck()) for _ in range(2)}
        assert len(texts) == 1
        assert net.training is mode


@pytest.mark.parametrize("fails", [True, False])
def test_every_module_is_left_in_the_mode_it_was_in(fails):
    net = model(dropout=0.5)
    if fails:
        torch.nn.init.constant_(net.b_p, torch.nan)
    for whole, part in itertools.product((True, False), repeat=2):
        net.train(whole)
        net.dropout.train(part)
        before = [module.training for module in net.modules()]
        with pytest.raises(ValueError, match="finite") if fails else nullcontext():
            continuation(net, [0], 3, rng=luck())
        assert [module.training for module in net.modules()] == before


def test_writing_does_not_depend_on_the_default_device():
    expected = write()
    with torch.device("meta"):
        written = write()
    assert written == expected


def test_the_share_that_was_copied():
    text = "abcdefgh"
    assert copied_share("cdef", text, 4) == 1.0
    assert copied_share("cdefx", text, 4) == 0.5
    assert copied_share("xyz", text, 3) == 0.0
    assert copied_share("zab", text, 1) == pytest.approx(2 / 3)


def write(net=None, vocabulary=LETTERS, prompt="a", length=5, **options):
    return generate(net or model(), vocabulary, prompt, length, **{"rng": luck()} | options)


def both_ends():
    return SequenceModel("rnn", 3, 4, 3, bidirectional=True, rng=luck())


@bad_input(
    (lambda: write(prompt="dog"), "'d'"),
    (lambda: write(prompt=""), "the prompt must"),
    (lambda: write(length=0), "length must be"),
    (lambda: write(rng=3), "rng must be a numpy.random.Generator"),
    (lambda: write(temperature=-1), "temperature must be at least 0, got -1"),
    (lambda: write(vocabulary=Vocabulary("ab")), "characters, the vocabulary has 2"),
    (lambda: continuation(both_ends(), [0], 2, rng=luck()), "both ends"),
    (lambda: continuation(model(), [99], 5, rng=luck()), "prompt must lie in"),
    (lambda: probabilities([0.0, np.nan]), "logits must be finite, got nan"),
    (lambda: probabilities([]), "logits must have shape"),
    (lambda: probabilities([1.0], -0.5), "temperature must be at least 0, got -0.5"),
    (lambda: probabilities([1.0], top_k=0), "top_k must be at least 1, got 0"),
    (lambda: probabilities([1.0], top_k=2.5), "top_k must be a whole number, got 2.5"),
    (lambda: probabilities([1.0], top_p=0), "top_p must be positive, got 0"),
    (lambda: probabilities([1.0], top_p=1.5), "top_p must lie in 0 … 1, got 1.5"),
    (lambda: write(top_p=np.nan), "top_p must be finite"),
    (lambda: write(top_k=-1), "top_k must be at least 1"),
    (lambda: write(top_p=-0.5), "top_p must be positive, got -0.5"),
    (lambda: beam_search(model(), LETTERS, "a", 5, 0), "beams must be at least 1, got 0"),
    (lambda: beam_search(model(), LETTERS, "a", 0, 2), "length must be at least 1, got 0"),
    (lambda: beam_search(model(), LETTERS, "", 5, 2), "the prompt must"),
    (lambda: beam_search(model(), LETTERS, "dog", 5, 2), "'d'"),
    (lambda: beam_search(model(), Vocabulary("ab"), "a", 5, 2), "the vocabulary has 2"),
    (lambda: beam_search(both_ends(), Vocabulary("abc"), "a", 5, 2), "both ends"),
    (lambda: copied_share("ab", "abc", 3), "sample must have at least 3 characters, got 2"),
)
def test_bad_input_is_refused(call):
    call()
