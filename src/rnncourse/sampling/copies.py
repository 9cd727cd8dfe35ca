"""How much of a text stands in another."""

from rnncourse.validate import require_count


def copied_share(sample: str, text: str, n: int) -> float:
    """The share of the runs of ``n`` characters in ``sample`` that stand in ``text`` as they are.

    Raises: ValueError if the sample is shorter than n.
    """
    require_count("n", n)
    if len(sample) < n:
        raise ValueError(f"sample must have at least {n} characters, got {len(sample)}")
    runs = [sample[start : start + n] for start in range(len(sample) - n + 1)]
    return sum(run in text for run in runs) / len(runs)
