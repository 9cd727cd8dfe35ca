"""What the pages show of cuts and beams: sources are sources, the torch reader is the reader."""

import itertools

import numpy as np
import pytest
import torch

from rnncourse.chapters.character_rnn.cases import read
from rnncourse.chapters.character_rnn.reader import reader
from rnncourse.chapters.sampling import cases, cases_cuts
from rnncourse.chapters.sampling.exercises_cuts import FORK, SEARCHES, beam_search, source


@pytest.mark.parametrize(
    "start, step", [cases_cuts.CHAIN, cases_cuts.trap(), FORK, source(0, 5, 1.0)]
)
def test_a_source_gives_probabilities(start, step):
    assert np.exp(start).sum() == pytest.approx(1)
    assert np.exp(step).sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("guess", [cases_cuts.GUESS, cases_cuts.CERTAIN])
def test_a_guess_gives_probabilities(guess):
    assert sum(guess.values()) == pytest.approx(1)
    assert list(guess.values()) == sorted(guess.values(), reverse=True)


def test_the_chain_of_the_searches_is_the_chain_of_the_draws():
    for text, probability in cases.chain_texts().items():
        ids = [cases_cuts.LETTERS.index(letter) for letter in text]
        log = cases_cuts.log_probability(*cases_cuts.CHAIN, np.array(ids))
        assert np.exp(log) == pytest.approx(probability)


def test_a_search_that_keeps_all_finds_the_likeliest_text():
    [(_, make)] = [case for case in SEARCHES if "27 beams" in case.label]
    start, step, N, beams = make()
    texts = [np.array(text) for text in itertools.product(range(len(start)), repeat=N)]
    best = max(texts, key=lambda text: cases_cuts.log_probability(start, step, text))
    assert beam_search(start, step, N, beams).tolist() == best.tolist()


def test_the_torch_reader_says_what_the_reader_says():
    (net, vocabulary), (model, same) = reader(), cases_cuts.reader_model()
    assert same.characters == vocabulary.characters
    ids = vocabulary.encode("Once upon a time Anka lived in a clay cave by the marsh.")
    with torch.no_grad():
        p, _ = model(torch.from_numpy(ids)[None])
    assert p[0].numpy() == pytest.approx(read(net, ids)[1], abs=1e-12)


def test_two_beams_lose_what_one_finds():
    found = {beams: cases_cuts.found(cases_cuts.trap(), 3, beams) for beams in (1, 2, 3, 81)}
    assert found[1] == found[3] == found[81] == pytest.approx(0.16)
    assert found[2] < found[1]
