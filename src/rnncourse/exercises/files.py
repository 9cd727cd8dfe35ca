"""Find the reader's function in a file without running the file.

Of a file nothing is called but the reader's function. What the function needs is looked up by
name: imports, functions, classes and assignments that call nothing are executed, only as far as
the function uses them (an import runs the module that it names, as always); every other statement
at the top of the file is left alone. A name that the function uses and that another kind of
statement sets is an error that says so.
"""

import ast
import symtable
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

from rnncourse.exercises.grading import grade
from rnncourse.exercises.registry import find
from rnncourse.exercises.verdict import Verdict

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
CALLS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def grade_file(name: str, path: str | Path) -> Verdict:
    """Grade the function of FILE that is named like the exercise, hyphens as underscores.

    Raises: ValueError, one line that names the file and where it can the line, if there is no
    such exercise, file or function, or the file is not UTF-8 or not Python.
    """
    return grade(name, function_in(Path(path), find(name).function_name))


def function_in(path: Path, name: str) -> Callable:
    """The function of this name, with what it needs around it."""
    if path.suffix == ".ipynb":
        raise ValueError(f"{path} is a notebook; put the function into a .py file")
    source = read_source(path)
    try:
        tree = ast.parse(source, str(path))
        scopes = symtable.symtable(source, str(path), "exec")
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise ValueError(f"{path}{line}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{path} is not Python: {error or type(error).__name__}") from None
    needed = needed_statements(tree, scopes, name, path)
    space = executed(needed, path)
    if not callable(space.get(name)):
        raise ValueError(f"{path}: {name} must be a function, got {type(space[name]).__name__}")
    return space[name]


def read_source(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: not UTF-8") from None


def needed_statements(tree: ast.Module, scopes, name: str, path: Path) -> list[ast.stmt]:
    """The statements that set ``name`` and, from there, all the names they use; in file order."""
    setters = by_name(tree.body)
    if name not in setters:
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        found = ", ".join(functions) or "none"
        raise ValueError(f"{path} must define the function {name}; its functions: {found}")
    needed, open_names, seen = set(), [name], set()
    while open_names:
        current = open_names.pop()
        seen.add(current)
        for node in setters.get(current, ()):
            require_harmless(node, current, name, path)
            needed.add(node)
            open_names += used_names(node, scopes) - seen
    needed.update(node for node in tree.body if unnamed_import(node))
    return sorted(needed, key=lambda node: node.lineno)


def unnamed_import(node: ast.stmt) -> bool:
    """An import whose names cannot be known, or one that changes how the file is read."""
    if not isinstance(node, ast.ImportFrom):
        return False
    return node.module == "__future__" or any(alias.name == "*" for alias in node.names)


def by_name(statements: Iterable[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """Which statements set a name. An import would skip what asks for __name__, and so do we."""
    setters: dict[str, list[ast.stmt]] = {}
    for node in statements:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            continue
        for name in sets(node):
            setters.setdefault(name, []).append(node)
    return setters


def sets(node: ast.stmt) -> set[str]:
    """The names that a statement at the top of the file sets."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, DEFINITIONS):
        return {node.name}
    inner = [sets(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return named([node], ast.Store).union(*inner)


def require_harmless(node: ast.stmt, name: str, wanted: str, path: Path) -> None:
    """``node`` sets a name that the function uses: may it be executed?"""
    if not harmless(node):
        raise ValueError(
            f"{path}, line {node.lineno}: {name} is computed here, and nothing of a file is called "
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


def executed(statements: list[ast.stmt], path: Path) -> dict:
    """Run the statements one by one in a fresh module; an error names its line."""
    space = ModuleType(path.stem).__dict__
    space["__file__"] = str(path)
    future = [n for n in statements if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    for node in statements:
        module = ast.Module([*future, *([] if node in future else [node])], type_ignores=[])
        try:
            exec(compile(module, str(path), "exec"), space)
        except (Exception, SystemExit) as error:
            message = f"{type(error).__name__}: {error}"
            raise ValueError(f"{path}, line {node.lineno}: {message}") from None
    return space
