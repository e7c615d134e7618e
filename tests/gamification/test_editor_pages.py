"""The pages on which definitions are written, compared, paused and ended (U-15, U-16, U-30, G-30)."""

import pytest
from django.http import QueryDict

from gamification.criteria.desk.editors import editor_of
from gamification.criteria.desk.pieces.around import Around
from gamification.criteria.models import Definition, DefinitionVersion
from tests.world.access import a_staff
from tests.world.play import FIRST_CUP, a_cafe, bought, coffees

pytestmark = pytest.mark.django_db

PLAY = "/admin/gamification/definition/"
TWO = FIRST_CUP | {"slug": "two", "name": {"en": "Two"}, "tiers": [{"slug": "two", "target": 2}]}
ORDERS = {"kind": "deeds.count", "of": "order.paid"}
CHALLENGE = {
    "slug": "three",
    "window": {"calendar": "month"},
    "steps": [{"measure": ORDERS, "at_least": 1}],
}
LINE = "condition-lines-0-measure"


def typed(cafe, game, told, *, is_new=False, **written):
    """What a browser sends back, with these fields written otherwise (`-` is told as `_of_`)."""
    data = QueryDict(mutable=True)
    editor_of(game)(around=Around(cafe), told=told, is_new=is_new).typed(data)
    for name, value in written.items():
        data[name] = value
    return data


def sent(browser, at, data, **extra):
    body = {name: data.getlist(name) for name in data} | extra
    return browser.post(at, body)


def draft_of(slug):
    return f"{PLAY}{Definition.objects.get(slug=slug).pk}/draft/"


def seen_on(browser, at):
    return browser.get(at).context["seen"]


class TestWriting:
    def test_tries_on_history_keeps_and_publishes(self):
        """G-21, G-23, U-30: nothing is kept by trying; a new badge gets its short name from its name."""
        cafe = a_cafe()
        bought(cafe, "o-1", when="11-02 09:00", lines=coffees(2))
        browser = a_staff(cafe, "marketer")
        at = f"{PLAY}add/?game=badge"
        assert browser.get(at).status_code == 200
        data = typed(cafe, "badge", FIRST_CUP, is_new=True, name__en="My cup", slug="")

        tried = sent(browser, at, data, **{"try": "1"})
        assert not Definition.objects.exists()
        live = sent(browser, at, data, live="1").content.decode()
        kept = sent(browser, at, data, publish="1")
        browser.get(kept["Location"])
        browser.post(kept["Location"])

        tables = [list(each.rows) for each in tried.context["tables"]]
        assert tables[0][0][1] == "1"
        assert "First cup: Paid orders: 1 or more." in live
        assert "<html" not in live
        definition = Definition.objects.get(slug="my-cup")
        assert (definition.state, definition.name) == ("live", {"en": "My cup"})
        version = DefinitionVersion.objects.get(definition=definition)
        assert version.settings == {
            "condition": FIRST_CUP["condition"],
            "tiers": FIRST_CUP["tiers"],
        }

    def test_gives_another_row_without_complaining(self):
        """U-4, U-50: without script, and what was typed stays."""
        cafe = a_cafe(badges=[FIRST_CUP])
        browser = a_staff(cafe, "owner")
        data = typed(cafe, "badge", FIRST_CUP, **{"tiers-0-target": ""})

        page = sent(browser, draft_of("first-cup"), data, add="tiers")

        assert page.context["form"].inner["tiers"].forms[1:]
        assert "tiers-1-target" in page.content.decode()
        assert "errorlist" not in page.content.decode()

    def test_refuses_to_write_over_anothers_change(self):
        """U-15."""
        cafe = a_cafe(badges=[FIRST_CUP])
        mine, theirs = a_staff(cafe, "owner"), a_staff(cafe, "manager")
        at = draft_of("first-cup")
        seen = seen_on(mine, at)
        other = typed(cafe, "badge", FIRST_CUP, **{"tiers-0-target": "2", "seen": seen})
        sent(theirs, at, other, keep="1")

        data = typed(cafe, "badge", FIRST_CUP, **{"tiers-0-target": "3", "seen": seen})
        refused = sent(mine, at, data, keep="1")
        again = sent(mine, at, data, keep="1", seen=refused.context["seen"])

        assert "meanwhile" in refused.content.decode()
        assert again.status_code == 302
        newest = DefinitionVersion.objects.order_by("-number").first()
        assert newest.settings["tiers"][0]["target"] == 3

    def test_falls_back_to_json_where_the_form_cannot_show_it(self):
        deep = {"all": [{"any": [{"all": [FIRST_CUP["condition"]]}]}]}
        cafe = a_cafe(badges=[FIRST_CUP | {"condition": deep}])
        browser = a_staff(cafe, "owner")

        page = browser.get(draft_of("first-cup")).content.decode()
        as_text = browser.get(f"{PLAY}add/?game=badge&text=1").content.decode()

        assert "so that nothing is lost" in page
        assert 'name="definition"' in page
        assert 'name="definition"' in as_text

    @pytest.mark.parametrize("role", ["support", "analyst"])
    def test_is_closed_to_those_who_do_not_write(self, role):
        """S-21."""
        cafe = a_cafe(badges=[FIRST_CUP])
        browser = a_staff(cafe, role)
        row = Definition.objects.get()

        assert browser.get(draft_of("first-cup")).status_code == 403
        assert browser.post(f"{PLAY}{row.pk}/move/", {"to": "paused"}).status_code == 403
        assert Definition.objects.get().state == "live"


# What is written otherwise, and the piece and field where its problem stands; no field: at the piece.
WRONG_BADGES = [
    ({f"{LINE}-kind": ""}, ("condition", "lines", 0, "measure"), "kind"),
    ({f"{LINE}-of": ""}, ("condition", "lines", 0, "measure"), "of"),
    ({f"{LINE}-kind": "deeds.sum"}, ("condition", "lines", 0, "measure"), "value"),
    ({f"{LINE}-where-min_amount": "much"}, ("condition", "lines", 0, "measure", "where"), "min_amount"),
    ({f"{LINE}-where-hours_from": "8", f"{LINE}-where-hours_to": "11:00"}, ("condition", "lines", 0, "measure", "where"), "hours_from"),
    ({f"{LINE}-where-attribute": "cup"}, ("condition", "lines", 0, "measure", "where"), "attribute"),
    ({f"{LINE}-window-kind": "rolling", f"{LINE}-window-rolling_0": "1", f"{LINE}-window-rolling_1": "M"}, ("condition", "lines", 0, "measure", "window"), "rolling"),
    ({f"{LINE}-window-kind": "between", f"{LINE}-window-first_day": "2026-12-01", f"{LINE}-window-end_day": "2026-11-01"}, ("condition", "lines", 0, "measure", "window"), "end_day"),
    ({f"{LINE}-kind": "deeds.sum", f"{LINE}-value": "points"}, ("condition", "lines", 0, "measure"), "currency"),
    ({"condition-lines-0-at_least": "2"}, ("condition", "lines", 0), None),
    ({"condition-lines-0-gone": "on"}, ("condition",), None),
    ({"repeat": "per_period"}, (), "repeat"),
    ({"tiers-0-target": "0"}, ("tiers", 0), "target"),
    ({"tiers-0-target": ""}, ("tiers", 0), "target"),
    ({"tiers-0-slug": "First"}, ("tiers", 0), "slug"),
    ({"tiers-0-image": "pic_nobody"}, ("tiers", 0), "image"),
    ({"tiers-0-edition": "0"}, ("tiers", 0), "edition"),
    ({"tiers-0-prize-kind": "points"}, ("tiers", 0, "prize"), "points"),
    ({"tiers-0-prize-kind": "points", "tiers-0-prize-points": "5", "tiers-0-prize-currency": "gold"}, ("tiers", 0, "prize"), "currency"),
    ({"tiers-0-prize-kind": "reward"}, ("tiers", 0, "prize"), "reward"),
    ({"valid_for_0": "-1"}, (), "valid_for"),
    ({"grant_existing": "loudly"}, (), "grant_existing"),
]  # fmt: skip
WRONG_CHALLENGES = [
    ({"window-kind": "between"}, ("window",), "first_day"),
    ({"window-kind": "between", "window-first_day": "2026-12-01", "window-end_day": "2026-11-01"}, ("window",), "end_day"),
    ({"window-kind": "from_joining", "window-from_joining_0": "3"}, ("window",), None),
    ({"window-kind": "from_joining", "window-from_joining_0": ""}, ("window",), "from_joining"),
    ({"steps-0-at_least": ""}, ("steps", 0), "at_least"),
    ({"steps-0-gone": "on"}, (), None),
    ({"goal-min_contribution": "3"}, ("goal",), "target"),
    ({"recurrence": "on_completion", "steps-0-measure-kind": "deeds.distinct", "steps-0-measure-value": "day"}, (), "recurrence"),
    ({"winners": "0"}, (), "winners"),
    ({"who-lines-0-measure-kind": "badge.held"}, ("who", "lines", 0, "measure"), "badge"),
]  # fmt: skip


class TestProblems:
    @pytest.mark.parametrize(
        ("game", "told", "wrong"),
        [("badge", FIRST_CUP, WRONG_BADGES), ("challenge", CHALLENGE, WRONG_CHALLENGES)],
    )
    def test_stand_at_their_field(self, game, told, wrong):
        """U-30: whatever the form, the shape or the game refuses; nothing is kept."""
        cafe = a_cafe(**{f"{game}s": [told]})
        browser = a_staff(cafe, "owner")
        at = draft_of(told["slug"])
        seen = seen_on(browser, at)
        misplaced = []

        for written, piece, field in wrong:
            page = sent(browser, at, typed(cafe, game, told, **written), keep="1", seen=seen)
            if page.status_code != 200 or not errors_at(page.context["form"], piece, field):
                misplaced.append(
                    (written, page.context and list(page.context["form"].complaints()))
                )

        assert misplaced == []
        assert DefinitionVersion.objects.count() == 1


def errors_at(form, path, field):
    """The errors of one field of a piece; of the piece itself without a field."""
    for step in path:
        form = form.forms[step] if isinstance(step, int) else form.inner[step]
    return form.errors.get(field or "__all__") or (field is None and form.errors)


class TestComparing:
    def test_tells_what_differs_and_who_would_gain_or_lose(self):
        """G-30: it changes nothing."""
        cafe = a_cafe(badges=[TWO])
        bought(cafe, "o-1", when="11-02 09:00")
        browser = a_staff(cafe, "marketer")
        data = typed(cafe, "badge", TWO, **{"tiers-0-target": "1", "seen": seen_on(browser, draft_of("two"))})  # fmt: skip
        sent(browser, draft_of("two"), data, keep="1")
        row = Definition.objects.get()

        page = browser.get(f"{PLAY}{row.pk}/compare/?who=1")
        back = browser.get(f"{PLAY}{row.pk}/compare/?from=2&to=1&who=1")

        assert [(each["count"], len(each["named"])) for each in page.context["sides"]] == [(1, 1), (0, 0)]  # fmt: skip
        assert [each["count"] for each in back.context["sides"]] == [0, 1]
        assert [each["where"] for each in page.context["differences"]] == ["/tiers/two/target"]
        assert page.context["sentences"][1][0] == "two: Paid orders: 1 or more."
        assert (Definition.objects.get().live_number, Definition.objects.get().state) == (1, "live")


class TestMoving:
    def test_pauses_resumes_and_ends_only_with_the_name_typed(self):
        """G-21, U-16."""
        cafe = a_cafe(badges=[FIRST_CUP])
        browser = a_staff(cafe, "manager")
        at = f"{PLAY}{Definition.objects.get().pk}/move/"
        states = []

        for told in ({"to": "paused"}, {"to": "live"}, {"to": "retired"}, {"to": "retired", "typed": "first-cup"}):  # fmt: skip
            browser.post(at, told)
            states.append(Definition.objects.get().state)

        assert states == ["paused", "live", "live", "retired"]
        assert browser.post(at, {"to": "elsewhere"}).status_code == 404
