"""Pictures in the admin: uploaded by those who may, chosen in the forms of rewards and badges, seen before kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loyalty.pictures.models import Picture
from loyalty.rewards.models import RewardRevision
from tests.world.access import a_staff
from tests.world.pictures import a_file, a_picture
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = "/admin/loyalty/picture/"
REWARD = {"slug": "cup", "kind": "perk", "name_en": "A cup", "price_stars": "10", "rest": '{"terms": {"slug": "cup"}}'}  # fmt: skip


def files(*told):
    return {"pictures": [SimpleUploadedFile(name, body) for name, body in told]}


class TestUploading:
    def test_takes_several_at_once(self):
        """S-47: and shows them, each under its title."""
        browser = a_staff(a_program(), "marketer")
        two = files(("cup.png", a_file()), ("bean.jpg", a_file("JPEG", (64, 64))))

        empty = browser.get(PICTURES).text
        answer = browser.post(f"{PICTURES}add/", two, follow=True)

        assert "Pictures for rewards and badges will stand here." in empty
        assert "2 pictures are there." in answer.text
        assert sorted(Picture.objects.values_list("title", flat=True)) == ["bean", "cup"]
        for row in Picture.objects.all():
            assert f'src="/pictures/{row.shown_id}-192.webp" alt="{row.title}"' in answer.text
            assert f"{row.shown_id}-512.webp" in browser.get(f"{PICTURES}{row.pk}/change/").text

    def test_takes_all_or_none(self):
        """S-47, U-13: one that is none is told by its name, and nothing is kept."""
        browser = a_staff(a_program())
        two = files(("cup.png", a_file()), ("bean.png", b"<svg/>"))

        answer = browser.post(f"{PICTURES}add/", two)

        assert "bean.png: Send a PNG, JPEG or WebP" in answer.text
        assert not Picture.objects.exists()

    def test_asks_for_a_file(self):
        assert "This field is required" in a_staff(a_program()).post(f"{PICTURES}add/").text

    def test_is_for_those_who_may(self):
        """S-21"""
        assert a_staff(a_program(), "support").get(f"{PICTURES}add/").status_code == 403


class TestChoosing:
    def test_a_reward_wears_one_for_all_languages_and_one_of_its_own(self):
        """W-2, U-68: the cards show them before anything is kept."""
        cafe = a_program()
        cup, word = a_picture(cafe, "Cup"), a_picture(cafe, "Word", size=(64, 64))
        browser = a_staff(cafe)
        told = REWARD | {"image_en": cup.shown_id, "image_fa": word.shown_id}

        seen = browser.post("/admin/loyalty/reward/add/", told | {"preview": "1"}).text
        browser.post("/admin/loyalty/reward/add/", told | {"keep": "1"})
        revision = RewardRevision.objects.get()
        again = browser.get(f"/admin/loyalty/reward/{revision.reward_id}/draft/").text

        assert seen.count(f'src="/pictures/{cup.shown_id}-192.webp" alt="" width="96"') == 3
        assert seen.count(f'src="/pictures/{word.shown_id}-192.webp" alt="" width="96"') == 1
        assert revision.definition["image"] == {"en": cup.shown_id, "fa": word.shown_id}
        assert f'<option value="{word.shown_id}" selected>Word</option>' in again

    def test_a_foreign_picture_is_no_choice(self):
        """S-2"""
        foreign = a_picture(a_program("other")).shown_id
        browser = a_staff(a_program())

        browser.post("/admin/loyalty/reward/add/", REWARD | {"image_en": foreign, "keep": "1"})

        assert not RewardRevision.objects.exists()

    def test_a_badge_wears_one(self):
        """G-37: chosen by title, with a look at it."""
        cafe = a_program()
        cup = a_picture(cafe, "Cup")
        page = a_staff(cafe).post(
            "/admin/gamification/definition/add/?game=badge",
            {"tiers-rows": "1", "tiers-0-image": cup.shown_id, "add": "tiers"},
        )

        assert f'<option value="{cup.shown_id}" selected>Cup</option>' in page.text
        assert f'src="/pictures/{cup.shown_id}-192.webp"' in page.text
