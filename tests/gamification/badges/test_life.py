"""The life of a badge: drafts, previews, publishing, backfills, pauses, switches, merges (G-20 to G-29)."""

from functools import partial

import pytest

from gamification.badges.models import Award
from gamification.criteria.kinds import DefinitionState as State
from gamification.criteria.life.backfilling import fill_page
from gamification.criteria.life.previewing import preview
from gamification.criteria.life.publishing import (
    move_definition,
    publish_version,
)
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.refusals import (
    PreviewRequired,
)
from gamification.criteria.switches import switch
from loyalty.ledger.merging import merge
from tests.world.badges import (
    NOW,
    REGULAR,
    a_draft,
    a_history,
    awards_of,
    facts_of,
    holders,
    points_of,
)
from tests.world.play import (
    FIRST_CUP,
    a_cafe,
    at,
    bought,
    heard,
    in_a_unit,
    member_of,
    run_requested,
    with_parts,
)
from tests.world.referrals import KEY

pytestmark = pytest.mark.django_db


class TestPreview:
    def test_counts_what_the_run_gives_and_keeps_only_its_report(self):
        """G-23, G-24."""
        cafe = a_history()
        version = a_draft(cafe)

        report = preview(program=cafe, version=version, at=NOW)

        assert (report.members, dict(report.by_item), report.money) == (2, {"one": 2, "two": 1}, 15)
        assert dict(report.by_month) == {"2026-11": 3}
        assert Award.objects.count() == 0
        publish_version(program=cafe, version=version, actor=KEY, at=NOW)
        run_requested(cafe)
        assert holders(cafe) == [("ada", "one"), ("ada", "two"), ("grace", "one")]
        assert points_of(cafe) == 20

    def test_is_demanded_and_grows_old(self):
        """G-23: 24 hours."""
        cafe = a_history()
        version = a_draft(cafe)
        publish = partial(publish_version, program=cafe, version=version, actor=KEY)
        with pytest.raises(PreviewRequired):
            publish(at=NOW)
        preview(program=cafe, version=version, at=NOW)

        with pytest.raises(PreviewRequired):
            publish(at=at("11-21 09:00:01"))

        assert Definition.objects.get().state == "preview"


class TestBackfill:
    def test_is_silent_by_default(self):
        """G-25: other definitions hear it, webhooks do not."""
        cafe = a_history()

        with_parts(cafe, when="11-20 09:00", badges=[REGULAR])
        run_requested(cafe)

        assert facts_of(cafe, "badge.awarded") == []
        assert sorted(facts_of(cafe, "badge.backfilled")) == ["one", "one", "two"]

    def test_can_be_left_out(self):
        """G-25, `none`: only what is reached from now on."""
        cafe = a_history()
        with_parts(cafe, when="11-20 09:00", badges=[REGULAR | {"grant_existing": "none"}])
        run_requested(cafe)

        bought(cafe, "o-h", who="grace", when="11-21 09:00")

        assert holders(cafe) == [("grace", "two")]

    def test_goes_on_where_it_was_killed(self, monkeypatch):
        """G-26: page by page, killed after each, the same awards as at once."""
        monkeypatch.setattr("gamification.criteria.life.backfilling.PAGE", 1)
        cafe = a_history()
        with_parts(cafe, when="11-20 09:00", badges=[REGULAR])
        definition = Definition.objects.get()
        argument = {"definition": str(definition.pk), "is_silent": True}
        page = partial(fill_page, program=cafe, argument=argument, at=NOW)

        cursor = in_a_unit(partial(page, cursor=None))
        again = in_a_unit(partial(page, cursor=None))
        while cursor:
            cursor = in_a_unit(partial(page, cursor=cursor))

        assert again
        assert holders(cafe) == [("ada", "one"), ("ada", "two"), ("grace", "one")]
        assert points_of(cafe) == 20


class TestVersions:
    def test_a_stricter_wording_takes_nothing_away(self):
        """G-22."""
        cafe = a_history()
        with_parts(cafe, when="11-20 09:00", badges=[REGULAR])
        run_requested(cafe)

        stricter = [{"slug": "one", "target": 5}, {"slug": "two", "target": 9}]
        with_parts(cafe, when="11-21 09:00", badges=[REGULAR | {"tiers": stricter}])
        run_requested(cafe)
        bought(cafe, "o-9", when="11-22 09:00")

        assert DefinitionVersion.objects.count() == 2
        assert set(Award.objects.values_list("state", flat=True)) == {"active"}

    def test_a_pause_is_caught_up_silently(self):
        """G-28."""
        cafe = a_history()
        with_parts(cafe, when="11-20 09:00", badges=[REGULAR])
        run_requested(cafe)
        definition = Definition.objects.get()
        move = partial(move_definition, program=cafe, definition=definition, actor=KEY)
        move(to=State.PAUSED, at=NOW)
        bought(cafe, "o-h", who="grace", when="11-21 09:00")
        assert ("grace", "two") not in holders(cafe)

        move(to=State.LIVE, at=at("11-22 09:00"))
        run_requested(cafe)

        assert ("grace", "two") in holders(cafe)
        assert facts_of(cafe, "badge.awarded") == []

    def test_a_member_may_switch_it_off_and_on(self):
        """G-29."""
        cafe = a_cafe(badges=[FIRST_CUP])
        ada = member_of(cafe)
        switch(program=cafe, member_id=ada.pk, game="badge", is_on=False, at=NOW)
        bought(cafe, "o-1", when="11-21 09:00")
        assert holders(cafe) == []

        switch(program=cafe, member_id=ada.pk, game="badge", is_on=True, at=at("11-22 09:00"))
        run_requested(cafe)

        assert holders(cafe) == [("ada", "first-cup")]

    def test_a_merge_brings_awards_together(self):
        """G-10: totals add; what both have stays once, with one prize."""
        cafe = a_history()
        with_parts(cafe, when="11-20 09:00", badges=[REGULAR])
        run_requested(cafe)

        merge(
            program=cafe, source=member_of(cafe), target=member_of(cafe, "grace"), actor=KEY, at=NOW
        )
        heard(cafe)

        assert set(awards_of(cafe, "grace")) == {("one", ""), ("two", "")}
        assert points_of(cafe, "grace") == 20
