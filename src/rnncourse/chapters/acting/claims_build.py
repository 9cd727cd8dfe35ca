"""Claim: the loss of a training step is what the page writes."""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.claims.registry import claim


@claim(
    "maze-loss",
    shows="eq-policy-loss",
    tolerance=1e-9,
    how="loops over all steps of 16 episodes, against the training step in torch",
    source="Williams (1992)",
)
def loss_of_a_batch() -> float:
    """Three parts, each a mean over the steps that were walked; advantages at size 1."""
    import torch

    from rnncourse.chapters.acting import build

    model, mazes = build.small(corridor=2, episodes=16)
    walked = build.large_rewards(model, mazes)
    scores = model(torch.from_numpy(walked.seen))[0].detach().numpy()
    rows = []  # log π(a), G, V and H of every step that was walked
    for b, t in np.argwhere(walked.live):
        pi = softmax(scores[b, t, :3])
        G = walked.rewards[b, t:].sum()
        rows.append((np.log(pi[walked.actions[b, t]]), G, scores[b, t, 3], -(pi @ np.log(pi))))
    log_pi, G, V, H = np.array(rows).T
    A = (G - V - (G - V).mean()) / (G - V).std(ddof=1)
    expected = -(A * log_pi).mean() + 0.5 * ((V - G) ** 2).mean() - build.ENTROPY * H.mean()
    return abs(build.after_one_step(build.training_step)[0] / expected - 1.0)
