"""Playing: a café with real purchases, on a test programme whose own clock moves with them (the demo)."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access.issuing import Wish, ensure_key
from loyalty.access.kinds import KeyKind, Role
from loyalty.access.staff.staffing import Newcomer, ensure_staff
from loyalty.events.models import Event
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work
from loyalty.imports.importing import Manner, Progress, import_events, travel
from loyalty.imports.models import Import
from loyalty.imports.purchases import fetch_wheel, made_up_log, read_log, write_events
from loyalty.imports.redeeming import TASTING, let_members_redeem
from loyalty.ledger.reports.trial import trial_balance
from loyalty.members.models import Member
from loyalty.pictures.sampling import wear_samples
from loyalty.programs.calendar import local_day
from loyalty.programs.clock import now_of
from loyalty.programs.documents import apply_program
from loyalty.programs.models import Program
from loyalty.programs.opening import preset
from loyalty.rewards.models import Redemption
from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.models import Standing

SLUG: Final = "cafe"
SOURCE: Final = "cdnow"
OPENED_AT: Final = datetime(1996, 12, 31, 10, tzinfo=UTC)  # the day before the first purchase
ENDS_AT: Final = datetime(1998, 7, 1, 9, tzinfo=UTC)  # the morning after the last one
KEY_NAME: Final = "demo storefront"
STAFF_NAME: Final = "owner"
PLAYER: Final[Actor] = job("play_demo")
# The purchases end weeks before the clock stands still: a board of the month alone would stand nearly empty.
ALL_TIME: Final[dict[str, Any]] = {
    "slug": "all-time",
    "name": {
        "en": "Best of all time",
        "ar": "الأفضل على الإطلاق",
        "fa": "برترین‌های تمام دوران",
        "uk": "Найкращі за весь час",
    },
    "measure": {
        "kind": "deeds.sum",
        "of": "points.earned",
        "value": "points",
        "currency": "stars",
    },
    "period": "ever",
}

Sequel: TypeAlias = Callable[[Program, datetime], None]

_sequels: Final[list[Sequel]] = []


class DemoNotPossible(DomainError):
    """The café exists and is another one: the demo adds to nothing that it did not open itself."""

    code = "demo_not_possible"
    kind = Kind.CONFLICT
    title = _("The demo cannot be played")
    detail = _(
        "There is a programme {slug} already that is not this demo. `make clean-demo` removes it."
    )


@dataclass(frozen=True, slots=True)
class Log:
    """A file of purchases, ready to be told, and whether they really happened."""

    path: Path
    is_real: bool


def prepare_log(*, folder: Path, large: bool) -> Log:
    """Fetch the purchases, or make some up, and write them as events."""
    folder.mkdir(parents=True, exist_ok=True)
    zone = str(preset("cafe")["program"]["zone"])
    wheel = fetch_wheel(folder)
    name = "made-up" if wheel is None else "whole" if large else "sample"
    path = folder / f"{name}.jsonl"
    if not path.exists():
        purchases = made_up_log() if wheel is None else read_log(wheel, large=large)
        source = SOURCE if wheel else "made-up"
        write_events(purchases, path=path, zone=zone, source=source)
    return Log(path, wheel is not None)


@unit_of_work
def open_cafe(*, digest: bytes) -> Program:
    """The demo's café, as the example document says it, with its clock on the day before the first purchase.

    Raises DemoNotPossible for a programme of that slug that was opened otherwise, or for another log.
    """
    found = Program.objects.filter(slug=SLUG).first()
    if found is None:
        document = preset("cafe")
        document["program"] |= {"slug": SLUG, "test": True}
        document["rewards"].append(TASTING)
        document["leaderboards"].append(ALL_TIME)
        document["portal"]["joining"] = True
        bare = {name: document[name] for name in ("format", "program")}
        found = apply_program.step(document=bare, actor=PLAYER, at=OPENED_AT).program
        wear_samples(program=found, document=document, at=timezone.now())
        apply_program.step(document=document, actor=PLAYER, at=OPENED_AT, skip_unsupported=True)
        found.refresh_from_db()
        found.test_now = OPENED_AT
        found.save(update_fields=["test_now"])
        return found
    imports = Import.objects.filter(program=found, options__move_clock=True)
    is_ours = found.is_test and found.opened_at == OPENED_AT
    if not is_ours or imports.exclude(file_digest=digest).exists():
        raise DemoNotPossible(slug=SLUG)
    return found


def play(*, program: Program, log: Log, progress: Progress) -> Import:
    """Tell every purchase on its day, with everything that falls due in between; goes on where it was left."""
    manner = Manner(actor=PLAYER, move_clock=True)
    run = import_events(program=program, path=log.path, manner=manner, progress=progress)
    program.refresh_from_db()
    travel(program=program, to=ENDS_AT)
    let_members_redeem(program=program, at=ENDS_AT)
    for sequel in _sequels:
        sequel(program, ENDS_AT)
    return run


def plays_on(sequel: Sequel) -> Sequel:
    """Register what another app shows in the demo once the log has ended; called again it must change nothing."""
    _sequels.append(sequel)
    return sequel


def logins_of(*, program: Program, folder: Path) -> dict[str, str]:
    """A storefront key and a staff login for the demo, kept in a file that only its owner reads."""
    path = folder / "logins.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if kept.get("program") == program.shown_id:
            return kept
    password = secrets.token_urlsafe(12)
    name = f"{KEY_NAME} {secrets.token_hex(3)}"
    key = ensure_key(
        program=program,
        wish=Wish(name=name, scopes=["*"]),
        actor=PLAYER,
        at=timezone.now(),
    )
    assert key.text is not None, "a fresh name has a fresh key"
    username = f"{STAFF_NAME}-{secrets.token_hex(3)}"
    ensure_staff(
        newcomer=Newcomer(username=username, password=password),
        program=program,
        roles=[Role.OWNER],
        actor=PLAYER,
        at=timezone.now(),
    )
    logins = {
        "program": program.shown_id,
        "key": key.text,
        "username": username,
        "password": password,
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(logins, file)
    return logins


def welcome_shop(*, program: Program, origin: str) -> None:
    """Let a page of this origin frame the widget: a publishable key lists it."""
    wish = Wish(
        name=f"shop page {origin}",
        kind=KeyKind.PUBLISHABLE,
        scopes=["tiers:read"],
        origins=[origin],
    )
    ensure_key(program=program, wish=wish, actor=PLAYER, at=timezone.now())


def summary_of(*, program: Program) -> dict[str, Any]:
    """Members, events, redemptions and tiers of the café as it stands."""
    today = local_day(now_of(program), program.zone)
    opened_on = local_day(program.opened_at, program.zone)
    trials = trial_balance(program=program, first=opened_on, last=today)
    members = Member.objects.filter(program=program).count()
    moved = Standing.objects.filter(program=program).values_list("in_force").annotate(Count("pk"))
    tiers = dict(sorted(moved))
    ladder = ladder_of(program.pk).live
    if ladder is not None:  # who has never moved stands in the lowest tier, without a row
        lowest = ladder.terms.lowest.slug
        tiers[lowest] = tiers.get(lowest, 0) + members - sum(tiers.values())
    return {
        "program": program.slug,
        "now": program.test_now.isoformat() if program.test_now else None,
        "members": members,
        "events": Event.objects.filter(program=program).count(),
        "tiers": tiers,
        "redemptions": Redemption.objects.filter(program=program).count(),
        "points": {trial.currency: trial.closing for trial in trials},
    }
