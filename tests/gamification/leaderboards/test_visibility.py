"""Members say whether and as whom boards show them (G-84, G-85)."""

import pytest

from gamification.leaderboards.models import BoardScore, Visibility
from gamification.leaderboards.seeing.playing import let_some_be_seen
from tests.world.access import a_customer, a_shop
from tests.world.boards import a_board_cafe, seen_as
from tests.world.members import a_member
from tests.world.play import at, bought, heard, member_of

pytestmark = pytest.mark.django_db
SCORES = {"ana": 1200, "bo": 900, "cy": 900, "dee": 400, "eli": 50}


def a_full_cafe(*, hidden=(), **board):
    """Five guests with scores, each seen under a nickname but the hidden ones."""
    cafe = a_board_cafe(**{"k": 2} | board)
    for place, (name, score) in enumerate(SCORES.items()):
        seen_as(a_member(cafe, name), "hidden" if name in hidden else "pseudonym")
        bought(cafe, f"o-{name}", who=name, total=score, when=f"11-05 09:0{place}", heard=False)
    heard(cafe)
    return cafe


def rows_of(answer):
    assert answer.status_code == 200, answer.json()
    return [(r["rank"], r["place"], r["display_name"], r["score"]) for r in answer.json()["rows"]]


class TestVisibility:
    def choose(self, cafe, name, **body):
        return a_customer(cafe, member_of(cafe, name).pk).put("/v1/me/visibility", body)

    def test_is_chosen_and_boards_follow_at_once(self):
        """G-84: consent kept with time and text."""
        cafe = a_full_cafe(hidden=["bo"])
        shop = a_shop(cafe)

        told = self.choose(
            cafe, "bo", choice="pseudonym", nickname="Bo the Bold", text_version="2026-01"
        )

        assert told.json() == {
            "choice": "pseudonym",
            "nickname": "Bo the Bold",
            "text_version": "2026-01",
            "at": "2026-11-20T12:00:00Z",
        }
        assert rows_of(shop.get("/v1/leaderboards/month"))[1] == (2, 2, "Bo the Bold", 900)
        self.choose(cafe, "bo", choice="hidden")
        assert shop.get("/v1/leaderboards/month").json()["of"] == 4

    def test_by_name_tells_the_first_name_and_an_initial(self):
        cafe = a_board_cafe(k=1)
        a_member(cafe, "ada", first_name="Ada", last_name="Lovelace")
        bought(cafe, "o-1", total=300, when="11-05 09:00")

        self.choose(cafe, "ada", choice="named", text_version="1")

        assert rows_of(a_shop(cafe).get("/v1/leaderboards/month")) == [(1, 1, "Ada L.", 300)]

    def test_demands_the_text_that_was_agreed_to(self):
        cafe = a_full_cafe(hidden=["bo"])

        told = self.choose(cafe, "bo", choice="named")

        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (400, "/text_version")
        assert Visibility.objects.get(member__external_id="bo").choice == "hidden"

    @pytest.mark.parametrize("nickname", ["Ana", "аnа", "A.N.A", "4na", "ÀNÀ"])
    def test_refuses_a_nickname_that_looks_like_anothers(self, nickname):
        """G-84: letters that look alike are one, also across scripts."""
        cafe = a_full_cafe(hidden=["bo"])

        told = self.choose(cafe, "bo", choice="pseudonym", nickname=nickname, text_version="1")

        assert (told.status_code, told.json()["code"]) == (422, "nickname_taken")
        assert Visibility.objects.get(member__external_id="bo").choice == "hidden"

    @pytest.mark.parametrize(
        "nickname",
        ["b", "!!", "12345", "ada@example.org", "www.ada.org", "call 555 123 45 67", "Admin",
         "The Staff", "Аdmin", "shit happens", "ada.lovelace", "😀😀"],
    )  # fmt: skip
    def test_refuses_a_nickname_that_tells_poses_or_offends(self, nickname):
        """G-84."""
        cafe = a_board_cafe()
        a_member(cafe, "ada", email="ada.lovelace@example.org")

        told = self.choose(cafe, "ada", choice="pseudonym", nickname=nickname, text_version="1")

        assert (told.status_code, told.json()["code"]) == (422, "nickname_refused")
        assert not Visibility.objects.exists()

    @pytest.mark.parametrize(
        "nickname", ["Grape", "Wafa", "وفا", "Кав'ярник", "می‌نوش", "O'Neill 7"]
    )
    def test_lets_good_names_be(self, nickname):
        cafe = a_board_cafe()
        a_member(cafe, "ada")

        told = self.choose(cafe, "ada", choice="pseudonym", nickname=nickname, text_version="1")

        assert (told.status_code, told.json()["nickname"]) == (200, nickname)

    def test_is_chosen_for_every_other_of_the_best_in_the_demo(self):
        """A demo whose boards are empty shows nothing; played again it changes nothing."""
        cafe = a_full_cafe(hidden=SCORES)

        for _again in (1, 2):
            let_some_be_seen(cafe, at("11-20 12:00"))

        page = a_shop(cafe).get("/v1/leaderboards/month?period=ever")
        assert rows_of(page) == [
            (1, 1, "Quiet Otter", 1200),
            (2, 2, "Early Otter", 900),
            (3, 3, "Merry Otter", 50),
        ]

    def test_goes_with_the_person(self):
        """G-10: erased, nobody is seen any more; the deeds stay under the nameless member."""
        cafe = a_full_cafe()
        shop = a_shop(cafe)

        shop.post("/v1/members/ext:ana/erase", {}, key="erase")
        heard(cafe)

        assert shop.get("/v1/leaderboards/month").json()["rows"][0]["display_name"] == "bo"
        assert not Visibility.objects.filter(nickname="ana").exists()
        assert BoardScore.objects.filter(score=1200, shown=False).count() == 2

    def test_a_merge_adds_up(self):
        """G-10: the survivor has the deeds of both, the other one nothing."""
        cafe = a_full_cafe()
        shop = a_shop(cafe)

        shop.post("/v1/members/ext:bo/merge", {"into": "ext:dee"}, key="merge")
        heard(cafe)

        assert rows_of(shop.get("/v1/leaderboards/month")) == [
            (1, 1, "dee", 1300),
            (2, 2, "ana", 1200),
            (3, 3, "cy", 900),
            (4, 4, "eli", 50),
        ]
