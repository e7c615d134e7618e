"""Rewards and badges on members' pages: their own pictures, else the mark drawn for their kind."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.rewards.kinds import RewardKind
from portal.templatetags.words import AT_FIRST_SIGHT, art, large_art
from tests.portal.visiting import a_browser, page_of
from tests.world.pictures import a_picture
from tests.world.rewards import a_cafe, a_guest, a_reward, offered

NAME = "pic_01jd0000000000000000000000"
OTHER = "pic_01jd0000000000000000000001"


class Program:
    languages = ("fa", "en")


def seen(thing, **how):
    return art({"language": how.pop("language", "en"), "program": Program}, thing, **how)


class TestTheTag:
    @pytest.mark.parametrize(
        ("image", "language", "name"),
        [
            (NAME, "en", NAME),
            ({"fa": NAME, "ar": OTHER}, "fa", NAME),
            ({"fa": NAME, "ar": OTHER}, "ar", OTHER),
            ({"fa": NAME, "ar": OTHER}, "uk", NAME),
            ({"uk": NAME}, "ar", NAME),
        ],
    )
    def test_shows_the_reader_s_else_the_programme_s_first(self, image, language, name):
        """W-2, U-68"""
        assert seen({"image": image}, language=language)["path"] == f"/pictures/{name}-192.webp"

    @pytest.mark.parametrize(
        "image", ["", {}, "https://cdn.example/cup.png", {"en": "https://x.test/c.png"}]
    )
    def test_loads_nothing_from_elsewhere(self, image):
        """S-44: an address elsewhere is for storefronts; here stands the drawn mark."""
        context = {"language": "en", "program": Program}

        assert seen({"image": image, "kind": "perk"}) | {"is_late": 0} == {
            "path": "", "width": 80, "height": 80, "is_late": 0, "kind": "perk",
        }  # fmt: skip
        assert large_art(context, {"image": image})["path"] == ""

    def test_lets_come_late_what_is_below_the_fold(self):
        """U-51"""
        assert [seen({"image": NAME}, place=n)["is_late"] for n in (0, AT_FIRST_SIGHT)] == [
            False,
            True,
        ]


@pytest.mark.django_db(transaction=True)
class TestPages:
    def test_show_pictures_in_boxes_of_their_size(self):
        """U-51, U-54: width and height stand from the start, names beside; marks are drawn for what has none."""
        long_ago = timezone.now() - timedelta(days=400)
        kinds = [each for each in RewardKind if each in {"perk", "free_shipping", "custom"}]
        drawn = [a_reward(kind, price=10, kind=kind, terms={"slug": "x"} if kind == "perk" else {}) for kind in kinds]  # fmt: skip
        cafe = a_cafe(*[each | {"slug": each["slug"].replace("_", "-")} for each in drawn], when=long_ago)  # fmt: skip
        name = a_picture(cafe).shown_id
        offered(cafe, a_reward("mug", price=20, image={"en": name}), when=long_ago)
        browser = a_browser(a_guest(cafe, 100, when=timezone.now() - timedelta(days=1)))

        home, shelf, page = (browser.get(page_of(cafe, each)).text for each in ("", "rewards", "rewards/mug"))  # fmt: skip

        small = f'<img class="art" src="/pictures/{name}-192.webp" alt="" width="80" height="80"'
        large = f'<img class="art large" src="/pictures/{name}-512.webp" alt="" width="256" height="256"'
        assert shelf.count(small) == 1
        assert sorted(re.findall(r'class="art drawn (\w+)"', shelf)) == sorted(kinds)
        assert page.count(large) == 1
        assert 'class="art' in home
