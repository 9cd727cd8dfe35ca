"""Drawing a text: a character after the other, each read back in."""

import numpy as np
import torch
from torch import nn

from rnncourse.byhand.softmax import draw
from rnncourse.sampling.guess import cooled, cut, require_choices, scores_of
from rnncourse.sequence import evaluating
from rnncourse.text import Vocabulary
from rnncourse.validate import require_count, require_generator, require_indices, require_shape


def generate(
    model: nn.Module,
    vocabulary: Vocabulary,
    prompt: str,
    length: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    rng: np.random.Generator,
) -> str:
    """Let ``model`` read ``prompt`` and return the ``length`` characters that it writes after it.

    Temperature 0 is greedy. ``top_k`` draws from the k likeliest characters alone, ``top_p`` from
    the fewest that together have this probability; see ``cut``. The state is carried on, so that
    the time grows with ``length`` and not with its square.

    Raises: ValueError if the prompt is empty or holds a character outside the vocabulary, which is
    named; if the model does not say one of ``len(vocabulary)`` characters at each step.
    """
    ids = encoded(model, vocabulary, prompt)
    choices = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    written, _ = continuation(model, ids, length, **choices, rng=rng)
    return vocabulary.decode(written)


@torch.no_grad()
def continuation(
    model: nn.Module,
    prompt: np.ndarray,
    length: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    rng: np.random.Generator,
    state=None,
) -> tuple[np.ndarray, tuple]:
    """Read the ids ``prompt`` (T,) and go on for ``length`` characters: ids (length,), state.

    Reading starts from ``state``, None meaning zeros; the state returned has read all but the
    last character written: give it back with that character as the prompt to go on. One random
    number a character, whatever the temperature and the cut.

    Raises: ValueError for an empty prompt, a length below 1, a temperature below 0, and for what
    ``cut`` refuses.
    """
    require_count("length", length)
    require_choices(temperature, top_k, top_p)
    require_generator("rng", rng)
    x, written = prompt_of(prompt, model), []
    with evaluating(model):
        for u in rng.random(length):
            p, state = model(x, state)
            scores = cut(cooled(last_scores(p)[0], temperature or 1.0), top_k, top_p)
            written.append(draw(scores, u, 1.0 if temperature else 0.0))
            x = torch.full_like(x[:, :1], written[-1])
    return np.array(written), state


def encoded(model: nn.Module, vocabulary: Vocabulary, prompt: str) -> np.ndarray:
    """The prompt's ids. Raises: ValueError if model and vocabulary do not belong together."""
    says, known = model.W_ph.shape[0], len(vocabulary)
    if says != known:
        raise ValueError(f"the model says {says} characters, the vocabulary has {known}")
    return vocabulary.encode(prompt)


def last_scores(p: torch.Tensor) -> np.ndarray:
    """The scores of the next character after what each row has read, (B, K)."""
    if p.ndim != 3:
        raise ValueError("a model that reads from both ends cannot go on with a text")
    return scores_of(p[:, -1])


def prompt_of(ids, model: nn.Module) -> torch.Tensor:
    """As the model reads it, (1, T)."""
    ids = np.asarray(ids)
    if ids.size == 0:
        raise ValueError("the prompt must hold at least one character")
    require_shape("prompt", ids, ("T",))
    require_indices("prompt", ids, model.cells[0].d)
    return torch.from_numpy(ids.astype(np.int64))[None].to(model.W_ph.device)
