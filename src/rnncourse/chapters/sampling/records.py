"""The recorded runs on books as the page prints them: tables, texts and sentences."""

import textwrap
from collections.abc import Iterable

import numpy as np

from rnncourse.experiments import results
from rnncourse.records import Record, markdown_table

WORDS = {"grimm": "Grimm, English", "anna-karenina-nl": "Anna Karenina, Dutch"}
WIDTH = 72  # characters of a printed line
REPEATED = 40  # characters at the end of a text that must repeat for it to count as a loop


def one_line(text: str) -> str:
    """A text with its line breaks shown."""
    return text.replace("\n", "⏎")


def block(rows: Iterable[tuple[str, str]]) -> str:
    """Titled texts as one block of plain text, broken at WIDTH characters."""
    lines = []
    for title, text in rows:
        shown = one_line(text)
        cut = [shown[k : k + WIDTH] for k in range(0, len(shown), WIDTH)]
        lines += [f"[{title}]", *cut, ""]
    return "```text\n" + "\n".join(lines[:-1]) + "\n```"


def sentence(text: str) -> str:
    """A sentence in lines that fit."""
    return "\n".join(textwrap.wrap(text, 100))


def recorded(experiment: str, **config) -> Record:
    """The first run of an experiment with these settings."""
    return next(run for run in results(experiment) if config.items() <= run.config.items())


def democracy(setting: str = "good") -> Record:
    """The run whose samples go on with "in the year"."""
    return recorded("democracy", setting=setting)


def book(corpus: str = "grimm", setting: str = "good") -> Record:
    """The run on a book."""
    return recorded("books", corpus=corpus, setting=setting)


def books(setting: str = "good") -> dict[str, Record]:
    """The recorded runs of a setting by their names on the page."""
    return {words: book(corpus, setting) for corpus, words in WORDS.items()}


def written(corpus: str = "grimm") -> dict:
    """What the trained model of a book writes."""
    return book(corpus).summary["writing"]


# Over training


def at(record: Record, step: int) -> int:
    """The place in the curve of the evaluation nearest to this step."""
    return int(np.abs(np.array(record.curve["step"]) - step).argmin())


def samples_over_training(record: Record, steps, characters: int | None = None) -> str:
    """What was written at the evaluations nearest to these steps, each step once."""
    curve, rows = record.curve, []
    for k in sorted({at(record, step) for step in steps}):
        title = f"update {curve['step'][k]:,}: {curve['held_out_loss'][k]:.2f} nats"
        rows.append((title, curve["sample"][k][:characters]))
    return block(rows)


def thirds(record: Record) -> list[float]:
    """The updates after which one, two and three thirds of a run are over."""
    return [record.curve["step"][-1] * k / 3 for k in (1, 2, 3)]


def short_and_long(record: Record) -> str:
    """After each third of the run: the first 20 characters of the sample, then the whole of it."""
    rows = []
    for step in thirds(record):
        place = at(record, step)
        sample, name = record.curve["sample"][place], f"update {record.curve['step'][place]:,}"
        rows += [(f"{name}, 20 characters", sample[:20]), (f"{name}, {len(sample)}", sample)]
    return block(rows)


def progress_table(record: Record, steps) -> str:
    """Held-out loss, perplexity and right guesses at the evaluations nearest to these steps."""
    curve, rows = record.curve, []
    for k in sorted({at(record, step) for step in steps}):
        read = f"{curve['step'][k]:,}", f"{curve['characters'][k]:,}"
        loss, right = curve["held_out_loss"][k], curve["held_out_accuracy"][k]
        rows.append([*read, f"{loss:.2f}", f"{np.exp(loss):.1f}", f"{right:.0%}"])
    heads = ["update:", "characters read:", "loss, nats:", "perplexity:", "right guesses:"]
    return markdown_table(heads, rows)


def when_fallen(record: Record, share: float) -> int:
    """The first evaluation after which this share of the held-out loss's whole fall is done."""
    losses = np.array(record.curve["held_out_loss"])
    done = (losses[0] - losses) / (losses[0] - losses.min())
    return int(record.curve["step"][int(np.argmax(done >= share))])


def fall(record: Record) -> str:
    """How early the held-out loss falls, where it is lowest, and what it is at the end."""
    half, most, last = when_fallen(record, 0.5), when_fallen(record, 0.9), record.curve["step"][-1]
    return sentence(
        f"Half of the whole fall of the held-out loss is done by update {half:,}, nine tenths by "
        f"update {most:,} of {last:,}. {lowest(record)}"
    )


def lowest(record: Record) -> str:
    """Where the held-out loss is lowest, and the losses at the end, of unread and of read text."""
    steps, losses = record.curve["step"], record.curve["held_out_loss"]
    best = int(np.argmin(losses))
    return (
        f"It is lowest at update {steps[best]:,}, {losses[best]:.2f} nats, and {losses[-1]:.2f} at "
        f"the end, when the text that was learned costs {record.curve['text_loss'][-1]:.2f}."
    )


# Temperatures


def temperature_table(corpus: str = "grimm") -> str:
    """Entropy and copied shares of what was written at each temperature; unread text below."""
    told = written(corpus)

    def shares(copied: dict) -> list[str]:
        return [f"{copied[n]:.2f}" for n in told["held_out_copied"]]

    rows = []
    for row in told["temperatures"]:
        T, H = row["temperature"], row["entropy"]
        rows.append([f"T = {T:g}", f"{H:.2f}", f"{np.exp(H):.1f}", *shares(row["copied"])])
    rows.append(["the book's own end", "–", "–", *shares(told["held_out_copied"])])
    copied = [f"copied, {n}:" for n in told["held_out_copied"]]
    return markdown_table(["text", "entropy, nats:", "as uncertain as among:", *copied], rows)


def temperature_samples(corpus: str = "grimm", count: int = 2, characters: int = 201) -> str:
    """The first samples at each temperature."""
    return block(
        (f"temperature {row['temperature']:g}", sample[:characters])
        for row in written(corpus)["temperatures"]
        for sample in row["samples"][:count]
    )


def copying(corpus: str = "grimm", run: str = "20") -> str:
    """A sentence: at which temperatures more is copied than the book's own end shares."""
    told = written(corpus)
    base = told["held_out_copied"][run]
    above = [
        f"{row['temperature']:g} ({row['copied'][run]:.2f})"
        for row in told["temperatures"]
        if row["copied"][run] > base
    ]
    words = f"Of its runs of {run} characters the unread end of the book shares {base:.2f} with "
    words += "the rest; written text exceeds this at "
    return sentence(words + (f"temperature {', '.join(above)}." if above else "no temperature."))


# Going on


def continuations(corpus: str = "grimm", prompts: int = 4) -> str:
    """Each prompt, and how it goes on greedily and drawn, the state carried and reset."""
    rows = []
    for go_on in written(corpus)["continuations"][: 2 * prompts]:
        how = f"T = {go_on['temperature']:g}" if go_on["temperature"] else "greedy"
        for state in ("carried", "reset"):
            rows.append((f"{how}, state {state}", f"{go_on['prompt']} | {go_on[state]}"))
    return block(rows)


def loop_at_the_end(text: str) -> int | None:
    """The period with which the last REPEATED characters and those before them repeat."""
    for p in range(1, len(text) - REPEATED + 1):
        if text[-REPEATED:] == text[-REPEATED - p : -p]:
            return p
    return None


def loops(corpus: str = "grimm") -> str:
    """A sentence: how many greedy and how many drawn continuations end in a loop."""
    told = written(corpus)
    parts = []
    for words, cold in (("greedy", True), ("drawn", False)):
        group = [c["carried"] for c in told["continuations"] if (c["temperature"] == 0) == cold]
        periods = [p for p in map(loop_at_the_end, group) if p]
        lengths = f" (periods {', '.join(map(str, sorted(periods)))})" if periods else ""
        parts.append(f"{len(periods)} of {len(group)} {words} ones{lengths}")
    return sentence(
        f"After 120 characters {parts[0]} go round in a loop that shows in the last {REPEATED} "
        f"characters, and {parts[1]}."
    )


def reset_cost(setting: str = "good") -> str:
    """Two sentences a book: the held-out loss with the state carried, and reset, by place."""
    told = []
    for words, record in books(setting).items():
        w = record.summary["writing"]
        carried, reset = w["held_out_loss_carried"], w["held_out_loss_reset"]
        by_place = np.array(w["loss_by_position"])
        early = (by_place[:12] - carried).sum() / (by_place - carried).sum()
        told.append(
            f"{words}: {carried:.3f} nats carried, {reset:.3f} reset after every 30 characters; "
            f"{by_place[0]:.2f} at the first place, {by_place[-5:].mean():.3f} in the mean of the "
            f"last five. The first twelve places pay {early:.0%} of the cost."
        )
    return sentence(" ".join(told))


# Guesses


def guesses(corpus: str = "grimm") -> str:
    """Unread text, the guesses on it one step ahead, and what was written in its place."""
    texts = written(corpus)["guesses"]
    names = {"truth": "the book", "guessed": "guessed", "written": "written"}
    lines = [f"{words:9}{one_line(texts[name])}" for name, words in names.items()]
    return "```text\n" + "\n".join(lines) + "\n```"


def equal_places(corpus: str = "grimm") -> str:
    """A sentence: how many guesses, and how many written characters, equal the book's."""
    texts = written(corpus)["guesses"]
    guessed, by_itself = (
        sum(a == b for a, b in zip(texts[name], texts["truth"], strict=True))
        for name in ("guessed", "written")
    )
    return sentence(
        f"Of {len(texts['truth'])} characters the guesses have {guessed} in common with the book, "
        f"place by place, the written text {by_itself}."
    )
