"""Warning: what deserves a second look before a rule goes live (U-33). Nothing here refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import ORDER_PAID
from loyalty.earning.launching.goods import Goods, goods_of_late
from loyalty.earning.rules.clauses import Clause, Pick
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.foundation.refusals import Text
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words
from loyalty.tiers.ladders.reading import ladder_of

SENTENCES: Final[Mapping[str, Text]] = {
    "overlaps": _("“{rule}” gives points for the same: both count, unless stacking says otherwise."),
    "never_matches": _("This can never apply: {why}."),
    "unlimited_points": _("Nothing limits how often a member earns this."),
    "missing_language": _("The name is missing in: {languages}."),
    "goods_unknown": _("No order of late had: {goods}."),
    "ends_in_the_past": _("The end has passed already."),
}  # fmt: skip
# What happens to a member once, or once a year, needs no limit.
_SELDOM: Final = frozenset({"member.enrolled", "member.anniversary", "member.birthday"})
_RANGED: Final = ("order", "quantity", "days_since_joining")


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing to look at: a code, and what its sentence names."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        told = {key: str(value) for key, value in self.values.items()}
        return str(SENTENCES[self.code]).format(**told)


def warnings_of(*, program: Program, clause: Clause, at: datetime) -> list[Notice]:
    """What deserves a second look about this draft; `clause` is the draft, compiled."""
    told = clause.definition
    rules, goods = rule_set_of(program), goods_of_late(program)
    found = [
        *_overlaps(clause, rules, at=at),
        *_never(clause, program, at=at),
        *_unlimited(clause),
        *_unknown(told, goods),
    ]
    missing = [each for each in program.languages if not told["name"].get(each)]
    if missing:
        found.append(Notice(code="missing_language", values={"languages": ", ".join(missing)}))
    if clause.ends_at and clause.ends_at <= at:
        found.append(Notice(code="ends_in_the_past"))
    return found


def _overlaps(clause: Clause, rules: RuleSet, *, at: datetime) -> Iterator[Notice]:
    """Other live rules that give the same points for the same events."""
    if clause.is_multiplier:
        return
    seen: set[str] = set()
    for trigger in clause.definition["triggers"]:
        for other, is_live in rules.looked_at(trigger, at):
            is_other = other.rule_id != clause.rule_id and not other.is_multiplier
            if is_live and is_other and other.shown not in seen and _meet(clause, other):
                seen.add(other.shown)
                yield Notice(code="overlaps", values={"rule": in_words(other.definition["name"])})


def _meet(one: Clause, other: Clause) -> bool:
    """Whether both can apply to one event: nothing that can be compared keeps them apart."""
    if one.currency != other.currency:
        return False
    if one.tiers and other.tiers and not one.tiers & other.tiers:
        return False
    if one.segments and other.segments and not one.segments & other.segments:
        return False
    return _goods_meet(one, other)


def _goods_meet(one: Clause, other: Clause) -> bool:
    mine, theirs = one.pick, other.pick
    if mine is None or theirs is None:
        return True
    if not (mine.include_skus or mine.include_categories):
        return True
    if not (theirs.include_skus or theirs.include_categories):
        return True
    if mine.include_skus and theirs.include_categories:
        return True  # an article may be of the category
    if mine.include_categories and theirs.include_skus:
        return True
    return bool(
        mine.include_skus & theirs.include_skus
        or mine.include_categories & theirs.include_categories
    )


def _never(clause: Clause, program: Program, *, at: datetime) -> Iterator[Notice]:
    told = clause.definition
    for condition in told.get("conditions", {}).get("all", ()):
        for kind in _RANGED:
            span = condition.get(kind, {})
            if span.get("at_least", 0) > span.get("at_most", span.get("at_least", 0)):
                yield _because(_("at least is more than at most"))
    live = ladder_of(program.pk).live
    known = {tier.slug for tier in live.terms.tiers} if live else set()
    if clause.tiers and not clause.tiers & known:
        yield _because(_("there is no such tier"))
    if clause.pick and _picks_nothing(clause.pick):
        yield _because(_("all its articles are left out again"))
    if clause.windows and all(
        _is_over(each, local_day(at, program.zone)) for each in told["windows"]
    ):
        yield _because(_("all its days have passed"))  # fmt: skip


def _picks_nothing(pick: Pick) -> bool:
    only_skus = bool(pick.include_skus) and not pick.include_categories
    return only_skus and pick.include_skus <= pick.exclude_skus


def _because(why: Text) -> Notice:
    return Notice(code="never_matches", values={"why": why})


def _is_over(window: Mapping[str, Any], today: date) -> bool:
    return "dates" in window and date.fromisoformat(window["dates"]["to"]) <= today


def _unlimited(clause: Clause) -> Iterator[Notice]:
    """Fixed points without any limit; what is paid for by money is limited by money."""
    limits = clause.limits
    has_limit = (
        limits.asks_for_usage or limits.budget is not None or set(clause.definition["triggers"]) <= _SELDOM
    )  # fmt: skip
    told = clause.definition.get("conditions", {}).get("all", ())
    is_held = any("order" in each or "order_number" in each or "has_done" in each for each in told)
    is_fixed = clause.kind == "fixed" or ORDER_PAID not in clause.definition["triggers"]
    if is_fixed and not clause.is_multiplier and not has_limit and not is_held:
        yield Notice(code="unlimited_points")


def _unknown(told: Mapping[str, Any], goods: Goods) -> Iterator[Notice]:
    """Articles and categories that no order of late has had; silent while there are no orders."""
    if not goods.orders:
        return
    skus, categories = _named(told)
    strangers = [*sorted(skus - goods.skus), *sorted(categories - goods.categories)]
    if strangers:
        yield Notice(code="goods_unknown", values={"goods": ", ".join(strangers[:10])})


def _named(told: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Every article and category that a definition names."""
    skus: set[str] = set()
    categories: set[str] = set()
    for pick in told.get("lines", {}).values():
        skus |= set(pick.get("skus", ()))
        categories |= set(pick.get("categories", ()))
    for condition in told.get("conditions", {}).get("all", ()):
        for names, kept in ((condition.get("skus", {}), skus), (condition.get("categories", {}), categories)):  # fmt: skip
            for each in names.values():
                kept |= set(each)
    return skus, categories
