"""Mechanical mistakes: from the source of a right answer many that differ in one place."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from typing import NamedTuple

SWAPPED = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Div,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
RENAMED = {
    **{"sum": ("mean", "max"), "mean": ("sum",), "max": ("min", "mean"), "min": ("max",)},
    **{"argmax": ("argmin",), "argmin": ("argmax",), "zeros": ("ones",), "ones": ("zeros",)},
    **{"zeros_like": ("ones_like",), "ones_like": ("zeros_like",), "floor": ("ceil",)},
    **{"ceil": ("floor",), "log": ("log2", "log10"), "log2": ("log",), "log10": ("log",)},
    **{"exp": ("exp2", "expm1"), "tanh": ("sin", "arctan"), "arctanh": ("tanh",)},
    **{"cos": ("sin",), "sin": ("cos",), "sqrt": ("square",), "cumsum": ("cumprod",)},
    **{"any": ("all",), "all": ("any",), "maximum": ("minimum",), "minimum": ("maximum",)},
    **{"outer": ("multiply",), "vstack": ("hstack",)},
}
ADVERBS = {"T", "conj", "copy", "real"}  # what is dropped from the end of an expression


class Mutant(NamedTuple):
    line: int
    column: int
    was: str
    now: str
    source: str

    @property
    def label(self) -> str:
        return f"{self.line}:{self.column} {self.was} -> {self.now}"


def mutants(source: str) -> list[Mutant]:
    """All that differ from each other and from ``source``."""
    tree = ast.parse(source)
    parameters = _parameters(tree)
    found: dict[str, Mutant] = {ast.unparse(tree): None}
    for path, node in _places(tree, ()):
        for new in _changes(node, parameters):
            text = _replaced(tree, path, new)
            if text is not None and text not in found:
                shown = "(dropped)" if new is None else _short(new)
                found[text] = Mutant(node.lineno, node.col_offset, _short(node), shown, text)
    return [mutant for mutant in found.values() if mutant is not None]


def _parameters(tree: ast.Module) -> list[str]:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [argument.arg for argument in functions[-1].args.args] if functions else []


def _short(node) -> str:
    nodes = node if isinstance(node, list) else [node]
    text = "; ".join(ast.unparse(ast.fix_missing_locations(each)) for each in nodes)
    return " ".join(text.split())[:70]


def _places(node: ast.AST, path: tuple) -> Iterator[tuple[tuple, ast.AST]]:
    for field, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for number, child in children:
            if isinstance(child, ast.expr | ast.stmt):
                here = (*path, (field, number))
                yield here, child
                yield from _places(child, here)


def _replaced(tree: ast.Module, path: tuple, new) -> str | None:
    """The source with another node at this place; None drops a statement."""
    tree = deepcopy(tree)
    node = tree
    for field, number in path[:-1]:
        node = getattr(node, field) if number is None else getattr(node, field)[number]
    field, number = path[-1]
    if new is None:
        getattr(node, field)[number] = ast.Pass()
    elif number is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[number] = new
    try:
        text = ast.unparse(ast.fix_missing_locations(tree))
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return None
    return text


def _changes(node: ast.AST, parameters: list[str]) -> Iterator:
    """Nodes that could stand in place of this one."""
    maker = globals().get(f"_of_{type(node).__name__.lower()}")
    if maker is not None:
        yield from maker(deepcopy(node), parameters)


def _with(node: ast.AST, **fields) -> ast.AST:
    new = deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _code(text: str, **parts: ast.expr) -> ast.expr:
    """An expression in which names stand for nodes."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, name):
            return parts.get(name.id, name)

    return Put().visit(ast.parse(text, mode="eval").body)


def _of_binop(node, _):
    for op in SWAPPED.get(type(node.op), ()):
        yield _with(node, op=op())
    yield node.left
    yield node.right
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
        yield _with(node, left=node.right, right=node.left)
    if isinstance(node.op, ast.MatMult):
        yield _with(node, left=_code("a.T", a=node.left))


def _of_unaryop(node, _):
    yield node.operand


def _of_compare(node, _):
    for op in SWAPPED.get(type(node.ops[0]), ()):
        yield _with(node, ops=[op(), *node.ops[1:]])


def _of_boolop(node, _):
    for op in SWAPPED[type(node.op)]:
        yield _with(node, op=op())
    yield from node.values


def _of_ifexp(node, _):
    yield node.body
    yield node.orelse


def _of_constant(node, _):
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        for other in (value + 1, value - 1, -value, 2 * value, 0, 1, 2):
            yield _code(str(other))
    elif isinstance(value, float):
        for other in (2.0 * value, -value, value / 10.0, 1.0 - value, 0.0, 1.0):
            yield _code(repr(other))
    elif isinstance(value, str) and 1 < len(value) < 6 and value.isalnum():
        yield ast.Constant(value[::-1])  # the order of letters: "gifo"
        yield ast.Constant(value[0] + value[2:3] + value[1:2] + value[3:])


def _of_name(node, parameters):
    if isinstance(node.ctx, ast.Load) and node.id in parameters:
        yield ast.Name(parameters[(parameters.index(node.id) + 1) % len(parameters)], ast.Load())


def _of_attribute(node, _):
    for name in RENAMED.get(node.attr, ()):
        yield _with(node, attr=name)
    if node.attr in ADVERBS:
        yield node.value


def _of_subscript(node, _):
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(node.slice, ast.Name | ast.BinOp):
        for shift in ("i - 1", "i + 1"):
            yield _with(node, slice=_code(shift, i=node.slice))
    if isinstance(node.slice, ast.Slice):
        yield node.value
        for end in ("lower", "upper"):
            if (old := getattr(node.slice, end)) is not None:
                for shift in ("i - 1", "i + 1"):
                    yield _with(node, slice=_with(node.slice, **{end: _code(shift, i=old)}))
                yield _with(node, slice=_with(node.slice, **{end: None}))
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        for old, new in (("W_hh", "W_hx"), ("x", "h"), ("i", "f"), ("z", "r"), ("g", "i")):
            if old in node.slice.value:
                yield _with(node, slice=ast.Constant(node.slice.value.replace(old, new)))


def _of_call(node, _):
    called = node.func
    if isinstance(called, ast.Name):
        for name in RENAMED.get(called.id, ()):
            if name in ("max", "min", "any", "all"):
                yield _with(node, func=ast.Name(name, ast.Load()))
    if len(node.args) == 1:
        yield node.args[0]  # the call is dropped
    if isinstance(called, ast.Attribute) and called.attr in (*ADVERBS, *RENAMED) and not node.args:
        yield called.value
    if len(node.args) == 2:
        yield _with(node, args=node.args[::-1])
    for place, keyword in enumerate(node.keywords):
        keywords = [k for i, k in enumerate(node.keywords) if i != place]
        yield _with(node, keywords=keywords)
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
            other = ast.keyword("axis", _code("1" if keyword.value.value == 0 else "0"))
            yield _with(node, keywords=[*keywords, other])
    if isinstance(called, ast.Name) and called.id == "range":
        stop = node.args[1] if len(node.args) > 1 else node.args[0]
        start = node.args[0] if len(node.args) > 1 else ast.Constant(0)
        for text in ("range(a, b - 1)", "range(a, b + 1)", "range(a + 1, b)", "reversed(r)"):
            yield _code(text, a=start, b=stop, r=node)


def _of_return(node, _):
    if node.value is None:
        return
    for text in ("-r", "numpy.roll(r, 1, axis=0)", "numpy.roll(r, -1, axis=0)", "r[::-1]", "r[1:]"):
        text = text.replace("numpy", "__import__('numpy')")
        yield _with(node, value=_code(text, r=_code("a if 1 else a", a=node.value).body))
    if isinstance(node.value, ast.Tuple | ast.List):
        items = node.value.elts
        for k in range(len(items)):
            yield _with(node, value=_with(node.value, elts=items[:k] + items[k + 1 :]))
            moved = [*items[:k], *items[k : k + 2][::-1], *items[k + 2 :]]
            yield _with(node, value=_with(node.value, elts=moved))


def _of_assign(node, _):
    yield None
    if isinstance(node.value, ast.Tuple):
        items = node.value.elts
        yield _with(node, value=_with(node.value, elts=items[1:] + items[:1]))


def _of_augassign(node, _):
    yield None
    yield ast.Assign([node.target], node.value, lineno=node.lineno)
    for op in SWAPPED.get(type(node.op), ()):
        yield _with(node, op=op())


def _of_expr(node, _):
    yield None


def _of_if(node, _):
    yield _with(node, test=ast.Constant(True))
    yield _with(node, test=ast.Constant(False))


def _of_for(node, _):
    yield _with(node, iter=_code("list(a)[::-1]", a=node.iter))
    yield _with(node, iter=_code("list(a)[1:]", a=node.iter))
    yield _with(node, iter=_code("list(a)[:-1]", a=node.iter))
