"""Putting off: pauses, and what staff do with facts that were given up."""

import pytest
from django.utils import timezone

from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery
from loyalty.outbox.putting_off import NoteMissing, NotParked, pause_after, skip, try_again
from tests.world.outbox import a_cup, announced, delivered_at, receiving_later, states_of

pytestmark = pytest.mark.django_db


class TestParked:
    def a_parked_one(self):
        with receiving_later():
            announced([a_cup(1)])
        FactDelivery.objects.update(state=DeliveryState.PARKED, tries=30, error="x")
        return FactDelivery.objects.get()

    def test_is_tried_again_at_once(self):
        """V-14."""
        parked = self.a_parked_one()

        try_again(delivery_ids=[parked.pk], at=timezone.now())

        with receiving_later() as handed:
            delivered_at()
        assert handed == [[a_cup(1)]]
        assert states_of() == {"delivered": 1}

    def test_is_skipped_with_a_note_only(self):
        """V-14: delivery_is_skipped_with_a_note."""
        parked = self.a_parked_one()

        with pytest.raises(NoteMissing):
            skip(delivery_ids=[parked.pk], note="  ")
        assert states_of() == {"parked": 1}

        skip(delivery_ids=[parked.pk], note="the board was deleted")
        parked.refresh_from_db()
        assert (parked.state, parked.note) == (DeliveryState.SKIPPED, "the board was deleted")

    def test_all_or_none(self):
        """V-14: one of them is not parked."""
        parked = self.a_parked_one()
        with receiving_later(name="test.other"):
            announced([a_cup(2)])
        waiting = FactDelivery.objects.get(receiver="test.other")

        with pytest.raises(NotParked):
            try_again(delivery_ids=[parked.pk, waiting.pk], at=timezone.now())

        assert states_of() == {"parked": 1}


class TestPauses:
    def test_double_up_to_a_quarter_of_an_hour_give_or_take_a_fifth(self, monkeypatch):
        """V-14; a pause doubled without bound would overflow."""
        monkeypatch.setattr("random.uniform", lambda low, high: (low + high) / 2)

        pauses = [pause_after(tries).total_seconds() for tries in (1, 2, 3, 4, 10, 11, 5000)]

        assert pauses == [1, 2, 4, 8, 512, 900, 900]

    def test_are_spread(self):
        """V-14: not all at once again."""
        pauses = {pause_after(11).total_seconds() for _ in range(100)}

        assert 720 <= min(pauses) < max(pauses) <= 1080
