"""How large a model to train on a text, and how, in the time that there is.

More units learn more from the same text and need more time for each character; a text that is read
often is learned by heart, and dropout is what helps against it. Held-out loss of the last tenth of
"shakespeare" in nats, two layers of LSTM units, 32 streams, windows of 48, Adam at 8e-3 falling to
2 % along a cosine, running mean of the weights, one seed each. The time stands for the updates that
two cores make in it (see ``SIZES``); evaluations are not counted:

    1 minute     256 units, no dropout                              1.506
    2 minutes    256 units, dropout 0.1 between the layers          1.465
                 256 units, dropout 0.1 between the layers *, **    1.469
                 the same with 0.15, and with 0.05 behind both **   1.478, 1.478
                 384 units, dropout 0.2 behind both layers *        1.489
    5 minutes    256 units, dropout 0.25 between the layers         1.465
                 256 units, dropout 0.2 behind both layers          1.462
                 256 units, dropout 0.3 behind both layers *        1.458
                 384 units, dropout 0.25 behind both layers *       1.448
                 384 units, dropout 0.3 behind both layers *        1.452
                 384 units, dropout 0.35 behind both layers *       1.440, 1.461
    10 minutes   512 units, dropout 0.35 behind both layers *       1.437
                 512 units, dropout 0.5 behind both layers *        1.453
    30 minutes   512 units, dropout 0.5 behind both layers *        1.432

* each epoch cut in other places, ``Streams(turn=True)``
** about a tenth fewer updates: a slower day of the machine, and time for evaluations

"tales", whose sentences come from a small grammar, are not learned by heart, and dropout only takes
from what is learned:

    2 minutes    256 units, dropout 0.15 between the layers         0.1645
    5 minutes    384 units, dropout 0.25 behind both layers *       0.1664
                 384 units, no dropout *                            0.1608

So a text that bz2 writes in less than ``FEW`` bits a character (the tales 0.35, the books of the
course 2.0 to 2.4) gets none.

Runs of one setting differed by up to 0.02, so small differences here may be chance. The recipe is a
rule near the best of these points. Between them, for more time and for other texts it was not
measured: there it is a guess.
"""

import bz2
from math import inf, log
from typing import NamedTuple

from rnncourse.validate import require_count, require_positive

STREAMS, WINDOW = 32, 48
# The minutes from which on so many units are taken, and their updates a minute on two cores.
SIZES = ((8.0, 512, 327), (3.0, 384, 535), (0.0, 256, 1150))
LEARNING_RATE = 8e-3
LARGEST = 0.5  # dropout
FEW, LANGUAGE = 1.0, 2.0  # bits of bz2 for a character; a natural language has about two
MUCH = 0.25  # dropout, from which on it lies behind the last layer too


class Recipe(NamedTuple):
    """What ``train text`` chooses where its user does not."""

    hidden: int  # units of each of the two layers
    dropout: float  # share of h set to zero between them,
    last_dropout: bool  # and behind the last one too
    learning_rate: float  # Adam's largest


def recipe(
    characters: int,
    minutes: float | None = None,
    steps: int | None = None,
    bits: float = LANGUAGE,
) -> Recipe:
    """What to train on a text of so many characters in so much time, or with so many updates.

    The larger the network and the more often it reads the text, the more dropout; none for a text
    that repeats itself so much that its ``compressed_bits`` are less than ``FEW``. Updates count as
    the time that 256 units take for them.

    >>> recipe(1_115_394, minutes=2)
    Recipe(hidden=256, dropout=0.1, last_dropout=False, learning_rate=0.008)

    Raises: ValueError if the time or the updates are not positive.
    """
    if minutes is None:
        require_count("steps", steps)
        minutes = steps / SIZES[-1][-1]
    require_positive("minutes", minutes)
    units, a_minute = next(size[1:] for size in SIZES if minutes >= size[0])
    readings = a_minute * minutes * STREAMS * WINDOW / (0.9 * characters)
    dropout = min(max(0.24 * log(readings * units / 256) - 0.2, 0.0), LARGEST)
    dropout = round(20 * dropout) / 20 if bits >= FEW else 0.0
    return Recipe(units, dropout, dropout >= MUCH, LEARNING_RATE)


def compressed_bits(text: str) -> float:
    """The bits that bz2 needs for a character of the text; inf for an empty one."""
    return 8 * len(bz2.compress(text.encode("utf-8", "surrogatepass"))) / len(text) if text else inf
