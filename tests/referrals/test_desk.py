"""The desk: every page opens, decisions take a reason, plans are previewed before they are published (R-3, R-43)."""

import json

import pytest

from referrals.codes.models import Advocate
from referrals.guard.models import ReferralReview
from referrals.plans.models import PlanVersion
from referrals.rewards.models import ReferralGrant
from tests.world.access import a_staff
from tests.world.referrals import PLAN, a_cafe, a_friend, at, bought, code_of, plan_of, referral_of

pytestmark = pytest.mark.django_db
HOME = "/admin/referrals"
CARD = "visa-4242"


def a_desk(role="manager", **terms):
    """A café with a referral in review, on the day it is looked at, and somebody at the desk."""
    cafe = a_cafe(**terms)
    bought(cafe, "ada", order_id="hers", when="11-02 09:00", payment_fingerprint=CARD)
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe, payment_fingerprint=CARD)
    cafe.is_test, cafe.test_now = True, at("11-21 09:00")
    cafe.save()
    return cafe, a_staff(cafe, role)


def page_of(row):
    return f"{HOME}/referral/{row.pk}/change/"


@pytest.mark.parametrize("role", ["owner", "support", "auditor"])
def test_every_page_opens(role):
    """S-21: for whoever may read."""
    cafe, browser = a_desk(role)
    row = referral_of(cafe)
    version = PlanVersion.objects.get()
    pages = [
        f"{HOME}/referral/",
        page_of(row),
        f"{HOME}/referralreview/",
        f"{HOME}/referralplan/",
        f"{HOME}/referralplan/{row.plan_id}/change/",
        f"{HOME}/referralplan/version/{version.pk}/",
        f"{HOME}/referralplan/{row.plan_id}/guard/?preset=relaxed&household=once&days=90",
        f"{HOME}/advocate/",
        f"{HOME}/advocate/{row.advocate_id}/change/",
        f"{HOME}/referralgrant/",
    ]

    assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_a_doubt_is_decided_with_a_reason():
    """R-43: what speaks against it stands first; without a reason nothing happens."""
    cafe, browser = a_desk()
    row = referral_of(cafe)
    assert "The same payment means" in browser.get(page_of(row)).content.decode()

    browser.post(page_of(row), {"deed": "clear", "reason": ""})
    assert referral_of(cafe).state == "review"
    browser.post(page_of(row), {"deed": "clear", "reason": "They share a card."})

    assert referral_of(cafe).state == "pending"
    review = ReferralReview.objects.get()
    assert (review.decision, review.decided_by) == ("cleared", f"staff:{browser.user.shown_id}")


def test_whoever_only_reads_decides_nothing():
    """S-21."""
    cafe, browser = a_desk("support")
    row = referral_of(cafe)

    answer = browser.post(page_of(row), {"deed": "reject", "reason": "No."})

    assert (answer.status_code, referral_of(cafe).state) == (403, "review")
    assert b'name="deed"' not in browser.get(page_of(row)).content


def test_a_plan_is_drafted_previewed_and_published():
    """R-3."""
    _cafe, browser = a_desk()
    told = {"definition": json.dumps({**PLAN, "min_order": 5000})}

    preview = browser.post(f"{HOME}/referralplan/add/", told, follow=True)
    assert preview.status_code == 200
    draft = PlanVersion.objects.get(number=2)
    assert (draft.published_at, draft.previewed_at) == (None, at("11-21 09:00"))
    browser.post(f"{HOME}/referralplan/version/{draft.pk}/")

    draft.refresh_from_db()
    assert draft.published_at == at("11-21 09:00")


def test_a_plan_that_cannot_be_read_is_told_and_not_kept():
    cafe, browser = a_desk()
    answer = browser.post(
        f"{HOME}/referralplan/add/", {"definition": '{"slug": "x", "hold": "P1M"}'}
    )

    assert "/hold" in answer.content.decode()
    assert PlanVersion.objects.filter(plan__program=cafe).count() == 1


def test_advocates_are_suspended_and_affiliates_taken_in():
    """R-4, R-7."""
    blogs = {
        "slug": "blogs",
        "audience": "affiliates",
        "advocate_reward": {"kind": "payable", "money": {"amount": 700, "currency": "EUR"}},
    }
    cafe, browser = a_desk(plans=[PLAN, blogs])
    browser.post(
        f"{HOME}/advocate/add/",
        {"name": "Tea Blog", "plan": str(plan_of(cafe, "blogs").pk), "code": "TEA-BLOG"},
    )
    blog = Advocate.objects.get(name="Tea Blog")

    browser.post(f"{HOME}/advocate/", {"action": "suspend", "_selected_action": [str(blog.pk)]})

    blog.refresh_from_db()
    assert (blog.suspended_at, blog.codes.get().text) == (at("11-21 09:00"), "TEA-BLOG")


def test_payables_are_marked_as_paid():
    """R-4."""
    cafe, browser = a_desk()
    grant = ReferralGrant.objects.get(side="advocate")
    ReferralGrant.objects.filter(pk=grant.pk).update(kind="payable", state="granted")

    browser.post(
        f"{HOME}/referralgrant/", {"action": "mark_paid", "_selected_action": [str(grant.pk)]}
    )

    grant.refresh_from_db()
    assert grant.paid_out_at == at("11-21 09:00")
    assert cafe.pk


def test_lists_are_narrowed_by_yes_and_no():
    """S-21: what has an instant has happened, with counts or without."""
    _cafe, browser = a_desk()

    def found(query):
        page = browser.get(f"{HOME}/referralreview/?{query}").content.decode()
        return " ".join(page.split())

    assert ">No</a>" in found("")
    assert ">Not empty</a>" not in found("")
    assert ">No (1)</a>" in found("_facets=True")
    assert "1 referral review" in found("decided_at__isempty=1")
    assert "0 referral reviews" in found("decided_at__isempty=0")
