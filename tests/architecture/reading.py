"""How the architecture tests look at the tree: paths, rooms, docstrings, pages."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
APPS: Final = ("loyalty", "gamification", "referrals", "retention", "portal")
CODE: Final = ("config", *APPS)
DOCS: Final = ROOT / "docs"

_LEFT_OUT: Final = {"__pycache__", "vendor", "node_modules"}


def python_files(*tops: str) -> list[Path]:
    """Every Python file below these folders that people wrote; migrations are written once."""
    return [
        path
        for top in tops
        for path in sorted((ROOT / top).rglob("*.py"))
        if _LEFT_OUT.isdisjoint(path.parts) and "migrations" not in path.parts
    ]


def rooms() -> list[Path]:
    """The packages of every app that are rooms: all but what Django itself wants to find there."""
    return [
        init.parent
        for app in APPS
        for init in sorted((ROOT / app).glob("*/__init__.py"))
        if init.parent.name not in {"migrations", "management", "templatetags"}
    ]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def docstrings_of(path: Path) -> list[str]:
    """The docstrings of a file: its own, its classes' and its functions'."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(tree_of(path)) if isinstance(node, holders)]
    return [text for node in nodes if (text := ast.get_docstring(node))]


@cache
def project() -> Any:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(identifier: str) -> dict[str, Any]:
    """One import contract."""
    contracts: list[dict[str, Any]] = project()["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["id"] == identifier)


def names_in_layers(layers: list[str]) -> set[str]:
    """The modules of a layers contract, without its punctuation."""
    return {name for layer in layers for name in re.findall(r"\w+", layer)}


def page(*parts: str) -> str:
    """A page of the docs, or nothing if it is not there."""
    path = DOCS.joinpath(*parts)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def markdown_files() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
