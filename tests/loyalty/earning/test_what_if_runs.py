"""What-ifs are worked on range by range, kept with the revision, and forgotten (E-80, U-32)."""

from datetime import timedelta

import pytest

from loyalty.earning.replaying import running
from loyalty.earning.replaying.asking import (
    WhatIfOver,
    WhatIfRunning,
    ask,
    forget_old,
    newest_draft,
    of_this_draft,
    resume,
    stop,
)
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.replaying.reporting import growth_of, report_of, show_what_if
from loyalty.earning.rules.publishing import RuleEnded, RuleNotDraft, RuleNotLive, end
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import run
from loyalty.jobs.models import ScheduleRun
from tests.world.earning import NOON
from tests.world.jobs import ran_all
from tests.world.programs import a_program
from tests.world.replaying import (
    DOUBLE,
    STAFF,
    a_draft,
    a_past,
    asked,
    sums_of,
    the_rule,
    tried,
    worked_on,
)

pytestmark = pytest.mark.django_db(transaction=True)


class TestTheReport:
    def test_tells_worth_and_explains_both_ways(self):
        """U-32: 60 stars pay 0.60; each sample has both explanations, with sentences."""
        cafe = a_past()

        what_if = worked_on(asked(a_draft(cafe, effect=DOUBLE)))
        report = report_of(what_if, program=cafe)

        assert report["currencies"] == [
            {
                "currency": "stars",
                "before": 60,
                "after": 120,
                "change": 60,
                "worth": {"amount": 60, "currency": "EUR"},
                "outstanding": 60,
                "outstanding_worth": {"amount": 60, "currency": "EUR"},
            }
        ]
        first = report["samples"][0]
        assert first["change"] == 30
        assert first["before"]["rules"][0]["steps"][0]["sentence"] == (
            "1 point for each 1.00 EUR of 30.00 EUR: 30."
        )
        assert first["after"]["rules"][0]["steps"][0]["sentence"] == (
            "2 points for each 1.00 EUR of 30.00 EUR: 60."
        )
        assert growth_of(what_if) == 100

    def test_is_stored_with_the_revision_and_knows_when_the_draft_has_changed(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        what_if = worked_on(asked(rule))
        before = of_this_draft(newest_draft(rule))

        a_draft(cafe, effect={"kind": "fixed", "points": 3})

        assert before == what_if
        assert of_this_draft(newest_draft(rule)) is None
        shown = show_what_if(WhatIf.objects.get(pk=what_if.pk), program=cafe)
        assert shown["is_current"] is False

    def test_is_forgotten_after_thirty_days(self):
        cafe = a_past()
        asked(a_draft(cafe, effect=DOUBLE))

        run(lambda: forget_old(program=cafe, at=NOON + timedelta(days=30)))
        kept = WhatIf.objects.count()
        run(lambda: forget_old(program=cafe, at=NOON + timedelta(days=30, seconds=1)))

        assert (kept, WhatIf.objects.count()) == (1, 0)


class TestTheJob:
    def test_runs_in_ranges_and_gives_the_same_as_in_one(self, monkeypatch):
        """In member ranges: how it is cut changes nothing."""
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        whole = tried(rule)
        monkeypatch.setattr(running, "MEMBERS_AT_ONCE", 1)

        cut = worked_on(asked(rule))

        assert cut.tally == whole
        assert (cut.state, cut.members_done, cut.percent) == ("done", 2, 100)

    def test_is_stopped_and_goes_on_where_it_was(self, monkeypatch):
        cafe = a_past()
        monkeypatch.setattr(running, "MEMBERS_AT_ONCE", 1)
        what_if = worked_on(asked(a_draft(cafe, effect=DOUBLE)), ranges=1)

        stop(program=cafe, what_if_id=what_if.pk)
        stood = worked_on(what_if)
        assert (stood.state, stood.members_done, stood.percent) == ("stopped", 1, 50)
        resume(program=cafe, what_if_id=what_if.pk, at=NOON)
        through = worked_on(what_if)

        assert (through.state, sums_of(through.tally)) == ("done", (60, 120, 60))

    def test_is_worked_on_by_the_tick(self):
        """The job runs it chunk by chunk."""
        cafe = a_past()
        what_if = asked(a_draft(cafe, effect=DOUBLE))

        ran_all(cafe, NOON)

        what_if.refresh_from_db()
        assert what_if.state == "done"
        assert ScheduleRun.objects.get(job="earning.what_if").state == "done"


class TestRefusals:
    def test_without_a_draft_there_is_nothing_to_try(self):
        cafe = a_past()

        with pytest.raises(RuleNotDraft):
            asked(the_rule())

        assert WhatIf.objects.count() == 0
        assert cafe.pk

    def test_a_rule_that_was_never_live_has_no_end(self):
        with pytest.raises(RuleNotLive):
            asked(a_draft(a_program()), change="end")

        assert WhatIf.objects.count() == 0

    def test_an_ended_rule_is_over(self):
        cafe = a_past()
        end(rule_id=the_rule().pk, program=cafe, actor=STAFF, at=NOON)

        with pytest.raises(RuleEnded):
            asked(the_rule(), change="end")

        assert WhatIf.objects.count() == 0

    def test_one_what_if_of_a_rule_at_a_time(self):
        rule = a_draft(a_past(), effect=DOUBLE)
        asked(rule)

        with pytest.raises(WhatIfRunning):
            asked(rule)

        assert WhatIf.objects.count() == 1

    def test_only_a_running_one_is_stopped_and_only_a_stopped_one_resumed(self):
        cafe = a_past()
        what_if = worked_on(asked(a_draft(cafe, effect=DOUBLE)))

        with pytest.raises(WhatIfOver):
            stop(program=cafe, what_if_id=what_if.pk)
        with pytest.raises(WhatIfOver):
            resume(program=cafe, what_if_id=what_if.pk, at=NOON)

        what_if.refresh_from_db()
        assert (what_if.state, what_if.goes) == ("done", 1)

    def test_another_programmes_rule_is_not_there(self):
        rule = a_draft(a_past(), effect=DOUBLE)

        with pytest.raises(NotFound):
            ask(program=a_program("other"), rule_id=rule.pk, change="draft", days=30, actor=STAFF, at=NOON)  # fmt: skip

        assert WhatIf.objects.count() == 0
