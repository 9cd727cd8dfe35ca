"""Find the reader's functions in a file or a notebook without running it.

Of a file nothing is called but the reader's function. What the function needs is looked up by
name: imports, functions, classes and assignments that call nothing are executed, only as far as
the function uses them (an import runs the module that it names, as always); every other statement
at the top of the file is left alone. A name that the function uses and that another kind of
statement sets is an error that says so.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from rnncourse.exercises.calling import said
from rnncourse.exercises.sources import Piece, left_out, pieces_of, seem_set

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
CALLS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class Statement(NamedTuple):
    """A statement at the top of a piece."""

    node: ast.stmt
    piece: Piece

    @property
    def line(self) -> str:
        return f"{self.piece.place}, line {self.node.lineno}"


class Source:
    """What a file or a notebook holds.

    Raises: ValueError, one line that names the file and where it can the cell and the line, if
    nothing of it is Python.
    """

    def __init__(self, content: bytes, path: Path):
        self.path, self.pieces = path, pieces_of(content, path)
        read = [piece for piece in self.pieces if piece.tree is not None]
        self.statements = [Statement(node, piece) for piece in read for node in piece.tree.body]
        self.setters = by_name(self.statements)

    @property
    def faults(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.fault]

    @cached_property
    def unread(self) -> dict[str, Piece]:
        """The names that were set last, as it seems, where nothing can be read; and where."""
        order = {id(piece): number for number, piece in enumerate(self.pieces)}
        seem = {name: piece for piece in self.faults for name in seem_set(piece.text)}
        last = {name: order[id(setters[-1].piece)] for name, setters in self.setters.items()}
        return {name: each for name, each in seem.items() if order[id(each)] > last.get(name, -1)}

    def functions(self) -> dict[str, bool]:
        """The names that may be functions: is there more than a hole, a line that says ``...``?

        Also those that a part with a fault seems to set.
        """
        known = {
            name: not any(map(is_hole, ast.walk(setters[-1].node)))
            for name, setters in self.setters.items()
            if isinstance(setters[-1].node, (*FUNCTIONS, *ASSIGNMENTS))
        }
        return known | dict.fromkeys(self.unread, True)

    def notes(self) -> list[str]:
        """What could not be read, and so counts for nothing."""
        return left_out(self.pieces, self.path)

    def function(self, name: str) -> Callable:
        """The function of this name, with what it needs around it.

        Raises: ValueError, as above, if there is none, or a statement that it needs has a fault.
        """
        self.refuse_fault(name)
        if name not in self.setters:
            found = ", ".join(self.named_functions()) or "none"
            unread = f"; not read: {self.faults[0].fault}" if self.faults else ""
            raise ValueError(
                f"{self.path} must define the function {name}; its functions: {found}{unread}"
            )
        space = executed(self.needed(name), self.path)
        if not callable(space.get(name)):
            kind = type(space.get(name)).__name__
            raise ValueError(f"{self.path}: {name} must be a function, got {kind}")
        return space[name]

    def named_functions(self) -> list[str]:
        nodes = [each.node for each in self.statements]
        return list(dict.fromkeys(node.name for node in nodes if isinstance(node, FUNCTIONS)))

    def needed(self, name: str) -> list[Statement]:
        """The statements that set ``name`` and, from there, all the names they use; in order."""
        needed, open_names, seen = set(), [name], set()
        while open_names:
            current = open_names.pop()
            seen.add(current)
            self.refuse_fault(current)
            for each in last_of(self.setters.get(current, [])):
                require_harmless(each, current, name)
                needed.add(each.node)
                open_names += used_names(each.node, each.piece.scopes) - seen
        return [each for each in self.statements if each.node in needed or unnamed(each.node)]

    def refuse_fault(self, name: str) -> None:
        """Does a part that cannot be read have the last word on the name? Then this is the error.

        It has, too, if it is the only one that mentions a name that is missing.
        """
        if piece := self.unread.get(name):
            raise ValueError(f"{piece.fault}; {name} is defined there last")
        if name in self.setters or hasattr(builtins, name):
            return
        for piece in self.faults:
            if re.search(rf"\b{re.escape(name)}\b", piece.text):
                raise ValueError(piece.fault)


def is_hole(node: ast.AST) -> bool:
    """``...`` as a statement: where the reader's lines belong."""
    return isinstance(node, ast.Expr) and getattr(node.value, "value", None) is Ellipsis


def last_of(setters: list[Statement]) -> list[Statement]:
    """Of the statements that set a name, those that count: a later function takes its place.

    An assignment that calls something does not count either, if another one or an import follows.
    """
    last = setters[-1:]
    whole = last and isinstance(last[0].node, (*FUNCTIONS, ast.ClassDef))
    if whole and not last[0].node.decorator_list:
        return last
    if last and isinstance(last[0].node, ast.Assign | ast.Import | ast.ImportFrom):
        return [each for each in setters[:-1] if harmless(each.node)] + last
    return setters


def unnamed(node: ast.stmt) -> bool:
    """An import whose names cannot be known, or one that changes how the file is read."""
    if not isinstance(node, ast.ImportFrom):
        return False
    return is_future(node) or any(alias.name == "*" for alias in node.names)


def by_name(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Which statements set a name. An import would skip what asks for __name__, and so do we."""
    setters: dict[str, list[Statement]] = {}
    for each in statements:
        if isinstance(each.node, ast.If) and "__name__" in ast.unparse(each.node.test):
            continue
        for name in sets(each.node):
            setters.setdefault(name, []).append(each)
    return setters


def sets(node: ast.stmt) -> set[str]:
    """The names that a statement at the top of the file sets."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, DEFINITIONS):
        return {node.name}
    inner = [sets(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return named([node], ast.Store).union(*inner)


def require_harmless(statement: Statement, name: str, wanted: str) -> None:
    """It sets a name that the function uses: may it be executed?"""
    if not harmless(statement.node):
        raise ValueError(
            f"{statement.line}: {name} is computed here, and nothing of a file is called "
            f"but {wanted}; move the line into the function"
        )


def harmless(node: ast.AST) -> bool:
    """A definition, an assignment that calls nothing, or a try around such statements."""
    if isinstance(node, ast.Try):
        inside = [*node.body, *node.orelse, *node.finalbody]
        inside += [statement for handler in node.handlers for statement in handler.body]
        return all(harmless(statement) for statement in inside)
    if isinstance(node, ASSIGNMENTS):
        return not any(isinstance(part, CALLS) for part in evaluated(node))
    return isinstance(node, (*DEFINITIONS, ast.Pass))


def evaluated(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of a statement that run with it: all but the bodies of its lambdas."""
    yield node
    for child in [node.args] if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node):
        yield from evaluated(child)


def used_names(node: ast.stmt, scopes) -> set[str]:
    """The names of the file that a statement uses, a function's own variables left out."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        own = {child.arg for child in ast.walk(node) if isinstance(child, ast.arg)}  # of a lambda
        return named([node], ast.Load) - own
    names = named([*node.decorator_list, *heading(node)], ast.Load)
    for table in scopes.get_children():
        if table.get_name() == node.name and table.get_lineno() == scope_line(node):
            names |= global_names(table)
    return names


def heading(node: ast.stmt) -> list[ast.AST]:
    """What Python evaluates to define a function or a class, its body aside."""
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.keywords]
    return [node.args, *([node.returns] if node.returns else [])]


def named(nodes: Iterable[ast.AST], context: type) -> set[str]:
    """The names that are read (``ast.Load``) or set (``ast.Store``) anywhere in these parts."""
    found = (child for node in nodes for child in ast.walk(node) if isinstance(child, ast.Name))
    return {name.id for name in found if isinstance(name.ctx, context)}


def scope_line(node) -> int:
    """Where the symbol table says that a function begins: at its first decorator."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def global_names(table) -> set[str]:
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return names.union(*(global_names(child) for child in table.get_children()))


def executed(statements: list[Statement], path: Path) -> dict:
    """Run the statements one by one in a fresh module; an error names its line."""
    space = ModuleType(path.stem).__dict__
    space["__file__"] = str(path)
    future = [each.node for each in statements if is_future(each.node)]
    for each in statements:
        module = ast.Module([*future, *([] if is_future(each.node) else [each.node])], [])
        try:
            exec(compile(module, each.piece.place, "exec"), space)
        except BaseException as error:
            raise ValueError(f"{each.line}: {said(error)}") from None
    return space


def is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
