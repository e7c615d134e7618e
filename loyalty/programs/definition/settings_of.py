"""A programme's own settings, as the document's part `program` tells and shows them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program

SWITCHES: Final = (
    "prices_include_tax",
    "count_tax",
    "count_shipping",
    "count_gift_card_lines",
    "count_paid_with_points",
)
LEFT_OUT: Final = ("left_out_skus", "left_out_categories")
PLAIN: Final = (
    "name",
    "zone",
    "languages",
    "enrol_on_event",
    "returns_take",
    "give_back_grace",
    "late_limit",
    "transfers",
    "event_types",
    "points_budget",
    "publish_alone_percent",
    "step_up_points",
    "step_up_money",
)
OPTIONAL: Final = ("transfers", "event_types", "points_budget")  # shown only where there are any
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ProgramFixed(DomainError):
    """Money currency, and whether a programme is a test, are decided when it is opened: history hangs on them."""

    code = "program_fixed"
    kind = Kind.REFUSED
    title = _("Cannot be changed any more")
    detail = _("{field} of a programme is fixed when it is opened.")


@inside_unit_of_work
def change(*, program: Program, told: Mapping[str, Any]) -> None:
    """Take over the settings that are told; raises ProgramFixed for those that history hangs on."""
    if told.get("currency", program.currency) != program.currency:
        raise ProgramFixed(field="currency", pointer="/program/currency")
    if told.get("test", program.is_test) != program.is_test:
        raise ProgramFixed(field="test", pointer="/program/test")
    basis = told.get("basis", {})
    wanted = {field: told[field] for field in PLAIN if field in told}
    wanted |= {field: basis[field] for field in (*SWITCHES, *LEFT_OUT) if field in basis}
    for field, value in wanted.items():
        setattr(program, field, value)
    if "week_starts_on" in told:
        program.week_starts_on = WEEKDAYS.index(told["week_starts_on"])
    program.is_paused = told.get("paused", program.is_paused)
    if "max_multiplier" in told:
        program.max_multiplier = Decimal(told["max_multiplier"])
    program.save()


def exported(program: Program) -> dict[str, Any]:
    """The settings as the document shows them."""
    basis = {field: getattr(program, field) for field in SWITCHES}
    basis |= {field: getattr(program, field) for field in LEFT_OUT if getattr(program, field)}
    shown = {
        "slug": program.slug,
        "name": program.name,
        "zone": program.zone,
        "currency": program.currency,
        "languages": program.languages,
        "enrol_on_event": program.enrol_on_event,
        "week_starts_on": WEEKDAYS[program.week_starts_on],
        "basis": basis,
        "returns_take": program.returns_take,
        "give_back_grace": program.give_back_grace,
        "late_limit": program.late_limit,
        "max_multiplier": f"{program.max_multiplier.normalize():f}",
        "publish_alone_percent": program.publish_alone_percent,
        "step_up_points": program.step_up_points,
        "step_up_money": program.step_up_money,
        "paused": program.is_paused,
    }
    if program.is_test:
        shown["test"] = True
    return shown | {field: value for field in OPTIONAL if (value := getattr(program, field))}
