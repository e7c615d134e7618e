"""Reference pages that are read out of the code: every refusal and every fact, so that they cannot be forgotten."""

import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing
from argparse import Action
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser
from django.utils import translation

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.problems import STATUS
from loyalty.outbox.facts import Fact

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = ROOT / "docs" / "reference"
DECISIONS: Final = ROOT / "docs" / "decisions"

_OUR_APPS: Final = ("config", "loyalty")
_COMMON_OPTIONS: Final = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}
_NOT_ROOMS: Final = ("migrations", "management")
_WORDS: Final = {"UUID": "id", "str": "text", "int": "whole number", "bool": "yes or no"}
_WORDS_OF_TIME: Final = {"datetime": "time", "date": "day"}

ERRORS_HEAD: Final = """\
# Errors

Every refusal is a problem document (RFC 9457, `application/problem+json`). `code` never changes; title and detail
follow `Accept-Language` (en, ar, fa, uk). What stands in braces is filled in and given again under `values`.

Written by `manage.py write_reference`; do not edit by hand.

| code | status | title | detail | when |
|---|---|---|---|---|
"""
FACTS_HEAD: Final = """\
# Facts

What Wafa announces after it happened, to the rooms above and, signed, to webhooks. A fact carries ids and plain values, no
personal data. Names are for ever; fields are only ever added.

Every fact has `program_id` (id), `member_id` (id, or none) and `at` (time); the table lists what it has besides.

Written by `manage.py write_reference`; do not edit by hand.

| fact | room | fields | what happened |
|---|---|---|---|
"""
COMMANDS_HEAD: Final = """\
# Commands

`.venv/bin/python manage.py <command>`. Each has `--help`; most print one JSON object with `--json`.

Written by `manage.py write_reference`; do not edit by hand.
"""
DECISIONS_HEAD: Final = """\
# Decisions

One page each: status, context, decision, consequences, rejected alternatives. Numbers are given once. A decision is changed by
a new one that says which it replaces; the old page stays and its status names its successor.

Written by `manage.py write_reference`; do not edit by hand.

| no. | decision |
|---|---|
"""


def pages() -> dict[Path, str]:
    """The generated pages and where they belong."""
    import_every_room()
    with translation.override("en"):
        return {
            HOME / "errors.md": ERRORS_HEAD + "".join(map(_error_row, refusals())),
            HOME / "facts.md": FACTS_HEAD + "".join(map(_fact_row, facts())),
            HOME / "commands.md": COMMANDS_HEAD + "".join(map(_command_part, commands())),
            DECISIONS / "README.md": DECISIONS_HEAD + "".join(map(_decision_row, decisions())),
        }


def import_every_room() -> None:
    """Import all modules of our apps: a class nobody imported is not there to be listed."""
    for config in apps.get_app_configs():
        if Path(config.path).parent == ROOT:
            for module in _modules_below(config.name, config.path):
                importlib.import_module(module)


def refusals() -> list[type[DomainError]]:
    """Every refusal with a code, by code."""
    ours = {one for one in _below(DomainError) if "code" in vars(one)}
    return sorted(ours, key=lambda one: (one.code, one.__module__))


def facts() -> list[type[Fact]]:
    """Every fact with a name, by name."""
    ours = {one for one in _below(Fact) if "name" in vars(one)}
    return sorted(ours, key=lambda one: (one.name, one.__module__))


def commands() -> list[tuple[str, CommandParser]]:
    """Every command of ours with its parser, by name."""
    ours = sorted(name for name, app in get_commands().items() if app in _OUR_APPS)
    return [
        (name, load_command_class(get_commands()[name], name).create_parser("manage.py", name))
        for name in ours
    ]


def decisions() -> list[Path]:
    """Every decision, by number."""
    return sorted(DECISIONS.glob("[0-9]*.md"))


def fields_of(fact: type[Fact]) -> dict[str, str]:
    """The fields that a fact has besides those of every fact, each with its shape in words."""
    common = {field.name for field in dataclasses.fields(Fact)}
    hints = typing.get_type_hints(fact)
    return {
        field.name: _shape(hints[field.name])
        for field in dataclasses.fields(fact)
        if field.name not in common
    }


def _below(base: type[Any]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        if not child.__module__.startswith("tests"):
            yield child
        yield from _below(child)


def _modules_below(name: str, path: str) -> Iterator[str]:
    for module in pkgutil.walk_packages([path], prefix=f"{name}."):
        if module.name.split(".")[1] not in _NOT_ROOMS:
            yield module.name


def _error_row(refusal: type[DomainError]) -> str:
    cells = (
        f'<a id="{refusal.code}"></a>`{refusal.code}`',
        str(int(STATUS[refusal.kind])),
        str(refusal.title),
        str(refusal.detail),
        _first_sentence(refusal),
    )
    return _row(cells)


def _fact_row(fact: type[Fact]) -> str:
    fields = ", ".join(f"`{name}` ({shape})" for name, shape in fields_of(fact).items())
    room = ".".join(fact.__module__.split(".")[:2])
    return _row((f"`{fact.name}`", f"`{room}`", fields or "none", _first_sentence(fact)))


def _choices_of(action: Action) -> str:
    return ", ".join(map(str, action.choices or ()))


def _command_part(command: tuple[str, CommandParser]) -> str:
    name, parser = command
    options = [
        (" ".join(action.option_strings) or action.dest, action.help or _choices_of(action))
        for action in parser._actions
        if not _COMMON_OPTIONS & {*action.option_strings}
    ]
    lines = "".join(_row((f"`{option}`", " ".join(told.split()))) for option, told in options)
    table = f"\n| option | |\n|---|---|\n{lines}" if lines else ""
    return f"\n## {name}\n\n{parser.description}\n{table}"


def _decision_row(path: Path) -> str:
    number, _, title = path.read_text(encoding="utf-8").split("\n", 1)[0][2:].partition(":")
    return _row((number, f"[{title.strip()}]({path.name})"))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _first_sentence(thing: type[Any]) -> str:
    told = inspect.cleandoc(vars(thing).get("__doc__") or "").split("\n\n")[0]
    return " ".join(told.split())


def _shape(hint: Any) -> str:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        parts = [_shape(part) for part in typing.get_args(hint) if part is not type(None)]
        return f"{' or '.join(parts)}, or none"
    if typing.get_origin(hint) in (list, tuple):
        inner = [part for part in typing.get_args(hint) if part is not Ellipsis]
        return f"list of {' and '.join(_shape(part) for part in inner)}"
    name = getattr(hint, "__name__", str(hint))
    return _WORDS.get(name) or _WORDS_OF_TIME.get(name) or name
