"""A tier follows what was counted, never what is left: the balance is nowhere in `loyalty.tiers` (T-5, T-18)."""

import ast

from tests.architecture.reading import python_files, short, tree_of

# What would tell a balance: the words, and the modules of the ledger that keep or tell it.
WORDS = ("balance", "available", "spendable")
MODULES = ("loyalty.ledger.reports.balances", "loyalty.ledger.rows.states", "loyalty.ledger.models")


def test_no_code_of_the_room_names_a_balance():
    named = {
        f"{short(path)}: {name}"
        for path in python_files("loyalty/tiers")
        for name in _names_in(tree_of(path))
        if any(word in name.lower() for word in WORDS)
    }

    assert named == set()


def test_no_code_of_the_room_reads_accounts():
    imported = {
        f"{short(path)}: {module}"
        for path in python_files("loyalty/tiers")
        for module in _imported_by(tree_of(path))
        if module.startswith(MODULES)
    }

    assert imported == set()


def _names_in(tree):
    """Every name, attribute and text of the code; docstrings say what they like."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value


def _imported_by(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
