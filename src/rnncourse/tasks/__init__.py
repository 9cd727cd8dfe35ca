"""Small worlds to learn in. Every task is called as ``task(rng, batch_size, length)``.

``TMaze`` is another kind of world, to act in: a Gymnasium environment. It alone needs gymnasium,
which is imported when it is first asked for.
"""

from rnncourse.tasks.adding import adding
from rnncourse.tasks.batch import Batch, TimedBatch
from rnncourse.tasks.baum_sweet import baum_sweet, baum_sweet_labels
from rnncourse.tasks.binary_palindromes import binary_palindromes
from rnncourse.tasks.captions import (
    WORDINGS,
    caption_words,
    describe_flowers,
    read_caption,
    split_caption,
)
from rnncourse.tasks.flower_attributes import flower_attributes, held_out
from rnncourse.tasks.flower_scenes import (
    FlowerScenes,
    flower_scenes,
    held_out_scene,
    read_scene,
    scene_words,
)
from rnncourse.tasks.flowers import Flowers, draw_flowers, flowers, place_flowers
from rnncourse.tasks.palindromes import palindromes
from rnncourse.tasks.random_combinations import random_combinations
from rnncourse.tasks.waves import SAMPLINGS, waves

__all__ = [
    "SAMPLINGS",
    "WORDINGS",
    "Batch",
    "FlowerScenes",
    "Flowers",
    "TMaze",
    "TimedBatch",
    "adding",
    "baum_sweet",
    "baum_sweet_labels",
    "binary_palindromes",
    "caption_words",
    "describe_flowers",
    "draw_flowers",
    "flower_attributes",
    "flower_scenes",
    "flowers",
    "held_out",
    "held_out_scene",
    "palindromes",
    "place_flowers",
    "random_combinations",
    "read_caption",
    "read_scene",
    "scene_words",
    "split_caption",
    "waves",
]


def __getattr__(name: str):
    if name == "TMaze":
        from rnncourse.tasks.t_maze import TMaze

        return TMaze
    raise AttributeError(f"module 'rnncourse.tasks' has no attribute {name!r}")
