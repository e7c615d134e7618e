"""Rules in the staff's site: written, checked, published, paused, ended (U-30)."""

import json

import pytest
from django.http import QueryDict

from loyalty.earning.desk.fields import RuleFields
from loyalty.earning.desk.translating import definition_of, fields_of
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.reading import read_definition
from loyalty.earning.rules.ready_made import READY_MADE
from loyalty.earning.rules.ready_made import definition_of as definition_of_ready_made
from tests.world.access import a_staff
from tests.world.earning import a_cafe, a_published_rule, a_rule
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = {
    "sample-type": "order.paid",
    "sample-told": '{"total": 4500, "lines": [{"sku": "ESP-1", "amount": 4500, "categories": ["coffee"]}]}',
    "sample-number": "1",
    "sample-tier": "",
}
LIST = "/admin/loyalty/earningrule/"
RULES = {
    "plain": a_rule(),
    "review": a_rule(
        "review",
        triggers=["review.written", "share.made"],
        effect={"kind": "fixed", "points": 50},
        conditions={"all": [{"review": "verified"}, {"tier": ["gold"]}]},
        limits={
            "once_per": ["data.sku", "store"],
            "cooldown": "PT1H",
            "times": [{"times": 1, "period": "day"}, {"times": 3, "period": "week"}],
            "points_per_event": 40,
            "points_per_member": {"points": 200, "period": "month"},
            "budget": {"points": 1000, "period": "year"},
        },
    ),
    "happy hour": a_rule(
        "happy-hour",
        name={"en": "Happy hour", "uk": "Щаслива година"},
        effect={"kind": "multiplier", "by": "2"},
        windows=[{"weekdays": ["mon", "fri"], "from": "15:00", "to": "18:00"}],
        lines={"include": {"categories": ["coffee", "tea"]}, "exclude": {"skus": ["MUG-1"]}},
        tiers=["gold"],
        priority=7,
    ),
    "big order": a_rule(
        "big-order",
        effect={"kind": "per_amount", "points": 2, "per": 1000, "whole_steps": True},
        conditions={"all": [{"order": {"at_least": 5000}}]},
        expression="member.tier_rank >= 1",
        unlock={"after": "P14D", "from": "event"},
        expiry={"kind": "rolling", "period": "P6M"},
        rounding="half_up",
        exclusive=True,
        counts_for_tier=True,
        multipliable=False,
        starts_at="2026-12-01T00:00:00+02:00",
        windows=[
            {"dates": {"from": "2026-12-01", "to": "2027-01-01"}},
            {"weekdays": ["sat"]},
        ],
    ),
}


def posted(initial, **more):
    """A form as a browser sends it: empty fields too, lists as repeated keys."""
    sent = QueryDict(mutable=True)
    for name, value in initial.items():
        if isinstance(value, list) and name not in {"triggers", "window__weekdays"}:
            sent[name] = ", ".join(value)
        elif isinstance(value, list):
            sent.setlist(name, value)
        elif value is not False:
            sent[name] = value
    for name, value in more.items():
        sent[name] = value
    return sent


class TestTheForm:
    @pytest.mark.parametrize("definition", RULES.values(), ids=RULES)
    def test_says_what_the_document_says(self, definition):
        """A definition goes into the fields and comes out the same, whatever it holds."""
        fields = RuleFields(program=a_program(), data=posted(fields_of(definition)))

        assert fields.is_valid(), fields.errors
        assert definition_of(fields.cleaned_data) == definition


class TestTheEditor:
    def test_checks_and_says_in_a_sentence_what_the_rule_does(self):
        cafe = a_program()
        form = posted(fields_of(RULES["review"]), check="1")

        page = a_staff(cafe, "manager").post(f"{LIST}draft/", form)

        assert "once per data.sku and store in all, with a pause of 1 hour" in page.content.decode()
        assert "event.data.verified == true" in page.content.decode()
        assert EarningRule.objects.count() == 0

    def test_tries_the_rule_on_a_sample_beside_all_others(self):
        """U-31: unsaved, with every other rule, each step as a sentence."""
        cafe = a_cafe(a_rule())
        double = RULES["happy hour"] | {"windows": [], "tiers": []}
        form = posted(fields_of(double), **{"try": "1"}, **SAMPLE)

        page = a_staff(cafe, "manager").post(f"{LIST}draft/", form).content.decode()

        assert "90 points in all." in page
        assert "Happy hour makes it 2 times as many: 90." in page
        assert EarningRule.objects.count() == 1

    def test_says_what_is_wrong_with_a_sample(self):
        cafe = a_program()
        sample = SAMPLE | {"sample-told": '{"total": 100, "shipping": 500}'}
        form = posted(fields_of(a_rule()), **{"try": "1"}, **sample)

        page = a_staff(cafe, "manager").post(f"{LIST}draft/", form).content.decode()

        assert "The total is 100, its parts add up to" in page

    def test_keeps_a_draft_and_publishes(self):
        cafe = a_program()
        browser = a_staff(cafe, "manager")

        browser.post(f"{LIST}draft/", posted(fields_of(a_rule()), keep="1"))
        kept = EarningRule.objects.get()
        form = posted(fields_of(a_rule()), publish="1")
        looked_at = browser.post(f"{LIST}{kept.pk}/draft/", form, follow=True)
        browser.post(f"{LIST}{kept.pk}/launch/", {"due_at": ""})

        assert "Nothing stands out." not in looked_at.content.decode()
        assert kept.state == "draft"
        assert [(r.number, r.frozen_at is not None) for r in RuleRevision.objects.all()] == [
            (1, True)
        ]
        assert EarningRule.objects.get().state == "live"

    def test_shows_every_problem_at_its_field_and_keeps_nothing(self):
        cafe = a_program()
        form = posted(
            fields_of(a_rule()), keep="1", expression="order.basis >", more='{"effekt": 1}'
        )

        page = a_staff(cafe, "manager").post(f"{LIST}draft/", form).content.decode()

        assert "/effekt: This field is not known here." in page
        assert EarningRule.objects.count() == 0

    @pytest.mark.parametrize(
        ("role", "status"), [("analyst", 403), ("support", 403), ("owner", 200)]
    )
    def test_opens_for_those_who_may_write_rules(self, role, status):
        assert a_staff(a_program(), role).get(f"{LIST}draft/").status_code == status


class TestReadyMade:
    """E-27: drafts for what most programmes want first."""

    @pytest.mark.parametrize("slug", READY_MADE)
    def test_fits_the_shape_and_the_form(self, slug):
        cafe = a_program()
        definition = definition_of_ready_made(slug, currency="stars", languages=["en"])

        read, _clause = read_definition(definition, currencies={"stars"})
        fields = RuleFields(program=cafe, data=posted(fields_of(read)))

        assert fields.is_valid(), fields.errors
        assert definition_of(fields.cleaned_data) == read

    def test_begins_with_the_one_that_was_chosen(self):
        page = a_staff(a_program(), "manager").get(f"{LIST}draft/?from=every-fifth-order")

        assert page.context["form"].initial["slug"] == "every-fifth-order"
        assert page.content.decode().count('href="?from=') == len(READY_MADE)


class TestTheList:
    def test_shows_each_rule_with_its_sentence(self):
        cafe = a_cafe(*RULES.values())

        page = a_staff(cafe, "analyst").get(LIST).content.decode()

        assert page.count("When ") == len(RULES)
        assert "A new rule" not in page

    def test_shows_a_rule_with_its_revisions_and_periods(self):
        cafe = a_cafe(RULES["big order"])
        rule = EarningRule.objects.get()

        page = a_staff(cafe, "owner").get(f"{LIST}{rule.pk}/change/").content.decode()

        assert "order.basis &gt;= 5000" in page
        assert json.dumps({"kind": "rolling", "period": "P6M"})[1:-1].split(",")[0] in page.replace(
            "&quot;", '"'
        )

    @pytest.mark.parametrize(
        ("actions", "state"),
        [
            (["pause_rules"], "paused"),
            (["pause_rules", "resume_rules"], "live"),
            (["end_rules", "resume_rules"], "ended"),
        ],
    )
    def test_changes_the_state_by_the_rules_of_the_room(self, actions, state):
        cafe = a_cafe(a_rule())
        rule = EarningRule.objects.get()
        browser = a_staff(cafe, "manager")

        for action in actions:
            browser.post(LIST, {"action": action, "_selected_action": [str(rule.pk)]})

        rule.refresh_from_db()
        assert rule.state == state

    def test_another_programmes_rules_are_not_there(self):
        other = a_published_rule(a_program("other"))
        browser = a_staff(a_program(), "owner")

        assert browser.get(f"{LIST}{other.pk}/draft/").status_code == 404
        assert other.slug not in browser.get(LIST).content.decode().split("</nav>")[-1]
