"""The form of a plan: it shows what it says, problems stand at their fields, and it publishes (U-30, R-3)."""

import json
from pathlib import Path

import pytest
from django.http import QueryDict

from loyalty.earning.desk.pieces.around import Around
from loyalty.earning.desk.pieces.trips import why_not
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.shapes import DEFAULTS
from referrals.qualification.desk.writing.editor import PlanEditor
from referrals.qualification.desk.writing.forms import starting_point
from tests.world.access import a_staff
from tests.world.referrals import PLAN, a_cafe, at, plan_of

pytestmark = pytest.mark.django_db
HOME = "/admin/referrals/referralplan"
CAFE = json.loads(Path("loyalty/presets/cafe.json").read_text(encoding="utf-8"))["referral_plan"]
COFFEE = {"kind": "voucher", "reward": "coffee", "cost": 200}
MONEY = {"kind": "payable", "money": {"amount": 700, "currency": "EUR"}}
CAP = {"times": 12, "period": "year"}
# What the worked examples promise, and one plan for everything else that a form can say.
PLANS = {
    "of the café": CAFE,
    "of the worked examples": PLAN,
    "what is left out": {**PLAN, "left_out_skus": ["MUG"], "left_out_categories": ["gifts", "cards"]},
    "as it begins": {"slug": "friends", **DEFAULTS},
    "nothing told": {"slug": "friends"},
    "caps and budget": {**PLAN, "advocate_cap": [CAP, {"times": 1, "period": "month"}], "budget": 5000},
    "a list of one cap": {**PLAN, "advocate_cap": [{**CAP, "period": "ever"}]},
    "affiliates": {"slug": "blogs", "audience": "affiliates", "advocate_reward": MONEY},
    "vouchers": {**PLAN, "friend_reward": COFFEE, "welcome": {"kind": "voucher", "reward": "gone"}},
    "a strict guard": {**PLAN, "guard": "strict", "household": "review"},
    "the guard as an object": {**PLAN, "guard": {"preset": "moderate"}},
    "weights": {**PLAN, "guard": {"preset": "relaxed", "weights": {"ring": 0, "same_phone": 70}, "switched_off": ["same_surname", "ring", "of_old"], "review_from": 40, "block_from": 90}},
    "empty weights": {**PLAN, "guard": {"preset": "strict", "weights": {}, "switched_off": []}, "clawback": {}},
    "all the rest": {**PLAN, "name": {"en": "Friends", "de": "Freunde"}, "priority": -3, "hold": "P2W", "claim_window": "P1D", "min_order": 0, "clawback": {"for": "P4W", "take": "full"}, "cookie_needs_consent": True, "share_texts": {"en": "Come: {link}\nYours", "uk": "Код: {code}"}, "coupon_sites": ["deals.example"], "disposable_domains": ["tmp.example"], "refused_words": ["TEA"]},
}  # fmt: skip


def form_of(program, told, *, data=None, is_new=False):
    return PlanEditor(around=Around(program), told=told, data=data, is_new=is_new)


def typed(program, told, *, is_new=False, **more):
    """What a browser sends: the plan as shown, and what somebody changed."""
    data = QueryDict(mutable=True)
    form_of(program, told, is_new=is_new).typed(data)
    for name, value in more.items():
        data[name.replace("inside_", "-")] = value
    return data


def draft_page(cafe, slug="friends"):
    return f"{HOME}/{plan_of(cafe, slug).pk}/draft/"


def sent(browser, cafe, deed, **more):
    """The next version of the café's plan, with these fields changed."""
    plan = plan_of(cafe)
    told = {"slug": plan.slug, **plan.versions.order_by("-number").first().settings}
    newest = plan.versions.order_by("-number").first()
    data = typed(cafe, told, **more)
    data["seen"], data[deed] = str(newest.pk), "1"
    return browser.post(draft_page(cafe), data)


class TestRoundTrip:
    def test_shows_and_says_every_plan_unchanged(self):
        """U-30: the café's, those of the worked examples, and one for each thing that a plan can say."""
        cafe = a_cafe()

        found = {
            name: why_not(lambda data, told=told: form_of(cafe, told, data=data), told)
            for name, told in PLANS.items()
        }

        assert {name: why for name, why in found.items() if why} == {}

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"hold": "P007D"}, "/hold"),
            ({"advocate_reward": {"kind": "payable", "money": {"amount": 7, "currency": "USD"}}}, "/advocate_reward/money/currency"),
            ({"guard": {"preset": "strict", "weights": {"of_old": 3}}}, "/guard/weights"),
            ({"left_out_skus": ["A, B"]}, "/left_out_skus"),
        ],
    )  # fmt: skip
    def test_what_it_cannot_show_is_written_as_json(self, more, why):
        """U-30: with a sentence why."""
        cafe = a_cafe()
        settings = {name: value for name, value in (PLAN | more).items() if name != "slug"}
        PlanVersion.objects.create(
            plan=plan_of(cafe), number=2, settings=settings, drafted_at=at("11-01 10:00")
        )

        page = a_staff(cafe, "manager").get(draft_page(cafe)).content.decode()

        assert f"The form has no field for what stands at {why}" in page
        assert 'name="definition"' in page


class TestProblems:
    @pytest.mark.parametrize(
        ("told", "field", "message"),
        [
            ({"hold_0": "0"}, "hold", "At least one day."),
            ({"min_order": "much"}, "min_order", "Write an amount such as 45.00."),
            ({"landing": "welcome"}, "landing", ""),
            ({"share_texts__en": "Come in!"}, "share_texts__en", "needs {link} or {code}"),
            ({"friend_rewardinside_points": ""}, "friend_reward-points", "This field is required."),
            ({"friend_rewardinside_kind": "voucher", "friend_rewardinside_reward": ""}, "friend_reward-reward", ""),
            ({"advocate_rewardinside_kind": "payable", "advocate_rewardinside_money__amount": "5"}, "advocate_reward-kind", "cannot be rewarded with Payable"),
            ({"advocate_capinside_0inside_times": "2000000"}, "advocate_cap-0-times", ""),
            ({"guardinside_weights__ring": "1001"}, "guard-weights__ring", ""),
        ],
    )  # fmt: skip
    def test_stand_at_their_field(self, told, field, message):
        """U-30: and nothing is kept."""
        cafe = a_cafe()

        answer = sent(a_staff(cafe, "manager"), cafe, "keep", **told)

        form = answer.context["form"]
        *inner, name = field.split("-")
        for step in inner:
            form = (
                form.forms[int(step)]
                if step.isdecimal()
                else form.inner[step]
                if hasattr(form, "inner")
                else form
            )
        assert message in " ".join(form.errors[name])
        assert PlanVersion.objects.filter(plan__program=cafe).count() == 1

    def test_a_version_of_somebody_else_is_not_overwritten(self):
        """U-15."""
        cafe = a_cafe()
        browser = a_staff(cafe, "manager")
        data = typed(cafe, PLAN)
        data["seen"], data["keep"] = "", "1"

        answer = browser.post(draft_page(cafe), data)

        assert "Somebody else has written a version meanwhile" in answer.content.decode()
        assert PlanVersion.objects.count() == 1


class TestWriting:
    def test_is_drafted_and_published_with_its_name(self):
        """R-3: the name of a plan that is live changes when the version is published, and not before."""
        cafe = a_cafe()
        browser = a_staff(cafe, "manager")

        preview = sent(
            browser, cafe, "publish", min_order="50.00", name__en="Friends", priority="4"
        )
        draft = PlanVersion.objects.get(number=2)
        assert draft.settings["min_order"] == 5000
        assert (plan_of(cafe).name, plan_of(cafe).priority) == ({}, 0)
        browser.get(preview["Location"])
        browser.post(preview["Location"])

        draft.refresh_from_db()
        assert draft.published_at is not None
        assert draft.settings == {name: PLAN[name] for name in PLAN if name != "slug"} | {
            "min_order": 5000
        }
        assert (plan_of(cafe).name, plan_of(cafe).priority) == ({"en": "Friends"}, 4)

    def test_unchanged_is_the_same_document(self):
        """U-30."""
        cafe = a_cafe()

        sent(a_staff(cafe, "manager"), cafe, "keep")

        one, two = PlanVersion.objects.order_by("number")
        assert two.settings == one.settings

    def test_begins_a_new_plan(self):
        """R-1: a programme may have several."""
        cafe = a_cafe()
        data = typed(cafe, starting_point(None), is_new=True, slug="more-friends", name__en="More")
        data["seen"], data["publish"] = "", "1"

        answer = a_staff(cafe, "manager").post(f"{HOME}/add/", data)

        plan = ReferralPlan.objects.get(slug="more-friends")
        assert (answer.status_code, plan.state) == (302, "draft")

    def test_tries_on_history_and_keeps_nothing(self):
        """R-3: the preview stands on the same page."""
        cafe = a_cafe()

        page = sent(a_staff(cafe, "manager"), cafe, "try", min_order="50.00").content.decode()

        assert "Of them with a qualifying order" in page
        assert "Smallest first order: 50.00 EUR" in page
        assert PlanVersion.objects.count() == 1

    def test_gives_a_further_cap_without_script(self):
        cafe = a_cafe(advocate_cap=CAP)
        data = typed(cafe, {**PLAN, "advocate_cap": CAP})
        data["add"] = "advocate_cap"

        page = a_staff(cafe, "manager").post(draft_page(cafe), data).content.decode()

        assert 'name="advocate_cap-1-times"' in page
        assert "errornote" not in page

    @pytest.mark.parametrize(
        ("role", "status"), [("owner", 200), ("support", 403), ("auditor", 403)]
    )
    def test_is_open_to_whoever_may_write(self, role, status):
        """S-21: the form, the JSON, and nothing kept otherwise."""
        cafe = a_cafe()
        browser = a_staff(cafe, role)

        pages = [draft_page(cafe), f"{draft_page(cafe)}?text=1", f"{HOME}/add/"]

        assert {browser.get(page).status_code for page in pages} == {status}
        if status == 403:
            assert sent(browser, cafe, "keep").status_code == 403
            assert PlanVersion.objects.count() == 1

    def test_plans_of_other_programmes_are_not_there(self):
        cafe, other = a_cafe(), a_cafe("other-cafe")

        assert a_staff(cafe, "manager").get(draft_page(other)).status_code == 404
