"""What a target asks of a model: a class by its scores, or a number by its value."""

from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

CLOSE = 0.04


def answers(p: Tensor) -> Tensor:
    """What the model says after the last input, (B, K); from both ends it says one thing only."""
    return p[:, -1] if p.ndim == 3 else p


def loss_of(p: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats for classes, squared error for numbers; the mean over the batch.

    Shapes: p (B, K); y (B,), whole numbers for classes, floating for numbers, where K is 1.
    """
    return mse_loss(p[:, 0], y.to(p)) if y.is_floating_point() else cross_entropy(p, y)


def is_right(p: Tensor, y: Tensor) -> Tensor:
    """Whether the largest score is the class's, or the number is closer than 0.04, (B,).

    Source of the bound: Hochreiter and Schmidhuber (1997), the adding problem.
    """
    return (p[:, 0] - y).abs() < CLOSE if y.is_floating_point() else p.argmax(dim=-1) == y
