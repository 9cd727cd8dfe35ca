"""The chapter's sentences say what the records say, whatever that is."""

from dataclasses import replace

import numpy as np
import pytest

from rnncourse.chapters.language_model import records as told
from rnncourse.experiments import EXPERIMENTS, record_path
from rnncourse.records import Record

HELD_OUT = {"grimm": 1.5, "anna-karenina-nl": 0.9}
ABOVE = {"rnn": 0.30, "gru": 0.20, "lstm": 0.21}
NAME = {"rnn": 3.2, "gru": 1.0, "lstm": 2.0}


def book(run) -> Record:
    """A run whose held-out loss is lowest at its second evaluation of three."""
    curve = {"step": [1, 2, 3], "characters": [1920, 3840, 5760], "held_out_loss": [2.0, 1.25, 1.5]}
    summary = {"text_loss": 1.0, "text_accuracy": 0.7, "held_out_accuracy": 0.6}
    summary["held_out_loss"] = HELD_OUT[run.corpus]
    return Record(run.id, run.config, run.seed, curve, summary)


def cell(run) -> Record:
    """The second rate of each cell is the best; seeds lie 0.001 apart."""
    rates = sorted({r.learning_rate for r in EXPERIMENTS["tales-cells"].runs if r.cell == run.cell})
    summary = {
        "held_out_loss": abs(rates.index(run.learning_rate) - 1) + 0.001 * run.seed,
        "characters": 2_340_000,
        "above": ABOVE[run.cell] + 0.01 * run.seed,
    }
    for kind in told.KINDS:
        summary |= {f"above_{kind}": NAME[run.cell], f"share_{kind}": 0.0025}
    return Record(run.id, run.config, run.seed, {"step": []}, summary)


@pytest.fixture
def folder(tmp_path):
    """A record for every run of both experiments."""
    for name, make in ((told.BOOKS, book), (told.CELLS, cell)):
        for run in EXPERIMENTS[name].runs:
            record = make(run)
            kept = replace(record, provenance={"digest": record.digest()})
            kept.save(record_path(tmp_path / name, run))
    return tmp_path


def test_the_table_of_books_has_both_parts_in_three_units(folder):
    rows = told.book_table(folder).splitlines()[2:]
    assert len(rows) == 2 * len(EXPERIMENTS[told.BOOKS].runs)
    assert rows[1] == f"| Grimm, good | held out | 1.500 | {1.5 / np.log(2):.3f} | 60.0 % |"


def test_what_is_learned_by_heart_is_said_in_the_right_direction(folder):
    grimm, anna = told.sentences(folder).splitlines()[:2]
    assert "costs 0.72 bits more than one of the text learned" in grimm
    assert "costs 0.14 bits less" in anna
    assert "lowest (1.250) after 3.8·10³ characters, 0.250 nats lower than at the end" in grimm


def test_the_rate_is_the_one_with_the_lowest_median(folder):
    rates = {c: runs[0].config["learning_rate"] for c, runs in told.chosen(folder).items()}
    assert rates == {"rnn": 4e-3, "gru": 4e-3, "lstm": 8e-3}
    assert "| LSTM | 128 | 0.008 | 2.3·10⁶ | 0.230 (0.210 to 0.250) |" in told.cells_table(folder)


def test_cells_are_ordered_only_where_no_seeds_overlap(folder):
    order = told.order(folder)
    assert "RNN and GRU: every GRU ends nearer to the entropy than every RNN." in order
    assert "GRU and LSTM: the seeds overlap." in order


def test_the_opening_shows_what_the_page_says_of_it():
    early, later, last = told.first_samples().split("\n\n**")
    assert "beetkerret" in early
    assert "a golden tower stole" in early.replace("\n", " ")
    assert "Whhhoune" in later
    assert 'silver bell," it said. The child found the fiddle' in last.replace("\n", " ")
    assert max(map(len, "".join((early, later, last)).splitlines())) <= told.LINE


def test_a_state_that_has_read_more_guesses_better():
    costs = [float(row.split("|")[2]) for row in told.warm_up_table().splitlines()[2:]]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > np.log(80) > costs[3] + 2


def test_who_knows_the_hero(folder):
    rnn, gru, lstm = told.hero(folder).splitlines()
    assert "0 of 5" in rnn
    assert "5 of 5" in gru
    assert "0 of 5" in lstm
