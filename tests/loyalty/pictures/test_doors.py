"""Pictures on the wire: sent in once, named by rewards and badges, fetched under their digest by anybody."""

import pytest
from django.test import Client

from loyalty.pictures import keeping
from loyalty.pictures.models import Picture
from loyalty.programs.documents import export_program
from loyalty.rewards.models import RewardRevision
from tests.world.access import a_shop
from tests.world.games import one_of_each_game
from tests.world.pictures import a_file, a_picture, sent_picture
from tests.world.programs import a_program, applied
from tests.world.rewards import a_reward

pytestmark = pytest.mark.django_db
NOBODY_S = "pic_01jd0000000000000000000000"


def a_badge(image):
    (badge,) = one_of_each_game("x")["badges"]
    return {**badge, "tiers": [{**badge["tiers"][0], "image": image}]}


class TestSending:
    def test_keeps_a_file_once(self):
        """S-47: the same file is the same picture; its newer title stands."""
        shop = a_shop(a_program(), "program:read", "program:write")

        first = sent_picture(shop, a_file(), title="Cup")
        again = sent_picture(shop, a_file(), title="Large cup")

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json() | {"title": "Large cup"}
        assert (first.json()["width"], first.json()["height"]) == (512, 341)
        assert shop.get("/v1/pictures").json()["data"] == [again.json()]
        assert shop.get(f"/v1/pictures/{first.json()['id']}").json() == again.json()

    def test_rehearses(self):
        shop = a_shop(a_program())
        form = {"file": a_file()}

        answer = shop.client.post(
            "/v1/pictures?dry_run=true", _form(form), headers=shop._headers(None)
        )

        assert (answer.status_code, answer.json()["simulated"]) == (200, True)
        assert not Picture.objects.exists()

    @pytest.mark.parametrize(
        ("form", "pointer"),
        [({}, "/file"), ({"file": "words"}, "/file"), ({"x": "y"}, "/x"), ({"title": "a" * 101}, "/title")],
        ids=["nothing", "words", "more", "long"],
    )  # fmt: skip
    def test_says_what_is_missing(self, form, pointer):
        shop = a_shop(a_program())

        answer = shop.client.post("/v1/pictures", form, headers=shop._headers(None))

        assert answer.status_code == 400
        assert pointer in [each["pointer"] for each in answer.json()["errors"]]

    def test_is_limited_per_programme(self, monkeypatch):
        monkeypatch.setattr(keeping, "PICTURES_MAX", 1)
        shop = a_shop(a_program())
        sent_picture(shop, a_file())

        answer = sent_picture(shop, a_file(size=(10, 10)))
        again = sent_picture(shop, a_file())

        assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pictures")
        assert (again.status_code, Picture.objects.count()) == (200, 1)

    def test_takes_no_body_larger_than_a_picture(self):
        shop = a_shop(a_program())

        answer = sent_picture(shop, b"\0" * 2_100_000)

        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def _form(told):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {name: SimpleUploadedFile("cup.png", body) for name, body in told.items()}


class TestFetching:
    def test_is_for_everybody_and_for_ever(self):
        """S-44, S-45: no content of ours to run, not sniffed, kept under the name of its content."""
        told = a_picture(a_program())

        answers = [Client().get(f"/pictures/{told.shown_id}-{size}.webp") for size in (192, 512)]

        assert [bytes(a.content) for a in answers] == [bytes(told.small), bytes(told.large)]
        for answer in answers:
            assert answer["Content-Type"] == "image/webp"
            assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert not answer.cookies

    @pytest.mark.parametrize(
        "path", [f"{NOBODY_S}-192.webp", "{}-193.webp", "{}-192.png", "pic_zz-192.webp", "../x"]
    )
    def test_knows_nothing_else(self, path):
        told = a_picture(a_program())

        assert Client().get(f"/pictures/{path.format(told.shown_id)}").status_code == 404


class TestNaming:
    def test_a_reward_and_a_badge_tell_the_address(self, settings):
        """W-2, G-37: an address per language; of a badge that of the reader's language."""
        settings.WAFA_BASE_URL = "https://wafa.example"
        cafe = a_program()
        cup, word = a_picture(cafe), a_picture(cafe, size=(64, 64))
        images = {"en": cup.shown_id, "fa": word.shown_id, "uk": "https://cdn.example/c.png"}
        applied(
            {
                "program": {"slug": "corner-cafe"},
                "rewards": [a_reward(image=images)],
                "badges": [a_badge({"en": cup.shown_id, "fa": word.shown_id})],
            }
        )
        shop = a_shop(cafe)

        reward = shop.get("/v1/rewards").json()["data"][0]
        badges = [
            shop.get("/v1/badges", headers={"Accept-Language": language}).json()["data"][0]
            for language in ("en", "fa", "ar")
        ]

        assert reward["image"] == {
            "en": f"https://wafa.example/pictures/{cup.shown_id}-512.webp",
            "fa": f"https://wafa.example/pictures/{word.shown_id}-512.webp",
            "uk": "https://cdn.example/c.png",
        }
        assert [each["tiers"][0]["image"] for each in badges] == [
            f"https://wafa.example/pictures/{each.shown_id}-512.webp" for each in (cup, word, cup)
        ]

    def test_comes_out_of_the_document_as_it_went_in(self):
        """Round trip; applied again it changes nothing."""
        cafe = a_program()
        name = a_picture(cafe).shown_id
        parts = {"rewards": [a_reward(image={"en": name})], "badges": [a_badge(name)]}
        applied({"program": {"slug": "corner-cafe"}, **parts})

        told = export_program(cafe)
        again = applied(told)

        assert told["rewards"][0]["image"] == {"en": name}
        assert told["badges"][0]["tiers"][0]["image"] == name
        assert again.differences == []

    @pytest.mark.parametrize("part", ["rewards", "badges"])
    def test_refuses_a_picture_that_is_not_there(self, part):
        """Another programme's is not there either; nothing is changed."""
        shop, other = a_shop(a_program()), a_program("other")
        name = a_picture(other).shown_id
        told = a_reward(image={"en": name}) if part == "rewards" else a_badge(name)

        answer = shop.put(
            "/v1/program",
            {"format": "wafa.program/1", "program": {"slug": "corner-cafe"}, part: [told]},
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "picture_unknown")
        assert "image" in answer.json()["errors"][0]["pointer"]
        assert not RewardRevision.objects.exists()

    @pytest.mark.parametrize(
        "told", ["pic_x", "javascript:alert(1)", "http://x.test/i.png", "data:,"]
    )
    def test_refuses_what_is_no_name(self, told):
        shop = a_shop(a_program())
        body = {"format": "wafa.program/1", "program": {"slug": "corner-cafe"}}

        answer = shop.put("/v1/program", {**body, "rewards": [a_reward(image={"en": told})]})

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
