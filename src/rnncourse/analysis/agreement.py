"""An untrained network of the package, and its gradients by automatic differentiation."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy, linear

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.steps import OUTPUT
from rnncourse.cells import CELLS
from rnncourse.cells.initialize import normal


def fresh_network(cell_name: str, seed: int, T: int = 30, n: int = 32):
    """An untrained cell with its output layer in float64, and digits: params, x (T, 10), y."""
    rng = np.random.default_rng(seed)
    weights = dict(CELLS[cell_name](10, n, rng=rng).named_parameters())
    weights |= {"W_ph": normal(rng, 10, n), "b_p": torch.zeros(10)}
    params = {name: value.detach().numpy().astype(np.float64) for name, value in weights.items()}
    return params, np.eye(10)[rng.integers(0, 10, size=T)], rng.integers(0, 10, size=T)


def automatic_error(cell_name: str, params: dict, x, y, grads: dict, *start) -> float:
    """How far the gradients of the mean loss are from automatic differentiation.

    The readable torch cell steps over x (T, d) from ``start``, the arrays (n,) of its state, or
    from zeros; ``grads`` has W_ph and b_p too.
    """
    cell = CELLS[cell_name](x.shape[1], params["W_ph"].shape[1], rng=np.random.default_rng(0))
    leaves = dict(cell.double().named_parameters())
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in leaves})
    leaves |= {name: torch.tensor(params[name], requires_grad=True) for name in OUTPUT}
    rows = [torch.from_numpy(part[None]) for part in start]
    hs, state = [], cell.State(*rows) if start else cell.initial_state(1)
    for row in torch.from_numpy(x):
        h, state = cell(row[None], state)
        hs.append(h[0])
    p = linear(torch.stack(hs), leaves["W_ph"], leaves["b_p"])
    cross_entropy(p, torch.from_numpy(y)).backward()
    return max(relative_error(grads[name], leaf.grad.numpy()) for name, leaf in leaves.items())
