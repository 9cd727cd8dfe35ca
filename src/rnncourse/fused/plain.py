"""Which cells are what their class says: the fast path knows the equations of these alone."""

import torch
from torch import nn
from torch.nn.modules.module import _has_any_global_hook

from rnncourse.cells import CELLS, PhasedLSTMCell
from rnncourse.cells.cell import Cell, own_weights

METHODS = ("__call__", "forward", "step", "gates", "openness", "since_origin", "initial_state")


def methods(kind: type) -> tuple:
    """What a class does at each step."""
    return tuple(getattr(kind, name, None) for name in METHODS)


WRITTEN = {kind: methods(kind) for kind in CELLS.values()}
CHECKS = (Cell.forward, PhasedLSTMCell.forward)  # these check, and do the step


def plain(cell: nn.Module) -> bool:
    """Whether the cell is one of ours, unchanged: no subclass, no parametrization (which makes a
    subclass), no hook, no method replaced, and weights of the shapes that its class gives them.

    To torch.compile none is: it reads programs, and follows the equations themselves."""
    kind = type(cell)
    return (
        kind in WRITTEN
        and not torch.compiler.is_compiling()
        and methods(kind) == WRITTEN[kind]
        and not hooked(cell)
        and not any(map(callable, vars(cell).values()))
        and all(fits(cell, name, value) for name, value in own_weights(cell).items())
    )


def fits(cell: nn.Module, name: str, value) -> bool:
    """Whether a weight has its shape: W_…x (n, d), W_…h (n, n), any other (n,)."""
    if name.startswith("W_"):
        return value.shape == (cell.n, cell.d if name.endswith("x") else cell.n)
    return value.shape == (cell.n,)


def hooked(cell: nn.Module) -> bool:
    """Whether something is to be called before or after each step, or before or after its
    gradient."""
    own = cell._forward_hooks or cell._forward_pre_hooks
    return bool(own or cell._backward_hooks or cell._backward_pre_hooks or _has_any_global_hook())


def step_of(cell: nn.Module):
    """What is called at each step: ``step`` if that is all, and else the module itself.

    Hooks are called by the module alone, and a cell of ours may have another ``forward``. A cell
    of a user's own has the ``step`` that ``unroll`` asks for.
    """
    forward = getattr(cell.forward, "__func__", cell.forward)
    changed = isinstance(cell, Cell) and forward not in CHECKS
    missing = forward is nn.Module.forward
    return cell if (changed or hooked(cell)) and not missing else cell.step
