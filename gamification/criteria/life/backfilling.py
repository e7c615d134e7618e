"""Backfilling: what is live is decided for everybody, a page of members at a time, and goes on where it stopped (G-26)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gamification.criteria.kinds import PAGE, DefinitionState
from gamification.criteria.life.catalogue import play_number
from gamification.criteria.life.games import game_called
from gamification.criteria.models import Definition
from gamification.deeds.correcting import key_of
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.jobs.planning import arguments_open, request
from loyalty.members.persons import member_ids_after
from loyalty.programs.tenants import Program

BACKFILL: Final = "criteria.backfill"


@inside_unit_of_work
def ask_for_backfill(
    *,
    program: Program,
    definition_id: Id,
    is_silent: bool,
    at: datetime,
    since: datetime | None = None,
) -> None:
    """Have everybody looked at for this definition, once per play version; `since`: after a pause that began then."""
    argument = {"definition": str(definition_id), "is_silent": is_silent}
    if since is not None:
        argument["since"] = since.isoformat()
    request(
        program_id=program.pk,
        job=BACKFILL,
        period=f"{definition_id}:{play_number(program.pk)}",
        argument=argument,
        at=at,
    )


def catching_up(program: Program) -> set[Id]:
    """The definitions whose last pause is not caught up with all members yet; one statement."""
    waiting = arguments_open(program_id=program.pk, job=BACKFILL)
    return {Id(each["definition"]) for each in waiting if "since" in each}


@inside_unit_of_work
def ask_for_member(*, program: Program, member_id: Id, game: str, key: str, at: datetime) -> None:
    """Have everything live looked at for one member, silently: they switched a game on again (G-29)."""
    definitions = Definition.objects.filter(program=program, state=DefinitionState.LIVE)
    if game:
        definitions = definitions.filter(game=game)
    for definition in definitions:
        request(
            program_id=program.pk,
            job=BACKFILL,
            period=str(key_of(definition.pk, f"{member_id}/{key}")),
            argument={
                "definition": str(definition.pk),
                "is_silent": True,
                "member": str(member_id),
            },
            at=at,
        )


@inside_unit_of_work
def fill_page(
    *, program: Program, argument: Mapping[str, Any], cursor: str | None, at: datetime
) -> str | None:
    """Decide one page; answers where the next begins, or None at the end. What is no longer live needs no more."""
    definition = Definition.objects.filter(pk=Id(argument["definition"]), program=program).first()
    assert definition, "definitions stay"
    game = game_called(definition.game)
    fill = game.backfill
    if definition.state != DefinitionState.LIVE or fill is None:
        return None
    if "member" in argument:
        page = [Id(argument["member"])]
    else:
        after = Id(cursor) if cursor else None
        page = member_ids_after(program_id=program.pk, after=after, limit=PAGE)
    if page and game.resume is not None and "since" in argument:
        game.resume(
            program=program,
            definition_id=definition.pk,
            member_ids=page,
            since=datetime.fromisoformat(argument["since"]),
            at=at,
        )
    elif page:
        fill(
            program=program,
            definition_id=definition.pk,
            member_ids=page,
            is_silent=bool(argument["is_silent"]),
            at=at,
        )
    return str(page[-1]) if len(page) == PAGE else None
