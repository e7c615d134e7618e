"""The doors through which events are taken back, and the database behind them (E-68)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from loyalty.access.models import AuditRow
from loyalty.programs.clock import now_of
from tests.loyalty.events.test_voids import REVIEW, a_review, voided
from tests.world.access import a_shop, a_staff
from tests.world.earning import a_cafe
from tests.world.events import taken
from tests.world.ledger import movements_of
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)


class TestDoor:
    def test_the_api_takes_back_once_and_tells_it(self):
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        shop = a_shop(cafe, "events:write", "events:read", "events:void")
        event = shop.post(
            "/v1/events", a_review() | {"occurred_at": now_of(cafe).isoformat()}, key="1"
        ).json()
        door = f"/v1/events/{event['id']}/void"

        tried = shop.post(f"{door}?dry_run=true", {"reason": "A fake."})
        told = shop.post(door, {"reason": "A fake."}, key="2")
        again = shop.post(door, {"reason": "A fake."}, key="3")

        assert (tried.status_code, tried.json()["simulated"]) == (200, True)
        assert (told.status_code, again.json()) == (200, told.json())
        assert told.json()["results"] == {
            "taken_back": {
                "pending": 0,
                "available": 50,
                "expired": 0,
                "owing": 0,
                "forgiven": 0,
                "by_currency": {
                    "stars": {
                        "pending": 0,
                        "available": 50,
                        "expired": 0,
                        "owing": 0,
                        "forgiven": 0,
                    }
                },
            },
            "tier": {"before": None, "after": None},
        }
        assert shop.get(f"/v1/events/{event['id']}").json()["status"] == "void"
        assert movements_of(ada) == [50, -50]

    def test_whoever_tells_events_may_not_take_them_back(self):
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        shop = a_shop(cafe, "events:write")
        event = shop.post(
            "/v1/events", a_review() | {"occurred_at": now_of(cafe).isoformat()}, key="1"
        ).json()

        refused = shop.post(f"/v1/events/{event['id']}/void", {"reason": "A fake."}, key="2")

        assert refused.status_code == 403
        assert movements_of(ada) == [50]


class TestDatabase:
    @pytest.mark.parametrize(
        ("sql", "constraint"),
        [
            ("UPDATE loyalty_eventvoid SET reason = 'Another.'", "void_is_for_ever"),
            ("DELETE FROM loyalty_eventvoid", "void_is_for_ever"),
            (
                """
                INSERT INTO loyalty_eventvoid (event_id, reason, actor_kind, actor_name, results, at)
                SELECT id, '', 'job', '', '{}', now() FROM loyalty_event WHERE status = 'recorded'
                """,
                "void_has_a_reason",
            ),
        ],
    )
    def test_refuses_alone(self, sql, constraint):
        cafe = a_cafe(REVIEW)
        a_member(cafe)
        fake, _real = taken(cafe, a_review(), a_review("review-2", "B"))
        voided(cafe, fake)

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            connection.cursor().execute(sql)


class TestDesk:
    def test_managers_take_back_on_the_events_page_and_it_says_so(self):
        """E-68, S-62: one form, one row in the audit log, and back to the page."""
        cafe = a_cafe(REVIEW)
        ada = a_member(cafe)
        (fake,) = taken(cafe, a_review())
        staff = a_staff(cafe, "manager")
        page = reverse("admin:loyalty_event_change", args=[fake.event_id])
        assert "void_events" in staff.get(page).content.decode()

        told = {
            "action": "void_events",
            "index": "0",
            "from_page": "1",
            "_selected_action": str(fake.event_id),
            "reason": "A fake.",
        }
        answer = staff.post(reverse("admin:loyalty_event_changelist"), told)

        assert (answer.status_code, answer["Location"]) == (302, page)
        text = staff.get(page).content.decode()
        assert "A fake." in text
        assert "void_events" not in text
        assert movements_of(ada) == [50, -50]
        assert AuditRow.objects.filter(action="event.void_events", reason="A fake.").count() == 1
