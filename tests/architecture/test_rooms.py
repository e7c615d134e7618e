"""Every room says what it is for, is gathered by the contents pages and stands on the map."""

import ast
import re

import pytest

from tests.architecture.reading import (
    APPS,
    CODE,
    ROOT,
    contract,
    names_in_layers,
    page,
    project,
    python_files,
    rooms,
    short,
    tree_of,
)

PURPOSE_LINES_MAX = 10
# Which file of a room is gathered by which contents page of its app.
GATHERED = {
    "models": "models",
    "admin": "admin",
    "tasks": "tasks",
    "receivers": "receivers",
    "api": "urls",
    "document": "documents",
}
FORBIDDEN_NAMES = {"core", "common", "utils", "services", "helpers", "managers", "misc", "util"}


@pytest.mark.parametrize(
    "room", [init.parent for room in rooms() for init in room.rglob("__init__.py")], ids=short
)
def test_a_room_states_its_purpose_in_ten_lines(room):
    """So does each folder inside one."""
    text = ast.get_docstring(tree_of(room / "__init__.py")) or ""

    assert text, f"{short(room)} has no purpose"
    assert len(text.splitlines()) <= PURPOSE_LINES_MAX


@pytest.mark.parametrize("room", rooms(), ids=short)
def test_contents_pages_name_every_room_that_has_such_a_file(room):
    app = room.parent
    gathered = [name for name in GATHERED if _stands(room, name)]

    missing = [
        f"{short(app)}/{GATHERED[name]}.py lacks {room.name}.{name}"
        for name in gathered
        if not _imports(app / f"{GATHERED[name]}.py", f"{app.name}.{room.name}", name)
    ]

    assert missing == []


@pytest.mark.parametrize("room", rooms(), ids=short)
def test_the_map_has_every_room(room):
    assert f"`{room.parent.name}.{room.name}`" in page("map.md")


def test_the_map_has_no_room_that_is_not_there():
    told = set(re.findall(rf"`((?:{'|'.join(APPS)})\.\w+)`", page("map.md")))

    assert told == {f"{room.parent.name}.{room.name}" for room in rooms()}


def test_every_top_level_package_stands_in_the_layers():
    packages = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}

    assert packages <= names_in_layers(contract("apps")["layers"])
    assert packages == set(project()["tool"]["importlinter"]["root_packages"])


def test_nothing_is_named_for_what_it_is_not():
    """A drawer called `utils` has no purpose, so everything ends up in it."""
    names = {part for path in python_files(*CODE) for part in (path.stem, path.parent.name)}

    assert names & FORBIDDEN_NAMES == set()


def _stands(room, name):
    return (room / f"{name}.py").exists() or (room / name / "__init__.py").exists()


def _imports(contents_page, room, name):
    """Whether the page has `from <room> import <name>`, `from <room>.<name> import …` or `import …`."""
    if not contents_page.exists():
        return False
    tree = tree_of(contents_page)
    imported = {
        whole
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        for whole in _named(node, alias)
    }
    # A room's own list of addresses stands for its views: `include("loyalty.members.urls")`.
    included = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return f"{room}.{name}" in imported or (name == "api" and f"{room}.urls" in included)


def _named(node, alias):
    if isinstance(node, ast.Import):
        return (alias.name,)
    return (node.module, f"{node.module}.{alias.name}")
