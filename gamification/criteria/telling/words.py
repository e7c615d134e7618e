"""Words of measures: what is counted, what is told apart, in which window."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.measures import shapes
from loyalty.foundation.refusals import Text

# Kinds of deeds, as a heading over their number.
KIND_WORDS: Final[Mapping[str, Text]] = {
    "order.paid": _("Paid orders"),
    "order.line": _("Lines of paid orders"),
    "order.fulfilled": _("Fulfilled orders"),
    "order.late": _("Late orders"),
    "order.returned": _("Returns"),
    "order.cancelled": _("Cancelled orders"),
    "points.earned": _("Points earned"),
    "referral.approved": _("Friends brought"),
    "review.written": _("Reviews"),
    "share.made": _("Things shared"),
    "visit.made": _("Visits"),
    "app.used": _("Uses of the app"),
    "profile.completed": _("Profile completed"),
    "newsletter.joined": _("Newsletter joined"),
    "member.enrolled": _("Joined"),
    "member.anniversary": _("Anniversaries"),
    "member.birthday": _("Birthdays"),
    "ticket.opened": _("Tickets opened"),
    "ticket.resolved": _("Tickets resolved"),
}
MEASURES: Final[Mapping[str, Text]] = {
    shapes.COUNT: _("How often something is done"),
    shapes.SUM: _("How much of it in all"),
    shapes.DISTINCT: _("How many different ones"),
    shapes.REFERRALS: _("Friends brought"),
    shapes.TENURE: _("How long somebody is a member"),
    shapes.TIER: _("The tier of the ladder"),
    shapes.SEGMENT: _("The group"),
    shapes.WITHIN: _("The day of today"),
    shapes.STREAK: _("The length of a streak"),
    shapes.BADGE: _("A badge that is held"),
    shapes.CHALLENGE: _("How often a challenge was done"),
    shapes.LEVEL: _("The level"),
}
SUMMED: Final[Mapping[str, Text]] = {
    "quantity": _("pieces"),
    "amount": _("money"),
    "points": _("points"),
}
TOLD_APART: Final[Mapping[str, Text]] = {
    "sku": _("articles"),
    "category": _("categories"),
    "place": _("places"),
    "order": _("orders"),
    "day": _("days"),
    "week": _("weeks"),
    "month": _("months"),
}
WINDOWS: Final[Mapping[str, Text]] = {
    "ever": _("at any time"),
    "calendar": _("in one calendar period"),
    "rolling": _("within so many days or hours"),
    "between": _("between two days"),
    "since": _("since a beginning"),
}
SINCE: Final[Mapping[str, Text]] = {
    "joined": _("since the member joined"),
    "opened": _("since this went live"),
}
CALENDAR: Final[Mapping[str, Text]] = {
    "day": _("within one day"),
    "week": _("within one week"),
    "month": _("within one month"),
    "quarter": _("within one quarter"),
    "year": _("within one year"),
}
TENURES: Final[Mapping[str, Text]] = {
    "days": _("Days as a member"),
    "months": _("Months as a member"),
    "years": _("Years as a member"),
}
