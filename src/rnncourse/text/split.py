"""The end of a text is held out, so that a model is judged on what it has not seen."""

from rnncourse.validate import require_number


def split(text, held_out: float = 0.1):
    """What to learn from and what to judge by: the last tenth of the text, in one piece.

    ``text`` is a string or an array of ids (N,); the held-out part has round(held_out N)
    characters, and both parts are of the same kind as ``text``.

    Raises: ValueError if one of the two parts would be empty.
    """
    require_number("held_out", held_out)
    if not 0 < held_out < 1:
        raise ValueError(f"held_out must lie strictly between 0 and 1, got {held_out}")
    kept = len(text) - round(held_out * len(text))
    if kept == 0 or kept == len(text):
        raise ValueError(f"a text of {len(text)} characters is too short to hold {held_out} out")
    return text[:kept], text[kept:]
