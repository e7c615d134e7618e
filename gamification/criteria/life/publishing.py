"""Publishing: definitions and their versions come into force, pause, resume and retire (G-21, G-22, G-25, G-28)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from gamification.criteria.kinds import PREVIEW_HOURS, DefinitionState, GrantExisting
from gamification.criteria.life.backfilling import ask_for_backfill, catching_up
from gamification.criteria.life.catalogue import book_of, move_play_version
from gamification.criteria.life.circles import refuse_circle
from gamification.criteria.life.fixing import refuse_what_is_fixed
from gamification.criteria.life.games import Game, game_called, shape_of
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.refusals import DefinitionState as WrongState
from gamification.criteria.refusals import PreviewRequired, SlugTaken
from gamification.criteria.tallying import keep_up
from loyalty.foundation.actors import Actor
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program

OF_DEFINITION: Final = frozenset({"slug", "name", "state", "grant_existing"})
_MOVES: Final[Mapping[str, frozenset[str]]] = {
    DefinitionState.DRAFT: frozenset({DefinitionState.RETIRED}),
    DefinitionState.PREVIEW: frozenset({DefinitionState.RETIRED}),
    DefinitionState.LIVE: frozenset({DefinitionState.PAUSED, DefinitionState.RETIRED}),
    DefinitionState.PAUSED: frozenset({DefinitionState.LIVE, DefinitionState.RETIRED}),
    DefinitionState.RETIRED: frozenset(),
}


@inside_unit_of_work
def change_definition(
    *, program: Program, game: Game, told: Mapping[str, Any], actor: Actor, at: datetime
) -> Definition:
    """Make a definition what the document says, in force at once; what it does not name stays, the same again is nothing.

    Raises what the game's check raises, ConditionGoesRound, DefinitionState (something retired stays retired).
    """
    held = _held(program, game, told["slug"])
    row = held or Definition(program=program, game=game.name, slug=told["slug"], created_at=at)
    wanted = told.get("state", row.state if row.live_number else DefinitionState.LIVE)
    if row.state == DefinitionState.RETIRED and wanted != DefinitionState.RETIRED:
        raise WrongState(slug=row.slug, state=DefinitionState(row.state))
    is_draft = wanted in {DefinitionState.DRAFT, DefinitionState.PREVIEW}
    kept = _kept(held, is_draft=is_draft) if held else None
    settings = dict(kept.settings) if kept else {}
    settings |= {name: value for name, value in told.items() if name not in OF_DEFINITION}
    is_new = kept is None or kept.settings != settings or not (is_draft or kept.published_at)
    if is_new:
        shape_of(game).demand(settings)
        game.check(program, settings)
        refuse_what_is_fixed(game, row, settings)
    row.name = told.get("name", row.name)
    row.save()
    if is_draft:
        if is_new:
            _draft(row, settings=settings, told=told, actor=actor, at=at)
        return row
    if is_new:
        version = _draft(row, settings=settings, told=told, actor=actor, at=at)
        _put_in_force(program, row, version, at=at)
    if row.state != wanted:
        _move(program, row, DefinitionState(wanted), at=at)
    return row


@unit_of_work
def draft_version(
    *,
    program: Program,
    game: str,
    told: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    is_new: bool = False,
) -> DefinitionVersion:
    """Write a wording that is not in force yet; a definition that is not there begins as a draft.

    Raises Malformed, DefinitionState (retired), SlugTaken (`is_new`, and it is there), what the game's check raises.
    """
    of = game_called(game)
    row = _held(program, of, told["slug"])
    if row is not None and is_new:
        raise SlugTaken(slug=row.slug, pointer="/slug")
    row = row or Definition(program=program, game=game, slug=told["slug"], created_at=at)
    if row.state == DefinitionState.RETIRED:
        raise WrongState(slug=row.slug, state=DefinitionState(row.state))
    settings = {name: value for name, value in told.items() if name not in OF_DEFINITION}
    shape_of(of).demand(settings)
    of.check(program, settings)
    refuse_what_is_fixed(of, row, settings)
    row.name = told.get("name", row.name)
    if row.state == DefinitionState.PREVIEW:
        row.state = DefinitionState.DRAFT
    row.save()
    return _draft(row, settings=settings, told=told, actor=actor, at=at)


@unit_of_work
def note_preview(
    *, version: DefinitionVersion, report: Mapping[str, Any], at: datetime
) -> DefinitionVersion:
    """Somebody has seen what this version would do; its wording is frozen until it is edited (G-21)."""
    row = DefinitionVersion.objects.get(pk=version.pk)
    row.report, row.previewed_at = dict(report), at
    row.save(update_fields=["report", "previewed_at"])
    drafts = Definition.objects.filter(pk=row.definition_id, state=DefinitionState.DRAFT)
    drafts.update(state=DefinitionState.PREVIEW)
    return row


@unit_of_work
def publish_version(
    *, program: Program, version: DefinitionVersion, actor: Actor, at: datetime
) -> Definition:
    """Put a previewed version in force. Raises PreviewRequired, DefinitionState, ConditionGoesRound."""
    assert actor.kind, "somebody publishes"
    row = Definition.objects.select_for_update().get(pk=version.definition_id, program=program)
    told = DefinitionVersion.objects.get(pk=version.pk)
    if row.state == DefinitionState.RETIRED or told.published_at is not None:
        raise WrongState(slug=row.slug, state=DefinitionState(row.state))
    good_until = told.previewed_at and told.previewed_at + timedelta(hours=PREVIEW_HOURS)
    if good_until is None or good_until < at:
        raise PreviewRequired
    game_called(row.game).check(program, told.settings)
    refuse_what_is_fixed(game_called(row.game), row, told.settings)
    _put_in_force(program, row, told, at=at)
    if row.state != DefinitionState.LIVE:
        _move(program, row, DefinitionState.LIVE, at=at)
    return row


@unit_of_work
def move_definition(
    *, program: Program, definition: Definition, to: DefinitionState, actor: Actor, at: datetime
) -> Definition:
    """Pause, resume or retire; what was missed while paused is caught up silently (G-28). Raises DefinitionState."""
    assert actor.kind, "somebody decides"
    row = Definition.objects.select_for_update().get(pk=definition.pk, program=program)
    if to not in _MOVES[row.state]:
        raise WrongState(slug=row.slug, state=DefinitionState(row.state))
    _move(program, row, to, at=at)
    return row


def newest_of(definition: Definition) -> DefinitionVersion | None:
    """The latest wording, in force or not."""
    rows = DefinitionVersion.objects.filter(definition=definition)
    return rows.order_by("-number").first()


def _kept(row: Definition, *, is_draft: bool) -> DefinitionVersion | None:
    """What a document that does not name everything goes on from: a draft from the newest, else what is in force."""
    if is_draft or not row.live_number:
        return newest_of(row)
    return _in_force(row)


def _in_force(row: Definition) -> DefinitionVersion | None:
    rows = DefinitionVersion.objects.filter(definition=row, number=row.live_number or 0)
    return rows.first()


def _held(program: Program, game: Game, slug: str) -> Definition | None:
    rows = Definition.objects.select_for_update().filter(program=program, game=game.name, slug=slug)
    return rows.first()


def _draft(
    row: Definition,
    *,
    settings: Mapping[str, Any],
    told: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> DefinitionVersion:
    DefinitionVersion.objects.filter(definition=row, published_at=None).delete()
    newest = newest_of(row)
    before = newest.grant_existing if newest else GrantExisting.SILENT
    return DefinitionVersion.objects.create(
        definition=row,
        number=newest.number + 1 if newest else 1,
        settings=dict(settings),
        zone=row.program.zone,
        grant_existing=told.get("grant_existing", before),
        drafted_at=at,
        author=actor.shown[:100],
    )


def _put_in_force(
    program: Program, row: Definition, version: DefinitionVersion, *, at: datetime
) -> None:
    """Freeze the wording, register its measures, wake everybody's map, ask for the backfill."""
    game = game_called(row.game)
    refuse_circle(program, game, row.slug, version.settings)
    version.published_at = at
    version.save(update_fields=["published_at"])
    row.live_number = version.number
    row.save(update_fields=["live_number"])
    if row.state in {DefinitionState.LIVE, DefinitionState.PAUSED}:
        _register_measures(program, game, version, at=at)
        move_play_version(program)
    if row.state == DefinitionState.LIVE:
        _catch_up(program, row, version, at=at)


def _move(program: Program, row: Definition, to: DefinitionState, *, at: datetime) -> None:
    before = DefinitionState(row.state)
    row.state = to
    if to == DefinitionState.PAUSED and not (row.paused_at and row.pk in catching_up(program)):
        row.paused_at = at  # else the pause before is still being caught up
    row.save(update_fields=["state", "paused_at"])
    version = _in_force(row)
    if version is not None and before not in {DefinitionState.LIVE, DefinitionState.PAUSED}:
        _register_measures(program, game_called(row.game), version, at=at)
    move_play_version(program)
    if version is not None and to == DefinitionState.LIVE:
        _catch_up(program, row, version, at=at, is_resumed=before == DefinitionState.PAUSED)


def _register_measures(
    program: Program, game: Game, version: DefinitionVersion, *, at: datetime
) -> None:
    published = DefinitionVersion.objects.filter(
        definition_id=version.definition_id, published_at__isnull=False
    )
    first = published.order_by("number").first()
    opened = first.published_at if first and first.published_at else at
    specs = [s.opened(opened) for s in game.specs(program, version.settings, zone=version.zone)]
    keep_up(program=program, specs=specs, zone=version.zone, known=book_of(program).measures)


def _catch_up(
    program: Program,
    row: Definition,
    version: DefinitionVersion,
    *,
    at: datetime,
    is_resumed: bool = False,
) -> None:
    if game_called(row.game).backfill is None:
        return
    if version.grant_existing == GrantExisting.NONE and not is_resumed:
        return
    is_silent = is_resumed or version.grant_existing == GrantExisting.SILENT
    since = row.paused_at if is_resumed else None
    ask_for_backfill(program=program, definition_id=row.pk, is_silent=is_silent, at=at, since=since)
