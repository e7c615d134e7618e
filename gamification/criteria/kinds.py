"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DEPTH_MAX: Final = 4  # deeper than this nobody can follow (G-11)
LEAVES_MAX: Final = 12
PAGE: Final = 1_000  # members of one unit of a backfill (G-26)
PREVIEW_HOURS: Final = 24  # how long what was seen is good for (G-23)


class DefinitionState(models.TextChoices):
    """Where a definition stands (G-21); retired is for ever."""

    DRAFT = "draft", _("Draft")
    PREVIEW = "preview", _("Previewed")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    RETIRED = "retired", _("Retired")


class GrantExisting(models.TextChoices):
    """What happens at publishing with what members have reached before (G-25)."""

    NONE = "none", _("Nothing: only from now on")
    SILENT = "silent", _("Given without a word")
    NOTIFY = "notify", _("Given and told")


class Reason(models.TextChoices):
    """Why, why not, and what nearly counted: closed codes (G-103), as staff read them."""

    REACHED = "reached", _("Reached.")
    NOT_YET = "not_yet", _("Not reached yet.")
    OUTSIDE_WINDOW = "outside_window", _("Happened outside the window.")
    BEFORE_START = "before_start", _("Happened before it began.")
    AFTER_CLOSING = "after_closing", _("Came after closing.")
    FILTER_SKU = "filter_sku", _("Another article.")
    FILTER_CATEGORY = "filter_category", _("Another category.")
    FILTER_PLACE = "filter_place", _("Another place.")
    FILTER_AMOUNT = "filter_amount", _("The amount does not fit.")
    FILTER_HOURS = "filter_hours", _("At another hour or weekday.")
    FILTER_ATTRIBUTE = "filter_attribute", _("An attribute does not fit.")
    OVER_CAP = "over_cap", _("More than counts in a day.")
    RETURNED = "returned", _("Was returned.")
    OTHER_CURRENCY = "other_currency", _("Points of another kind.")
    STATE_NOT_NOW = "state_not_now", _("Not true now.")
    NOT_LIVE_THEN = "not_live_then", _("Was not live then.")
    PAUSED = "paused", _("Is paused.")
    SWITCHED_OFF = "switched_off", _("The member has switched it off.")
    EXCLUDED_MEMBER = "excluded_member", _("The member does not take part.")
    STOCK_EMPTY = "stock_empty", _("None are left.")
    WINNERS_FULL = "winners_full", _("All winners are found.")
    BUDGET_SPENT = "budget_spent", _("The budget is spent.")
    LEFT = "left", _("The member has left.")


# The same codes in the words for the member.
TO_MEMBER: Final = {
    Reason.REACHED: pgettext_lazy("to the member", "You have reached it."),
    Reason.NOT_YET: pgettext_lazy("to the member", "You have not reached it yet."),
    Reason.OUTSIDE_WINDOW: pgettext_lazy("to the member", "This was outside the time that counts."),
    Reason.BEFORE_START: pgettext_lazy("to the member", "This was before it began."),
    Reason.AFTER_CLOSING: pgettext_lazy("to the member", "This came after the end."),
    Reason.FILTER_SKU: pgettext_lazy("to the member", "This article does not count here."),
    Reason.FILTER_CATEGORY: pgettext_lazy(
        "to the member", "This kind of article does not count here."
    ),
    Reason.FILTER_PLACE: pgettext_lazy("to the member", "This place does not count here."),
    Reason.FILTER_AMOUNT: pgettext_lazy("to the member", "The amount does not fit."),
    Reason.FILTER_HOURS: pgettext_lazy("to the member", "It counts on other days or hours."),
    Reason.FILTER_ATTRIBUTE: pgettext_lazy("to the member", "A detail does not fit."),
    Reason.OVER_CAP: pgettext_lazy("to the member", "That was more than counts in a day."),
    Reason.RETURNED: pgettext_lazy("to the member", "You returned this."),
    Reason.OTHER_CURRENCY: pgettext_lazy("to the member", "Other points count here."),
    Reason.STATE_NOT_NOW: pgettext_lazy("to the member", "This is not the case now."),
    Reason.NOT_LIVE_THEN: pgettext_lazy("to the member", "It had not begun then."),
    Reason.PAUSED: pgettext_lazy("to the member", "It is paused at the moment."),
    Reason.SWITCHED_OFF: pgettext_lazy("to the member", "You have switched this off."),
    Reason.EXCLUDED_MEMBER: pgettext_lazy("to the member", "You do not take part."),
    Reason.STOCK_EMPTY: pgettext_lazy("to the member", "There are none left."),
    Reason.WINNERS_FULL: pgettext_lazy("to the member", "All winners have been found."),
    Reason.BUDGET_SPENT: pgettext_lazy("to the member", "Everything has been given away."),
    Reason.LEFT: pgettext_lazy("to the member", "You have left."),
}
