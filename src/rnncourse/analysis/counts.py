"""How many numbers a network learns: formulas, held against the tensors by a test."""

from math import prod

from rnncourse import byhand
from rnncourse.validate import require_choice, require_count


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

    cell: the entries of the arrays in its table, ``byhand.<cell>.SHAPES``
        rnn n (d + n + 1)      lstm 4n (d + n + 1)      gru 3n (d + n + 1)
        peephole 4nd + 3n² + 4n      phased 4n (d + n + 1) + 3n
    output layer: K (n + 1), bidirectional K (2n + 1)

    A layer but the first reads n inputs, bidirectional 2n. ``biases`` a gate: 1 here, 2 in
    torch.nn, whose count is larger by n, 4n and 3n for RNN, LSTM and GRU; 0 in the sheet's GRU.
    """
    require_choice("cell_name", cell_name, byhand.CELLS)
    for name, value in {"d": d, "n": n, "num_layers": num_layers}.items():
        require_count(name, value)
    require_choice("biases", biases, (0, 1, 2))
    directions = 2 if bidirectional else 1
    sizes = [d] + [directions * n] * (num_layers - 1)
    shapes = byhand.CELLS[cell_name].SHAPES
    cells = directions * sum(entries(shapes, size, n, biases) for size in sizes)
    if K is None:
        return cells
    require_count("K", K)
    return cells + K * (directions * n + 1)


def entries(shapes: dict, d: int, n: int, biases: int = 1) -> int:
    """How many numbers a cell's arrays of these shapes hold, each b_q counted ``biases`` times."""
    size = {"d": d, "n": n}
    return sum(
        prod(size[letter] for letter in shape) * (biases if name.startswith("b_") else 1)
        for name, shape in shapes.items()
    )
