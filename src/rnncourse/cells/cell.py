"""What the five cells share: sizes, the state before the first step, the checks."""

import numpy as np
from torch import Tensor, nn

from rnncourse.cells.check import require_state, require_tensor
from rnncourse.validate import require_count, require_generator


class Cell(nn.Module):
    """One step of a recurrent network; a subclass adds its parameters, ``step`` and ``State``.

    Shapes: x (B, d); every tensor of the state (B, n).
    Raises: ValueError if x or the state has another shape, dtype or device, or is not finite.
    """

    State: type  # the kind of state the cell carries
    timed = False  # whether a step also reads the time

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__()
        require_count("d", d)
        require_count("n", n)
        require_generator("rng", rng)
        self.d, self.n = d, n

    @property
    def weight(self) -> Tensor:
        """Any parameter: it shows the cell's dtype and device."""
        own = next(iter(self._parameters.values()), None)  # 20 times as fast as ``parameters()``
        return next(self.parameters()) if own is None else own

    def initial_state(self, batch_size: int):
        """Nothing remembered: zeros, shape (batch_size, n)."""
        require_count("batch_size", batch_size)
        zeros = self.weight.new_zeros
        return self.State(*(zeros(batch_size, self.n) for _ in self.State._fields))

    def forward(self, x: Tensor, state) -> tuple[Tensor, tuple]:
        self.require_step(x, state)
        return self.step(x, state)

    def require_step(self, x: Tensor, state) -> None:
        """Hold one step's input and state against the cell."""
        require_tensor("x", x, ("B", self.d), self.weight)
        require_state(state, self.State, (len(x), self.n), self.weight)
