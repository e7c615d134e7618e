"""Rules in the staff's site: written, checked, published, paused, ended (U-30)."""

import json

import pytest

from loyalty.earning.desk.fields import RuleFields
from loyalty.earning.desk.translating import definition_of, fields_of
from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.reading import read_definition
from loyalty.earning.rules.ready_made import READY_MADE
from loyalty.earning.rules.ready_made import definition_of as definition_of_ready_made
from tests.world.access import a_staff
from tests.world.earning import a_cafe, a_published_rule, a_rule
from tests.world.programs import a_program
from tests.world.replaying import a_past, the_rule
from tests.world.rule_forms import LIST, RULES, SAMPLE, posted

pytestmark = pytest.mark.django_db(transaction=True)


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

    def test_says_it_in_four_languages(self):
        """U-30: as customers will read it."""
        form = posted(fields_of(RULES["happy hour"] | {"tiers": []}), live="1")

        page = a_staff(a_program(), "manager").post(f"{LIST}draft/", form)

        said = page.context["sentences"]
        assert [(each["language"], each["dir"]) for each in said] == [
            ("en", "ltr"),
            ("ar", "rtl"),
            ("fa", "rtl"),
            ("uk", "ltr"),
        ]
        assert len({each["sentence"] for each in said}) == 4
        assert said[3]["name"] == "Щаслива година"

    def test_answers_only_what_stands_beside_the_form_while_somebody_writes(self):
        """U-31: live, unsaved."""
        form = posted(fields_of(a_rule()), live="1", **SAMPLE)

        page = a_staff(a_program(), "manager").post(f"{LIST}draft/", form).content.decode()

        assert "45 points in all." in page
        assert "<form" not in page
        assert EarningRule.objects.count() == 0

    def test_tries_a_basket_without_any_json(self):
        basket = {"sample-type": "order.paid", "sample-number": "1", "sample-amount_1": "45.00"}
        basket |= {"sample-amount_2": "20", "sample-quantity_2": "3", "sample-sku_2": "MUG-1"}
        form = posted(fields_of(a_rule()), live="1", **basket)

        page = a_staff(a_program(), "manager").post(f"{LIST}draft/", form).content.decode()

        assert "65 points in all." in page

    def test_tries_a_real_event_with_what_limits_had_let_through(self):
        """U-31: order o2 of Ada, 30.00; her first order of that month used up 10 of 35."""
        cafe = a_past()
        limited = a_rule(limits={"points_per_member": {"points": 35, "period": "month"}})
        form = posted(fields_of(limited), live="1", **SAMPLE | {"sample-event": "o2"})

        page = a_staff(cafe, "manager").post(f"{LIST}{the_rule().pk}/draft/", form)

        assert page.context["tried"]["points"] == 25
        assert "At most 35 a month, 10 are used: 25." in page.content.decode()

    def test_says_when_there_is_no_such_event(self):
        """404 `event_unknown` of section 15, as a sentence."""
        form = posted(fields_of(a_rule()), live="1", **SAMPLE | {"sample-event": "order-none"})

        page = a_staff(a_program(), "manager").post(f"{LIST}draft/", form)

        assert page.context["untried"] == ["There is no event or order order-none."]
        assert EarningRule.objects.count() == 0


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
