"""Boards over the wire: pages, neighbourhoods, who is told what, visibility, explanations (G-83 to G-85, G-102)."""

import pytest

from tests.world.access import a_customer, a_page, a_shop
from tests.world.boards import a_board_cafe, seen_as
from tests.world.members import a_member
from tests.world.play import bought, heard, member_of, returned

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


class TestPage:
    def test_tells_the_first_with_all_that_belongs_to_it(self):
        """G-78: rank, place, company, of, as_of, method; ids of members for secret keys only."""
        cafe = a_full_cafe()

        told = a_shop(cafe, "leaderboards:read").get("/v1/leaderboards/month?limit=3")

        assert rows_of(told) == [
            (1, 1, "ana", 1200),
            (2, 2, "bo", 900),
            (2, 3, "cy", 900),
        ]
        body = told.json()
        assert [row["tied_with"] for row in body["rows"]] == [0, 1, 1]
        assert (body["of"], body["method"], body["withheld"]) == (5, "competition", None)
        assert body["period"]["key"] == "2026-11"
        assert body["rows"][0]["member"] == member_of(cafe, "ana").shown_id

    def test_tells_a_page_nobodys_id(self):
        """G-104: a publishable key reads names and scores, and never learns where one member stands."""
        cafe = a_full_cafe()

        told = a_page(cafe, "leaderboards:read").get("/v1/leaderboards/month?member=ext:ana")

        assert {row["member"] for row in told.json()["rows"]} == {None}
        assert told.json()["me"] is None

    @pytest.mark.parametrize(
        ("ranking", "ranks"),
        [("dense", [1, 2, 2, 3, 4]), ("ordinal", [1, 2, 3, 4, 5])],
    )
    def test_ranks_by_the_boards_method(self, ranking, ranks):
        """G-78."""
        cafe = a_full_cafe(ranking=ranking)

        told = a_shop(cafe).get("/v1/leaderboards/month")

        assert [row["rank"] for row in told.json()["rows"]] == ranks

    def test_answers_404_for_periods_and_boards_that_are_not_there(self):
        cafe = a_full_cafe()
        shop = a_shop(cafe)

        assert shop.get("/v1/leaderboards/month?period=2026-13").status_code == 404
        assert shop.get("/v1/leaderboards/month?period=previous").status_code == 404
        assert shop.get("/v1/leaderboards/year").status_code == 404
        assert shop.get("/v1/leaderboards/month?limit=0").status_code == 400
        assert shop.get("/v1/leaderboards/month?limit=x").status_code == 400
        assert rows_of(shop.get("/v1/leaderboards/month?period=ever"))[0] == (1, 1, "ana", 1200)

    @pytest.mark.parametrize("period", ["current", "ever"])
    def test_is_there_before_the_first_score(self, period):
        """G-79: nobody is on it, which is no reason to say that it is not there."""
        told = a_shop(a_board_cafe()).get(f"/v1/leaderboards/month?period={period}")

        assert (rows_of(told), told.json()["of"]) == ([], 0)
        assert told.json()["period"]["state"] == "open"

    def test_asks_the_database_as_often_for_two_rows_as_for_many(
        self, django_assert_max_num_queries
    ):
        """House: a board has a fixed number of statements."""
        cafe = a_full_cafe()
        shop = a_shop(cafe)
        shop.get("/v1/leaderboards/month?limit=1")

        for limit in (2, 5):
            with django_assert_max_num_queries(9):
                shop.get(f"/v1/leaderboards/month?limit={limit}")


class TestHidden:
    def test_members_are_hidden_until_they_choose(self):
        """G-84, acceptance 10: in no row and no rank; with a shadow rank of their own."""
        cafe = a_full_cafe(hidden=["bo"])
        shop = a_shop(cafe)

        page = shop.get("/v1/leaderboards/month?member=ext:bo").json()

        assert [(r["rank"], r["display_name"]) for r in page["rows"]] == [
            (1, "ana"),
            (2, "cy"),
            (3, "dee"),
            (4, "eli"),
        ]
        assert page["me"] == {
            "score": 900,
            "rank": None,
            "place": None,
            "tied_with": None,
            "shadow_rank": 2,
            "visibility": "hidden",
            "is_shown": False,
            "is_suspended": False,
            "to_next_rank": 300,
            "to_next_prize": None,
        }

    def test_a_hidden_member_sees_neighbours_and_is_nobodys_predecessor(self):
        """G-83, G-84."""
        cafe = a_full_cafe(hidden=["bo"])
        bo = a_customer(cafe, member_of(cafe, "bo").pk)

        told = bo.get("/v1/me/leaderboards/month/around?before=1&after=2")

        assert [(r["rank"], r["is_me"]) for r in told.json()["rows"]] == [
            (1, False),
            (None, True),
            (2, False),
            (3, False),
        ]
        assert "member" not in told.json()["rows"][0]

    def test_where_prizes_are_won_the_hidden_take_part_under_an_alias(self):
        """G-84: privacy costs no prize; and an alias tells nothing."""
        prize = {"kind": "points", "currency": "stars", "points": 50}
        cafe = a_full_cafe(hidden=["bo"], prizes=[{"places": [1, 2], "prize": prize}])

        rows = a_shop(cafe).get("/v1/leaderboards/month").json()["rows"]

        assert [row["place"] for row in rows] == [1, 2, 3, 4, 5]
        animal, number = rows[1]["display_name"].split()
        assert animal.isalpha()
        assert 100 <= int(number) <= 999

    def test_rows_are_withheld_while_too_few_are_shown(self):
        """G-85: the shadow rank stays."""
        cafe = a_full_cafe(k=6)
        ana = a_customer(cafe, member_of(cafe, "ana").pk)

        page = ana.get("/v1/me/leaderboards/month").json()
        near = ana.get("/v1/me/leaderboards/month/around").json()

        assert (page["rows"], page["withheld"], page["me"]["shadow_rank"]) == ([], "too_few", 1)
        assert [row["is_me"] for row in near["rows"]] == [True]

    def test_who_is_restricted_is_gone_until_free_again(self):
        """G-7."""
        cafe = a_full_cafe()
        shop = a_shop(cafe)
        ana = member_of(cafe, "ana")

        shop.post("/v1/members/ext:ana/status", {"status": "restricted"}, key="one")
        heard(cafe)
        without = shop.get("/v1/leaderboards/month").json()
        shop.post("/v1/members/ext:ana/status", {"status": "active"}, key="two")
        heard(cafe)

        assert (without["of"], without["rows"][0]["display_name"]) == (4, "bo")
        assert shop.get("/v1/leaderboards/month").json()["of"] == 5
        assert ana.pk


class TestAround:
    def test_keeps_its_length_at_the_edges(self):
        """G-83: own row flagged, distances to the next rank and prize."""
        prize = {"kind": "points", "currency": "stars", "points": 50}
        cafe = a_full_cafe(prizes=[{"places": [1, 3], "prize": prize}])
        shop = a_shop(cafe)

        first = shop.get("/v1/leaderboards/month/around/ext:ana?before=1&after=1").json()
        last = shop.get("/v1/leaderboards/month/around/ext:eli?before=1&after=1").json()

        assert [row["place"] for row in first["rows"]] == [1, 2, 3]
        assert [row["place"] for row in last["rows"]] == [3, 4, 5]
        assert [row["is_me"] for row in last["rows"]] == [False, False, True]
        assert (last["me"]["to_next_rank"], last["me"]["to_next_prize"]) == (350, 851)
        assert (first["me"]["to_next_rank"], first["me"]["to_next_prize"]) == (None, None)

    def test_is_empty_for_whom_nothing_counts(self):
        cafe = a_full_cafe()
        a_member(cafe, "gus")

        told = a_shop(cafe).get("/v1/leaderboards/month/around/ext:gus").json()

        assert (told["rows"], told["me"]["score"]) == ([], 0)


class TestExplanation:
    def test_says_what_counts_and_what_nearly_did(self):
        """G-102, G-103: near misses failed exactly one condition."""
        where = {"sku": ["COF-1"], "min_amount": 200}
        measure = {"kind": "deeds.sum", "of": "order.line", "value": "amount", "where": where}
        cafe = a_board_cafe(measure=measure, k=0)
        a_member(cafe, "ana")
        orders = [("10-20", 300, "COF-1"), ("11-02", 300, "COF-1"), ("11-03", 100, "COF-1"),
                  ("11-04", 300, "TEA-1"), ("11-05", 100, "TEA-1"), ("11-06", 500, "COF-1")]  # fmt: skip
        for day, total, sku in orders:
            lines = [{"sku": sku, "quantity": 1, "amount": total}]
            bought(cafe, f"o-{day}", who="ana", lines=lines, when=f"{day} 09:00")
        returned(cafe, "o-11-06", who="ana", when="11-07 09:00")

        told = a_shop(cafe).get("/v1/leaderboards/month/around/ext:ana/explanation").json()

        assert (told["reason"], told["score"]) == ("reached", 300)
        assert [(each["value"], each["in_time"]) for each in told["deeds"]] == [(300, True)]
        assert [each["reason"] for each in told["near_misses"]] == [
            "filter_sku",
            "filter_amount",
            "before_start",
        ]

    def test_says_why_not(self):
        """G-103: nothing counts yet; the member does not take part."""
        cafe = a_board_cafe()
        a_member(cafe, "ana")
        shop = a_shop(cafe)
        path = "/v1/leaderboards/month/around/ext:ana/explanation"

        reasons = [shop.get(path).json()["reason"]]
        shop.post("/v1/members/ext:ana/status", {"status": "restricted"}, key="one")
        reasons.append(shop.get(path).json()["reason"])

        assert reasons == ["not_yet", "excluded_member"]
