"""Reviews in the admin: the queue of doubts, and how many have waited too long."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from loyalty.access.site import HappenedFilter, ProgramScoped, ReadOnly, figure, staff_site
from loyalty.programs.tenants import Program
from referrals.guard.models import ReferralReview
from referrals.qualification.telling.explaining import grant_in_words, why_in_words

REVIEW_OVERDUE: Final = timedelta(days=7)


@admin.register(ReferralReview, site=staff_site)
class ReviewAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[ReferralReview]):
    """The queue: what people have to look at, the oldest first. Nothing here is ever decided by time."""

    topic = "referrals"
    program_path = "referral__program"
    empty_note = _("Doubtful referrals will wait here for a decision.")
    list_display = ("opened_at", "look", "speaks_against", "at_stake", "waiting", "decision")
    list_display_links = None
    list_filter = (("decided_at", HappenedFilter), "decision")
    list_select_related = (
        "referral__advocate__member",
        "referral__friend",
    )
    ordering = ("decided_at", "opened_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReferralReview]:
        rows: QuerySet[ReferralReview] = super().get_queryset(request)
        return rows.prefetch_related("referral__grants")

    @admin.display(description=_("Referral"))
    def look(self, review: ReferralReview) -> str:
        """The way to the story, where it is decided."""
        row = review.referral
        address = reverse("admin:referrals_referral_change", args=[row.pk])
        whom = row.advocate.member or row.advocate
        return format_html(
            '<a href="{}"><bdi>{}</bdi> → <bdi>{}</bdi></a>', address, whom, row.friend
        )

    @admin.display(description=_("What speaks against it"))
    def speaks_against(self, review: ReferralReview) -> str:
        return " · ".join(why_in_words(reason) for reason in review.reasons)

    @admin.display(description=_("At stake"))
    def at_stake(self, review: ReferralReview) -> str:
        grants = sorted(review.referral.grants.all(), key=lambda grant: grant.side)
        return " + ".join(grant_in_words(grant)[0] for grant in grants)

    @admin.display(description=_("In review"), boolean=True)
    def waiting(self, review: ReferralReview) -> bool:
        return review.decided_at is None


@figure(
    slug="referral-reviews",
    question=_("Which referrals have waited a week for somebody to look?"),
    unit=_("referrals"),
    deed="referrals:decide",
    link="admin:referrals_referralreview_changelist",
    order=45,
)
def overdue_reviews(program: Program, at: datetime) -> int:
    """Open reviews that are seven days old (R-43)."""
    rows = ReferralReview.objects.filter(referral__program=program, decided_at=None)
    return rows.filter(opened_at__lte=at - REVIEW_OVERDUE).count()
