"""P-24: each page of the portal through the whole stack, beside the offline page, which has nobody's data; and what it weighs."""

import gzip
import logging
import re
from collections.abc import Callable
from typing import Final

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.ground import BENCH, NOW, a_program, settle_down
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from benchmarks.posting import awards, posted
from loyalty.foundation.wire.limiting import Limit
from loyalty.members.contacts import ProfileTold
from loyalty.members.enrolling import Enrolment, enrol
from loyalty.members.persons import Member
from loyalty.programs.tenants import Program
from portal.entry import pacing
from portal.entry.links import link_for
from portal.entry.models import TicketKind

CALLS: Final = 20
ROUNDS: Final = 5
ENTRIES: Final = 365
CPU_MS_MAX: Final = 40.0
HTML_BYTES_MAX: Final = 30_000
SCRIPT_BYTES_MAX: Final = 15_000
QUERIES_MAX: Final = 12
PAGES: Final = (
    "", "earn", "rewards", "mine", "card", "tiers", "statement", "invite", "me",
    "play", "play/badges", "play/streaks", "play/levels", "play/boards",
)  # fmt: skip


def figures(seed: int, *, calls: int = CALLS) -> list[Figure]:
    """A line a page: CPU, statements, HTML as it is and compressed; and one for script and styles."""
    logging.getLogger("wafa.requests").setLevel(logging.WARNING)  # a line a look is not measured
    program, stars = a_program("pages")
    member = _member(program, seed=seed)
    posted(program, awards(stars, [member.pk] * ENTRIES))
    pacing.SESSION = Limit(
        name="bench", per_second=1_000_000, burst=1_000_000
    )  # one looks for many
    browser = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")
    browser.get(link_for(member, kind=TicketKind.STOREFRONT))
    settle_down()
    lines = [_line(browser, f"/p/{program.slug}/", page, calls=calls) for page in PAGES]
    return [*lines, _files(browser, f"/p/{program.slug}/")]


def _line(browser: Client, home: str, page: str, *, calls: int) -> Figure:
    def look(name: str) -> Callable[[], None]:
        def once() -> None:
            answer = browser.get(f"{home}{name}")
            assert answer.status_code == 200, (name, answer.status_code)

        return once

    for name in (page, "offline"):
        look(name)()
    series, empty = in_turn(
        _calls(look(page), calls=calls), _calls(look("offline"), calls=calls), rounds=ROUNDS
    )
    with CaptureQueriesContext(connection) as statements:
        body = browser.get(f"{home}{page}").content
    cpu, least = series.middle("cpu"), empty.middle("cpu")
    return Figure(
        number="P-24",
        what=f"the page “{page or 'points'}”, {ENTRIES} entries behind it",
        figure=f"{cpu:.1f} CPU-ms; {len(statements)} statements; {len(body) / 1000:.1f} kB of HTML, {_packed(body) / 1000:.1f} kB compressed",
        goal=f"≤ {CPU_MS_MAX:.0f} CPU-ms, ≤ {QUERIES_MAX}, ≤ {HTML_BYTES_MAX // 1000} kB",
        reached=cpu <= CPU_MS_MAX
        and len(statements) <= QUERIES_MAX
        and len(body) <= HTML_BYTES_MAX,
        more=f"{series.middle('database'):.1f} of it in the database; the offline page {least:.1f}",
    )


def _files(browser: Client, home: str) -> Figure:
    """What a first look fetches besides the page, compressed."""
    text = browser.get(home).content.decode()
    told = {"css": 0, "js": 0}
    for name in re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', text):
        found = finders.find(name)
        assert isinstance(found, str), name
        with open(found, "rb") as file:  # noqa: PTH123 (where Django says it is)
            told[name.rsplit(".", 1)[-1]] += _packed(file.read())
    return Figure(
        number="P-24",
        what="script and styles of every page, compressed",
        figure=f"{told['js'] / 1000:.1f} kB of script, {told['css'] / 1000:.1f} kB of styles",
        goal="≤ 15 kB each",
        reached=max(told.values()) <= SCRIPT_BYTES_MAX,
    )


def _member(program: Program, *, seed: int) -> Member:
    told = Enrolment(external_id=f"s{seed}", joined_at=NOW, profile=ProfileTold(first_name="Ada"))
    (member,) = enrol(program=program, enrolments=[told], how="bench", actor=BENCH, at=NOW)
    return member


def _calls(look: Callable[[], None], *, calls: int) -> Callable[[], Cost]:
    def many() -> None:
        for _ in range(calls):
            look()

    return lambda: cost_of(many, pieces=calls)


def _packed(body: bytes) -> int:
    return len(gzip.compress(body))
