"""The page of questions is complete for the chapters that stand, and leads where it says."""

import re
from pathlib import Path

import pytest

from rnncourse.claims import REGISTRY
from rnncourse.exercises import EXERCISES
from rnncourse.experiments import EXPERIMENTS
from rnncourse.rooms import numbers

BOOK = Path(__file__).parents[2] / "book"
PAGE = (BOOK / "questions.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| (U18|U20|KTH|D|W)[-\d]", line)
]
# What each chapter answers, of the course's questions and of its collection of wrong answers.
ANSWERED = {
    "linear_recurrences": ["D-1.1", "W12", "W13"],
    "bptt": ["U18-1.1", "U20-1.1a", "U20-1.1b", "U20-1.1c", "KTH-1"]
    + [f"W{number}" for number in (1, 2, 3, 4, 5, 6, 34, 41, 42)],
    "gradient_checking": ["W27"],
    "vanishing_gradients": ["D-1.2", "W10", "W11", "W20", "W33", "W38"],
    "character_rnn": ["KTH-1", "KTH-2", "W28"],
    "palindromes": ["U18-1.2", "U18-1.3", "W29"],
    "optimizers": ["U18-1.4", "W21", "W22"],
    "lstm": ["U18-1.5a", "U18-1.5b", "U20-1.2a", "U20-1.2b"]
    + [f"W{number}" for number in (7, 8, 9, 18, 19, 20, 32, 35, 36, 37, 39)],
    "rnn_against_lstm": ["U18-1.6"],
    "gru_and_relatives": ["U20-1.3", "U20-1.4", "D-1.3", "D-1.4", "W14", "W15"],
    "phased_lstm": ["U18-2.1", "U18-2.2a", "U18-2.2b"]
    + [f"W{number}" for number in (23, 24, 25, 26, 40, 43)],
    "language_model": ["U18-3.1a", "U20-2.1a", "W29", "W33", "W38", "W44"],
    "sampling": ["U18-3.1b", "U18-3.1c", "U20-2.1b", "U20-2.1c", "U18-B3", "U20-B2.2"]
    + [f"W{number}" for number in (16, 17, 28, 33, 44)],
    "images_from_sentences": ["D-2.1"],
    "acting": ["D-2.2"],
    "graphs": [f"U20-3.{number}" for number in range(1, 6)] + ["W30", "W31"],
    "return_of_recurrence": [],
}
CHAPTERS = {
    topic: "\n".join(path.read_text(encoding="utf-8") for path in BOOK.glob(f"{number}_*.md"))
    for topic, number in numbers().items()
}


def chapter_of(label: str) -> str:
    """The chapter in which this label stands above a heading."""
    above_heading = re.compile(rf"^\({label}\)=\n(\(.*\)=\n)*##? ", re.MULTILINE)
    [chapter] = [topic for topic, text in CHAPTERS.items() if above_heading.search(text)]
    return chapter


def test_every_question_of_the_chapters_that_stand_is_there_once():
    listed = [row[0] for row in ROWS]
    expected = {name for chapter in CHAPTERS for name in ANSWERED[chapter]}
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_leads_to_a_section_of_a_chapter_that_answers_it(row):
    labels = re.findall(r"\{numref\}`([\w-]+)`", row[2])
    answering = {chapter for chapter, names in ANSWERED.items() if row[0] in names}
    assert answering <= {chapter_of(label) for label in labels}


@pytest.mark.parametrize("row", [row for row in ROWS if row[0][0] != "W"], ids=lambda row: row[0])
def test_a_question_is_checked_by_a_claim_or_an_experiment(row):
    marks = re.findall(r"\{claim\}`([\w., -]+)`", row[3])
    claims = [name.strip() for mark in marks for name in mark.split(",")]
    experiments = re.findall(r"(?<!\})`([\w-]+)`", row[3])
    assert claims or experiments
    assert all(name in REGISTRY for name in claims)
    assert all(name in EXPERIMENTS for name in experiments)


@pytest.mark.parametrize("row", [row for row in ROWS if row[0][0] == "W"], ids=lambda row: row[0])
def test_a_wrong_answer_is_measured_by_a_claim_or_known_to_an_exercise(row):
    known = [mistake.id for exercise in EXERCISES.values() for mistake in exercise.mistakes]
    sources = [claim.source for claim in REGISTRY.values()]
    assert any(re.search(rf"\b{row[0]}\b", text) for text in known + sources)
