"""The ladder editor's form says what the document says: what no field can say stays word for word (U-30, T-2)."""

import pytest

from loyalty.tiers.desk.drafts.fields import LadderFields, TierRows
from loyalty.tiers.desk.drafts.translating import definition_of, fields_of
from tests.world.ladder_forms import posted
from tests.world.programs import a_program
from tests.world.tiers import TIERS, a_ladder

pytestmark = pytest.mark.django_db

BRONZE, SILVER, GOLD, PLATINUM = TIERS
DEFAULTS = {
    "metric": "points",
    "cycle": {"kind": "rolling", "period": "P12M"},
    "up": "at_once",
    "grace": "P30D",
    "drop": "one_level",
    "on_return": "at_once",
    "notice": "P30D",
}
RICH = {
    "slug": "gold",
    "name": {"en": "Gold", "ar": "ذهبي", "fa": "طلایی", "uk": "Золотий"},
    "reach": 1500,
    "keep": 1200,
    "for_life": True,
    "benefits": {
        "multiplier": "1.5",
        "expiry": {"kind": "rolling", "period": "P24M"},
        "free_shipping": {"from": 2000},
        "entry_gift": {"points": 50},
        "birthday_gift": {"reward": "free-coffee"},
        "perks": [
            {"slug": "lounge", "text": {"en": "The sofa by the window", "uk": "Диван біля вікна"}},
            {"slug": "tasting", "text": {"en": "Tastings first"}},
        ],
    },
}
ODD = {
    "slug": "vip",
    "name": {"en": "VIP", "de": "Ehrengast"},
    "reach": 0,
    "by_metric": False,
    "benefits": {
        "expiry": {"kind": "end_of_year", "years": 2},
        "free_shipping": {},
        "entry_gift": {"points": 50, "currency": "xp"},
    },
}
LADDERS = {
    "plain": a_ladder(),
    "rich": a_ladder(tiers=[BRONZE | {"benefits": {}}, RICH, ODD]),
    "calendar": a_ladder(
        cycle={"kind": "calendar", "starts_on": "07-01"},
        up="next_cycle",
        grace="P0D",
        drop="to_metric",
        on_return="at_review",
        notice="P1M",
        metric="spend",
    ),
    "told in two units": a_ladder(notice="P1M15D"),
    "for life": a_ladder(cycle={"kind": "lifetime"}, metric="orders"),
}


def read(program, data, definition):
    initial, tiers = fields_of(definition)
    fields = LadderFields(program=program, data=data, initial=initial)
    rows = TierRows(program=program, counts_money=fields.counts_money, data=data, initial=tiers)
    assert fields.is_valid(), fields.errors
    assert rows.is_valid(), [row.errors for row in rows]
    return definition_of(
        fields.cleaned_data, [row.cleaned_data for row in rows if not row.is_blank]
    )


def with_benefits(ladder):
    tiers = [{"benefits": {}} | tier for tier in ladder["tiers"]]
    return DEFAULTS | ladder | {"tiers": tiers}


@pytest.mark.parametrize("definition", LADDERS.values(), ids=LADDERS)
def test_says_what_the_document_says(definition):
    """A ladder goes into the fields and comes out the same, whatever it holds."""
    program = a_program()

    assert read(program, posted(program, definition), definition) == with_benefits(definition)


def test_a_new_tier_stands_where_its_threshold_puts_it():
    """T-2: between Gold and Platinum; its slug is made from its name, and the others keep theirs."""
    program, ladder = a_program(), a_ladder()
    data = posted(program, ladder, **{"tier-4-name__en": "Ruby Red", "tier-4-reach": "2500"})

    told = read(program, data, ladder)

    assert [tier["slug"] for tier in told["tiers"]] == [
        "bronze", "silver", "gold", "ruby-red", "platinum",
    ]  # fmt: skip


def test_a_tier_that_is_only_given_stands_on_top():
    """T-22."""
    program, ladder = a_program(), a_ladder()
    told = {"tier-4-name__en": "Patron", "tier-4-given_only": "on"}

    tiers = read(program, posted(program, ladder, **told), ladder)["tiers"]

    assert tiers[-1] == {
        "slug": "patron", "name": {"en": "Patron"}, "reach": 0, "by_metric": False, "benefits": {},
    }  # fmt: skip


def test_a_removed_and_a_renamed_tier_say_who_takes_over():
    """T-41."""
    program, ladder = a_program(), a_ladder()
    change = {"tier-1-slug": "argent", "tier-2-gone": "on", "tier-2-goes_to": "argent"}

    told = read(program, posted(program, ladder, **change), ladder)

    assert told["mapping"] == {"silver": "argent", "gold": "argent"}
    assert [tier["slug"] for tier in told["tiers"]] == ["bronze", "argent", "platinum"]


@pytest.mark.parametrize(
    ("lines", "slugs"),
    [
        ("The sofa by the window\nTastings first", ["lounge", "tasting"]),
        ("The sofa\nTastings first", ["lounge", "tasting"]),
        ("Tastings first\nA mug of one's own", ["tasting", "a-mug-of-ones-own"]),
        ("\nTastings first", ["tasting"]),
    ],
    ids=["as it was", "other words", "moved, and a new one", "one taken away"],
)
def test_perks_keep_their_slugs_while_their_lines_change(lines, slugs):
    """What a shop checks by its slug is the same perk after its words were changed or its line has moved."""
    program, ladder = a_program(), LADDERS["rich"]
    change = {"tier-1-perks__en": lines, "tier-1-perks__uk": ""}

    told = read(program, posted(program, ladder, **change), ladder)

    (gold,) = [tier for tier in told["tiers"] if tier["slug"] == "gold"]
    assert [perk["slug"] for perk in gold["benefits"]["perks"]] == slugs


@pytest.mark.parametrize("reach", ["-1", "abc", "1.5", "NaN", "9" * 17])
def test_a_threshold_is_a_whole_number(reach):
    program, ladder = a_program(), a_ladder()
    data = posted(program, ladder, **{"tier-1-reach": reach})
    rows = TierRows(program=program, counts_money=False, data=data, initial=fields_of(ladder)[1])

    assert not rows.is_valid()
    assert [*rows.forms[1].errors] == ["reach"]


def test_money_is_written_as_people_write_it():
    """T-5: a ladder that counts spend has thresholds in money."""
    program, ladder = a_program(), a_ladder(metric="spend")
    data = posted(program, ladder, **{"tier-1-reach": "12.50"})

    assert read(program, data, ladder)["tiers"][1]["reach"] == 1250
    assert data["tier-2-reach"] == "15.00"
