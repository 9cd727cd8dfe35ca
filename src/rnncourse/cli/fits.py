"""Whether a text is long enough to be learned, counted as its reader counts."""

HELD_OUT = 0.1  # as text.split holds out
FEWEST = 4  # held-out characters: half of them choose, half judge, each predicts one


def require_long_enough(corpus: str, characters: int, streams: int, window: int) -> None:
    """``characters`` of the whole file, the held-out tenth included."""
    from rnncourse.validate import require_count  # brings NumPy

    require_count("streams", streams)
    require_count("window", window)
    held_out = round(HELD_OUT * characters)
    learned, needed = characters - held_out, streams * window + 1
    if held_out < FEWEST:
        raise ValueError(
            f"{corpus} has {characters:,} characters, too few to hold out a tenth: "
            "give a longer text"
        )
    if learned < needed:
        raise ValueError(
            f"{corpus} has {characters:,} characters, and {learned:,} are left when the last "
            f"{held_out:,}, a tenth, are held out; --streams {streams} x --window {window} need "
            f"{needed:,}: give a longer text, a smaller --streams or a smaller --window"
        )
