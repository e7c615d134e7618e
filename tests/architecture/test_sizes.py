"""Things stay small enough to be read in one go."""

import ast

import pytest

from tests.architecture.reading import CODE, python_files, rooms, short, tree_of

FILE_LINES_MAX = 250
FUNCTION_LINES_MAX = 50
RULE_FILES_MAX = 8
PLUMBING = {
    "__init__", "admin", "api", "document", "facts", "forms", "kinds", "locks", "models", "receivers",
    "refusals", "serializers", "tasks", "urls",
}  # fmt: skip


def folders():
    """Rooms, and the folders inside them."""
    return [init.parent for room in rooms() for init in sorted(room.rglob("__init__.py"))]


def test_a_file_has_at_most_250_lines():
    sizes = {short(path): _lines(path) for path in python_files(*CODE, "tests", "benchmarks")}

    assert {path: size for path, size in sizes.items() if size > FILE_LINES_MAX} == {}


def test_a_function_has_at_most_50_lines():
    functions = {
        f"{short(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in python_files(*CODE, "tests", "benchmarks")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: size for name, size in functions.items() if size > FUNCTION_LINES_MAX} == {}


@pytest.mark.parametrize("folder", folders(), ids=short)
def test_a_room_has_at_most_eight_rule_files(folder):
    """The ninth means a second room, or a folder inside this one with a purpose of its own."""
    rules = sorted(path.stem for path in folder.glob("*.py") if path.stem not in PLUMBING)

    assert len(rules) <= RULE_FILES_MAX, rules


def _lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())
