"""The arithmetic of stamp cards."""

import pytest

from gamification.stamps.keeping.cards import Card

COFFEE, CAKE = {"kind": "reward", "reward": "coffee"}, {"kind": "reward", "reward": "cake"}
CARD = Card.read(
    {
        "size": 10,
        "endowed": 2,
        "positions": [{"at": 10, "prize": CAKE}, {"at": 5, "prize": COFFEE}],
    }
)


class TestCard:
    @pytest.mark.parametrize(
        ("total", "number", "filled"),
        [(0, 1, 0), (5, 1, 5), (9, 1, 9), (10, 2, 0), (12, 2, 2), (30, 4, 0)],
    )
    def test_is_a_running_total(self, total, number, filled):
        """G-67, G-X9: after 12 card 2 shows 2."""
        assert (CARD.number(total), CARD.filled(total)) == (number, filled)

    @pytest.mark.parametrize(
        ("above", "upto", "occasions"),
        [
            (0, 4, []),
            (2, 5, ["1:5"]),
            (5, 12, ["1:10"]),
            (8, 10, ["1:10"]),
            (10, 15, ["2:5"]),
            (0, 30, ["1:5", "1:10", "2:5", "2:10", "3:5", "3:10"]),
            (10, 10, []),
        ],
    )
    def test_names_what_a_total_passes(self, above, upto, occasions):
        """G-68, G-X9."""
        assert [each.occasion for each in CARD.between(above, upto)] == occasions

    def test_is_as_long_as_its_last_position_needs(self):
        """G-67: ten, unless a position lies beyond."""
        twelve = Card.read({"positions": [{"at": 12, "prize": CAKE}]})
        three = Card.read({"positions": [{"at": 3, "prize": CAKE}]})

        assert (twelve.size, three.size, CARD.size) == (12, 10, 10)
