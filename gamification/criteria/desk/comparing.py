"""Comparing: what differs between two wordings of a definition, and who would gain or not have gained (G-30)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from gamification.criteria.desk.editors import editor_of
from gamification.criteria.life.games import game_called
from gamification.criteria.life.previewing import Comparison, compare
from gamification.criteria.life.publishing import OF_DEFINITION
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.telling.sentences import Names
from loyalty.access.site import program_of
from loyalty.foundation.ids import Id, shown
from loyalty.programs.clock import now_of
from loyalty.programs.definition.differences import differences_between
from loyalty.programs.tenants import Program


def changes_shown(row: Definition | None, definition: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:  # fmt: skip
    """What differs from the version in force; nothing while none is."""
    if row is None or not row.live_number:
        return []
    live = row.versions.get(number=row.live_number)
    after = {name: value for name, value in definition.items() if name not in OF_DEFINITION}
    return differences_shown(live.settings, after)


def differences_shown(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:  # fmt: skip
    """Every difference with its place, before and after."""
    return [
        {"where": each.pointer, "before": _short(each.before), "after": _short(each.after)}
        for each in differences_between(before, after)
    ]


def _short(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def compared(request: HttpRequest, row: Definition) -> dict[str, Any]:
    """Two versions of a definition side by side: in words, place by place, and who would gain or not have gained.

    `from` and `to` name them by number; without, it is the one in force and the newest.
    """
    program = program_of(request)
    versions = list(row.versions.select_related("definition").order_by("number"))
    before = _version(versions, request.GET.get("from", ""), row.live_number or 1)
    after = _version(versions, request.GET.get("to", ""), versions[-1].number)
    has_preview = game_called(row.game).preview is not None
    is_asked = "who" in request.GET and has_preview
    found = compare(program=program, before=before, after=after, at=now_of(program)) if is_asked else None  # fmt: skip
    return {
        "definition": row,
        "versions": versions,
        "before": before,
        "after": after,
        "sentences": [lines_of(program, each) for each in (before, after)],
        "differences": differences_shown(before.settings, after.settings),
        "has_preview": has_preview,
        "sides": _sides(found) if found else [],
    }


def _version(versions: Sequence[DefinitionVersion], told: str, otherwise: int) -> DefinitionVersion:
    wanted = int(told) if told.isdecimal() and len(told) < 10 else otherwise
    return next((each for each in versions if each.number == wanted), versions[-1])


def lines_of(program: Program, version: DefinitionVersion) -> Sequence[str]:
    """What a version says, in the active language; nothing where its game has no form."""
    editor = editor_of(version.definition.game)
    if editor is None:
        return []
    told = {"slug": version.definition.slug, "name": version.definition.name, **version.settings}
    return list(editor.tells(told, Names(program)))


def _sides(found: Comparison) -> list[dict[str, Any]]:
    return [
        {"gains": True, "count": found.gained, "named": _named(found.gains)},
        {"gains": False, "count": found.lost, "named": _named(found.losses)},
    ]


def _named(pairs: Sequence[tuple[Id, str]]) -> list[dict[str, Any]]:
    return [{"pk": member_id, "member": shown("mem", member_id), "item": item} for member_id, item in pairs]  # fmt: skip
