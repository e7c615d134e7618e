"""Verifying: every night, sampled or whole, in parts, and the result is kept and shown (V-38)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from loyalty.access.approvals.models import Proposal
from loyalty.foundation import metrics
from loyalty.foundation.proofs import proving
from loyalty.jobs import gauges
from loyalty.jobs.models import Verification, WrongRow
from loyalty.jobs.nightly import verifying
from loyalty.jobs.ticking import tick
from loyalty.outbox.scheduling import day_jobs, dues, tick_works
from tests.world.access import a_person, a_staff
from tests.world.ledger import a_member, account_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 3, 7, 4, tzinfo=UTC)
SUNDAY = SATURDAY + timedelta(days=1)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, points=50)


def with_a_fault(account):
    """A balance that no row explains, planted past every rule."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE loyalty_account SET available = available + 7 WHERE id = %s", [account.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def nights():
    return list(Verification.objects.order_by("day").values_list("day", "is_whole", "violations"))


class TestANight:
    def test_begins_at_two_and_happens_once(self, ada):
        """V-38: two ticks at once, or one after the other, are one verification a day."""
        assert verifying.verify_some(at=SATURDAY) > 0
        assert verifying.verify_some(at=SATURDAY + timedelta(hours=20)) == 0
        assert verifying.verify_some(at=SATURDAY + timedelta(hours=21, minutes=59)) == 0
        assert verifying.verify_some(at=SUNDAY - timedelta(hours=2)) > 0

        assert [day.isoformat() for day, *_ in nights()] == ["2026-03-07", "2026-03-08"]

    def test_looks_at_everything_first_in_a_week_and_then_at_a_sample(self, ada):
        """V-38: fully on Sundays, and on the next night if Sunday was missed."""
        for days in (0, 1, 2, 9, 10):
            verifying.verify_some(at=SUNDAY + timedelta(days=days))

        assert [whole for _day, whole, _wrong in nights()] == [True, False, False, True, False]

    def test_is_part_of_a_tick(self, ada):
        """V-38."""
        tick()

        assert Verification.objects.get(program_id=ada.program_id).finished_at is not None
        assert "jobs.verify" in tick_works

    def test_keeps_the_rows_that_are_wrong_and_repairs_nothing(self, ada):
        """V-36, V-38."""
        account = account_of(ada)
        with_a_fault(account)

        verifying.verify_some(at=SUNDAY)

        wrong = WrongRow.objects.get(name="account parts")
        assert (wrong.invariant, wrong.row) == ("I1", account.shown_id)
        assert (wrong.found.split("/")[0], wrong.expected.split("/")[0]) == ("57", "50")
        account.refresh_from_db()
        assert account.available == 57

    def test_finds_nothing_in_a_sound_ledger(self, ada):
        """V-38."""
        verifying.verify_some(at=SATURDAY)
        verifying.verify_some(at=SUNDAY + timedelta(days=1))

        assert [wrong for *_, wrong in nights()] == [0, 0]

    def test_of_ninety_days_ago_is_forgotten(self, ada):
        """V-38."""
        with_a_fault(account_of(ada))
        verifying.verify_some(at=SUNDAY)

        verifying.verify_some(at=SUNDAY + timedelta(days=91))

        assert len(nights()) == 1

    def test_the_database_keeps_one_a_day(self, cafe):
        """V-38: programme_is_verified_once_a_day."""
        night = {
            "program_id": cafe.pk, "day": SUNDAY.date(), "is_whole": True, "started_at": SUNDAY,
        }  # fmt: skip
        Verification.objects.create(**night)

        with pytest.raises(Exception, match="programme_is_verified_once_a_day"):
            Verification.objects.create(**night)


class TestInterrupted:
    def test_goes_on_where_it_was(self, ada, monkeypatch):
        """V-38: time for two parts at each tick; no part is counted twice."""
        verifying.verify_some(at=SUNDAY)
        whole = Verification.objects.get().parts
        Verification.objects.all().delete()
        seconds = iter(range(10_000))
        clock = SimpleNamespace(monotonic=lambda: next(seconds) * 4.0)
        monkeypatch.setattr(verifying, "time", clock)

        calls = 0
        while not Verification.objects.filter(finished_at__isnull=False).exists():
            verifying.verify_some(at=SUNDAY)
            calls += 1
            assert calls <= whole

        assert calls > 2
        assert Verification.objects.get().parts == whole

    def test_tries_again_later_what_could_not_be_checked(self, ada, monkeypatch):
        """V-38: not clean, not violated: unfinished, and it says so."""

        def cut(_scope):
            raise DatabaseError("canceling statement")

        # Its number comes before all others: nothing is proved before it is cut.
        broken = proving.Invariant(number="A0", name="cut", check=cut, parts=proving.in_one)
        monkeypatch.setitem(proving._invariants, ("A0", "cut"), broken)
        verifying.verify_some(at=SUNDAY)
        night = Verification.objects.get()
        assert (night.finished_at, night.parts) == (None, 0)
        assert night.error.startswith("DatabaseError in ")
        assert "canceling" not in night.error

        monkeypatch.undo()
        assert verifying.verify_some(at=SUNDAY) == 0
        Verification.objects.update(lease_until=timezone.now())
        verifying.verify_some(at=SUNDAY)

        night.refresh_from_db()
        assert night.finished_at is not None
        assert (night.error, night.violations) == ("", 0)

    def test_whoever_lost_the_lease_notes_nothing(self, ada):
        """V-38."""
        verifying.begin(day=SUNDAY.date(), at=SUNDAY)
        late = verifying.take(at=SUNDAY)
        other = verifying.take(at=SUNDAY + verifying.LEASE)
        assert late.pk == other.pk
        [check, *_] = proving.invariants()

        noted = verifying.note(
            verification=late, check=check, mark=ada.pk, rows=[("acc_1", "1", "2")], at=SUNDAY
        )

        assert not noted
        assert not WrongRow.objects.exists()
        assert Verification.objects.get().parts == 0


class TestShown:
    def test_the_admin_lists_nights_and_wrong_rows_of_the_open_programme(self, ada, cafe):
        """V-38, S-2."""
        a_program("bakery")
        account = account_of(ada)
        with_a_fault(account)
        verifying.verify_some(at=SUNDAY)
        mine = Verification.objects.get(program_id=cafe.pk)
        browser = a_staff(cafe, "manager")

        listed = browser.get(reverse("admin:loyalty_verification_changelist"))
        page = browser.get(reverse("admin:loyalty_verification_change", args=[mine.pk]))
        home = browser.get(reverse("admin:index"))

        assert [row.pk for row in listed.context["cl"].queryset] == [mine.pk]
        assert account.shown_id in page.content.decode()
        system = [each for each in home.context["app_list"] if each["app_label"] == "system"]
        assert "Verification" in [page["object_name"] for page in system[0]["models"]]

    def test_gauges_tell_age_and_wrong_rows(self, ada, cafe, monkeypatch):
        """V-38, V-43."""
        monkeypatch.setattr(metrics, "_programs_named", set())  # other tests have named a hundred
        assert gauges.verify_age() == {}
        with_a_fault(account_of(ada))
        verifying.verify_some(at=SUNDAY)
        Verification.objects.update(finished_at=timezone.now() - timedelta(hours=30))

        assert gauges.verify_violations()[cafe.slug,] == Verification.objects.get().violations > 0
        assert 108_000 <= gauges.verify_age()[cafe.slug,] < 108_060


def test_days_are_sealed_by_a_job():
    """V-37: two midnights later."""
    assert day_jobs["ledger.seal"].missed == "each"


def test_proposals_lapse_by_themselves(cafe):
    """S-27: at seven days, and not before."""
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    due = dues["approvals.lapse"]
    made = {
        "program": cafe, "deed": "ledger.adjust", "argument": {}, "proposed_by": a_person(),
        "proposed_at": at,
    }  # fmt: skip
    old = Proposal.objects.create(lapses_at=at, **made)
    new = Proposal.objects.create(lapses_at=at + timedelta(seconds=1), **made)

    assert due.earliest(until=at - timedelta(seconds=1), program_id=None) == {}
    assert due.earliest(until=at, program_id=None) == {cafe.pk: at}
    tick()  # today, long after both

    for row in (old, new):
        row.refresh_from_db()
        assert row.state == "lapsed"
