"""What a trained model writes: by temperature, with its state reset, and how much is copied."""

import numpy as np
import torch
from torch import nn

from rnncourse.sampling import continuation, copied_share, entropy, probabilities
from rnncourse.text import Vocabulary
from rnncourse.training import character_losses, read

TEMPERATURES = (0.25, 0.5, 1.0, 2.0)
SAMPLES, LENGTH = 5, 200  # at each temperature
RUNS = (5, 10, 20, 40)  # characters that may be copied in one piece
JUDGED = 5000  # held-out characters whose runs are looked up
WINDOW = 30  # after so many characters a reset state is zero again
CONTINUED = 120
PROMPTS = {"grimm": "The sleeping beauty is", "anna-karenina-nl": "Anna keek hem aan en"}
GUESSED = 60


def writing(
    model: nn.Module, vocabulary: Vocabulary, corpus: str, learned: np.ndarray, held_out: np.ndarray
) -> dict:
    """All that a record keeps of it; losses and entropies in nats a character.

    temperatures         samples, each after a character drawn evenly; the mean entropy of what
                         they were drawn from; the share of their runs that the learned text has
    held_out_copied      the same share of the held-out text
    continuations        of a prompt, "carried", and "reset" to zero after each WINDOW characters
    held_out_loss_carried, held_out_loss_reset  of reading on with the state, and without
    loss_by_position     mean loss after 1 … WINDOW characters read from a zero state
    guesses              held-out text, what was guessed one step ahead, what was written instead
    """
    rng = np.random.default_rng(len(learned))
    text = vocabulary.decode(learned)
    windows = held_out[: (len(held_out) - 1) // WINDOW * WINDOW].reshape(-1, WINDOW)
    after = held_out[WINDOW : windows.size + 1 : WINDOW]
    by_position = character_losses(model, np.column_stack([windows, after])).mean(axis=0)
    starts = np.linspace(0, len(held_out) - WINDOW, 3).astype(int)
    unread = [vocabulary.decode(held_out[start : start + WINDOW]) for start in starts]
    return {
        "temperatures": [tempered(model, vocabulary, text, t, rng) for t in TEMPERATURES],
        "held_out_copied": copied(vocabulary.decode(held_out[:JUDGED]), text),
        "continuations": [
            continued(model, vocabulary, prompt, temperature, rng)
            for prompt in (PROMPTS[corpus], *unread)
            for temperature in (0.0, 0.5)
        ],
        "held_out_loss_carried": read(model, held_out).loss,
        "held_out_loss_reset": float(by_position.mean()),
        "loss_by_position": by_position.tolist(),
        "guesses": guesses(model, vocabulary, held_out, rng),
    }


def tempered(model, vocabulary: Vocabulary, text: str, temperature: float, rng) -> dict:
    """SAMPLES texts written at one temperature."""
    first = rng.integers(len(vocabulary), size=SAMPLES)
    drawn = [continuation(model, [k], LENGTH, temperature=temperature, rng=rng)[0] for k in first]
    read_back = np.column_stack([first, drawn])[:, :-1]
    with torch.no_grad():
        p, _ = model(torch.from_numpy(read_back))
    samples = [vocabulary.decode(ids) for ids in drawn]
    return {
        "temperature": temperature,
        "entropy": float(entropy(probabilities(p, temperature)).mean()),
        "copied": copied("".join(samples), text),
        "samples": [vocabulary.decode([k]) + s for k, s in zip(first, samples, strict=True)],
    }


def copied(sample: str, text: str) -> dict[str, float]:
    """The share of the sample's runs of n characters that stand in the text, by n."""
    return {str(n): copied_share(sample, text, n) for n in RUNS}


def continued(model, vocabulary: Vocabulary, prompt: str, temperature: float, rng) -> dict:
    """CONTINUED characters after a prompt, with the state carried and with the state reset."""
    seed = rng.integers(2**32)

    def go_on(ids, length, rng):
        return continuation(model, ids, length, temperature=temperature, rng=rng)[0]

    ids = vocabulary.encode(prompt)
    carried = go_on(ids, CONTINUED, np.random.default_rng(seed))
    reset, again = ids, np.random.default_rng(seed)
    for piece in range(CONTINUED // WINDOW):
        reset = np.append(reset, go_on(reset[-1:] if piece else ids, WINDOW, again))
    return {
        "prompt": prompt,
        "temperature": temperature,
        "carried": vocabulary.decode(carried),
        "reset": vocabulary.decode(reset[len(ids) :]),
    }


def guesses(model, vocabulary: Vocabulary, held_out: np.ndarray, rng) -> dict[str, str]:
    """After half of the held-out text: what comes, the guess of each character, greedy writing."""
    middle = len(held_out) // 2
    before, truth = held_out[:middle], held_out[middle : middle + GUESSED]
    wrote, _ = continuation(model, before, GUESSED, temperature=0.0, rng=rng)
    with torch.no_grad():
        p, _ = model(torch.from_numpy(np.append(before, truth[:-1]))[None])
    guessed = p[0, -len(truth) :].argmax(dim=-1).numpy()
    texts = {"truth": truth, "guessed": guessed, "written": wrote}
    return {name: vocabulary.decode(ids) for name, ids in texts.items()}
