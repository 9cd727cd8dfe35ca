"""A padded batch: where each of its sequences ends.

Steps are causal, so a batch is run as it is, padding included, and every state is read at its own
end. Time comes first, as in all of this room.
"""

from functools import cached_property

import torch
from torch import Tensor

PUSH = 1e9  # σ of this is 1, and of its negative 0, whatever is added to it


def count(n: int, device) -> Tensor:
    """0, 1, …, n − 1."""
    return torch.arange(n, device=device)


class Ends:
    """The ends of B sequences in T steps.

    Shapes: lengths (B,) whole numbers 1 … T; within (T, B, 1), in ``dtype``, 1 up to the end and 0
    past it; past (T, B), true past an end; last, the place of the last step among (T B), (B,).
    """

    def __init__(self, lengths: Tensor, T: int, dtype: torch.dtype):
        B, device = len(lengths), lengths.device
        self.lengths = lengths if lengths.dtype == torch.int64 else lengths.long()
        self.steps = count(T, device)[:, None]
        self.within = (self.steps < self.lengths).to(dtype)[..., None]
        self.last = torch.add(count(B, device) - B, self.lengths, alpha=B)

    @cached_property
    def past(self) -> Tensor:
        return self.steps >= self.lengths

    @cached_property
    def push(self) -> Tensor:
        """PUSH past an end, and 0 up to it, (T, B, 1)."""
        return torch.sub(PUSH, self.within, alpha=PUSH)

    def at(self, values: Tensor) -> Tensor:
        """The value at each end, (B, …) of (T, B, …)."""
        return values.flatten(0, 1).index_select(0, self.last)

    def hold(self, values: Tensor) -> Tensor:
        """Past an end the last value again, as a constant; values (T, B, K) must be finite."""
        return torch.lerp(self.at(values.detach()), values, self.within)  # exact at 0 and 1

    def hold_(self, values: Tensor) -> None:
        """The same in place."""
        torch.lerp(self.at(values), values, self.within, out=values)

    def hold_times(self, times: Tensor) -> Tensor:
        """The same for times (T, B), which may be anything past an end."""
        return torch.where(self.past, self.at(times), times)

    def blank(self, x: Tensor) -> Tensor:
        """Zeros past the ends of finite rows x (T, B, d); whole numbers stay as they are."""
        return x * self.within if x.is_floating_point() else x

    def flip(self, values: Tensor) -> Tensor:
        """Each sequence from its end to its beginning, and what is past the end where it was."""
        return values.flatten(0, 1).index_select(0, self._backward).view(values.shape)

    @cached_property
    def _backward(self) -> Tensor:
        """Where ``flip`` finds its values, (T B,) places."""
        steps = torch.where(self.past, self.steps, self.lengths - 1 - self.steps)
        B = len(self.lengths)
        return torch.add(count(B, steps.device), steps, alpha=B).flatten()

    def keep_c_(self, i: Tensor, f: Tensor) -> None:
        """Let c stay past an end: shut i and open f there. They hold what σ will read, (T, B, n).

        With i = 0 and f = 1 the step c = g ⊙ i + c_prev ⊙ f changes nothing, nor does its
        backward pass.
        """
        i.sub_(self.push)
        f.add_(self.push)


def flip(values: Tensor, ends: Ends | None) -> Tensor:
    """From the end to the beginning, each sequence for itself."""
    return values.flip(0) if ends is None else ends.flip(values)


def mirror(times: Tensor | None, ends: Ends | None) -> Tensor | None:
    """The clock for reading from the end: as much later as a step is before the end."""
    if times is None or ends is None:
        return None if times is None else times[:1] + (times[-1:] - times.flip(0))
    times = times.expand(ends.past.shape)
    return times[:1] + (ends.at(times) - ends.flip(times))  # differences of dates are exact
