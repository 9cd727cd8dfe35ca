"""Writing with a model: from scores to a choice, from choices to a text, and what was copied.

guess     scores to probabilities: temperature, top-k, nucleus; their entropy
writing   a character drawn after the other, each read back in
beams     a search for a likely text in place of drawing one
copies    how much of a text stands in another
"""

from rnncourse.sampling.beams import Beam, beam_search, ranked_beams
from rnncourse.sampling.copies import copied_share
from rnncourse.sampling.guess import cut, entropy, probabilities
from rnncourse.sampling.writing import continuation, generate

__all__ = [
    "Beam",
    "beam_search",
    "continuation",
    "copied_share",
    "cut",
    "entropy",
    "generate",
    "probabilities",
    "ranked_beams",
]
