"""How many numbers a network learns: formulas, held against the tensors by a test."""

from typing import NamedTuple

from rnncourse.validate import require_choice, require_count


class Parts(NamedTuple):
    """What a cell of d inputs and n units holds."""

    W_x: int  # matrices (n, d)
    W_h: int  # matrices (n, n)
    b: int  # gates with a bias (n,)
    clock: int = 0  # other vectors (n,)


PARTS = {
    "rnn": Parts(W_x=1, W_h=1, b=1),
    "lstm": Parts(W_x=4, W_h=4, b=4),
    "gru": Parts(W_x=3, W_h=3, b=3),
    "peephole": Parts(W_x=4, W_h=3, b=4),  # the candidate reads x alone
    "phased": Parts(W_x=4, W_h=4, b=4, clock=3),  # tau, s and r_on
}


def count_parameters(
    cell_name: str,
    d: int,
    n: int,
    K: int | None = None,
    *,
    num_layers: int = 1,
    bidirectional: bool = False,
    biases: int = 1,
) -> int:
    """The number of parameters, without the output layer if K is None.

    cell: n (W_x d + W_h n + b biases + clock),   W_x, W_h, b and clock counted in ``PARTS``
        rnn n (d + n + 1)      lstm 4n (d + n + 1)      gru 3n (d + n + 1)
        peephole 4nd + 3n² + 4n      phased 4n (d + n + 1) + 3n
    output layer: K (n + 1), bidirectional K (2n + 1)

    A layer but the first reads n inputs, bidirectional 2n. ``biases`` a gate: 1 here, 2 in
    torch.nn, whose count is larger by n, 4n and 3n for RNN, LSTM and GRU; 0 in the sheet's GRU.
    """
    require_choice("cell_name", cell_name, PARTS)
    for name, value in {"d": d, "n": n, "num_layers": num_layers}.items():
        require_count(name, value)
    require_choice("biases", biases, (0, 1, 2))
    directions = 2 if bidirectional else 1
    W_x, W_h, b, clock = PARTS[cell_name]
    sizes = [d] + [directions * n] * (num_layers - 1)
    cells = directions * sum(n * (W_x * size + W_h * n + b * biases + clock) for size in sizes)
    if K is None:
        return cells
    require_count("K", K)
    return cells + K * (directions * n + 1)
