"""What the chapter tells of the recorded runs: loops are found, samples are the right ones."""

from rnncourse.chapters.sampling import records
from rnncourse.experiments import results


def test_a_loop_at_the_end_of_a_text_is_found_with_its_shortest_period():
    assert records.loop_at_the_end("so it began: " + 12 * "the king ") == 9
    without = "the king lost a key, and the queen found it in the sea, then."
    assert records.loop_at_the_end(without) is None
    assert records.loop_at_the_end("too short") is None


def test_a_text_is_printed_in_lines_that_fit_and_loses_nothing():
    text = "a line\nand another " * 10
    printed = records.block([("title", text)])
    lines = printed.splitlines()[2:-1]
    assert max(map(len, lines)) <= records.WIDTH
    assert "".join(lines) == text.replace("\n", "⏎")


def test_the_samples_are_those_of_the_nearest_evaluations():
    run = records.democracy()
    told = records.samples_over_training(run, (1, 760, 5000))
    steps = dict(zip(run.curve["step"], run.curve["sample"], strict=True))
    for step in (1, 750, 5000):
        assert f"[update {step:,}: " in told
        assert steps[step].replace("\n", "⏎")[: records.WIDTH] in told
    assert run in results("democracy")
