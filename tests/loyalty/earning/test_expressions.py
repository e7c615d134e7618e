"""Expressions: one language, checked when saved, harmless when run (E-22)."""

import pytest

from loyalty.earning.expressions import CHARACTERS_MAX, Answer, Expression, ExpressionInvalid, Seen

FACTS = {
    "event.type": "order.paid",
    "event.data": {"rating": 4, "cup": {"size": "large"}, "name": "Кава ☕"},
    "order.basis": 6000,
    "order.lines": [
        {"sku": "ESP-1", "quantity": 2, "amount": 4500, "basis": 4500, "categories": ["coffee"]},
        {"sku": "MUG-1", "quantity": 1, "amount": 1500, "basis": 1500, "categories": []},
    ],
    "member.tier": "gold",
    "member.tier_rank": 1,
    "member.segments": ["vip"],
    "time.weekday": "tue",
}


def asked(text, facts=FACTS):
    return Expression(text).ask(Seen(facts))


@pytest.mark.parametrize(
    "text",
    [
        "order.basis >= 5000 && member.tier_rank >= 1",
        "order.lines.exists(l, l.sku == 'ESP-1' && l.quantity >= 2)",
        "order.lines.filter(l, 'coffee' in l.categories).size() == 1",
        "event.data.cup.size == 'large'",
        "event.data.name.startsWith('Кава')",
        "!has(event.data.photos)",
        "'vip' in member.segments || member.tier == 'green'",
        "time.weekday in ['mon', 'tue']",
        "event.data.photos > 1 || member.tier == 'gold'",
    ],
)
def test_answers_yes(text):
    """E-23: the words; a missing field spoils only its own side of an `or`."""
    assert asked(text) == Answer(True)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("event.data.photos >= 1", "photos"),
        ("order.number == 1", "order.number"),
        ("event.data.cup.colour == 'red'", "colour"),
        ("!(event.data.photos == 1)", "photos"),
    ],
)
def test_a_missing_field_makes_it_no_and_is_named(text, field):
    assert asked(text) == Answer(False, "field_missing", field)


@pytest.mark.parametrize("text", ["event.data.name > 3", "1 / (order.basis - 6000) == 1"])
def test_a_fault_while_running_is_no(text):
    assert asked(text) == Answer(False, "condition_failed")


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("order.basis >= 'much'", 13),
        ("order.price >= 1", 6),
        ("order.basis >=", 15),
        ("order.basis", 1),
        ("", 1),
        ("   ", 1),
        ("order.basis >= 1" + " " * CHARACTERS_MAX, CHARACTERS_MAX + 1),
        ("event.data.name.matches('(a*)*b')", 17),
        ("timestamp.now() > time.date", 11),
        ("now() > time.date", 1),
        ("[1, 2].all(x, x > 0)", 8),
        ("order.lines.map(a, a.sku).all(s, s == '')", 27),
        ("event.data.order.lines.all(a, true)", 24),
        ("{'a': 1}.a == 1", 1),
        ("order.basis == 1 // why", 18),
        ("'''a''' == 'a'", 3),
        ("b'a' == b'a'", 2),
        ("event.type == 'a\x00'", 15),
        ("event.type == `a`", 15),
    ],
)
def test_refuses_what_it_does_not_know_with_the_position(text, position):
    with pytest.raises(ExpressionInvalid) as refusal:
        Expression(text)

    assert refusal.value.values["position"] == position


BOMBS = {
    "brackets": "(" * 400 + "true" + ")" * 400,
    "lists": "size(" + "[" * 400 + "]" * 400 + ") == 0",
    "calls": "!" * 900 + "x",
    "index": "event.data" + "['a']" * 180 + " == 1",
    "nested loops": "order.lines.all(a, " * 20 + "true" + ")" * 20,
    "number": "1" * 900 + " == 1",
    "text": "'" + "a" * 990 + "'",
    "surrogate": "event.type == '\ud800'",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_or_answer_no(bomb):
    """E-22: nothing of this size ends the process or takes time; the budget holds what gets through."""
    many = FACTS | {"order.lines": [{"sku": "A"}] * 500}
    try:
        answer = asked(bomb, many)
    except ExpressionInvalid:
        return

    assert answer == Answer(False, "condition_failed")


def test_five_hundred_lines_are_within_the_budget():
    many = FACTS | {"order.lines": [{"sku": "A", "quantity": 1}] * 500}

    assert asked("order.lines.all(l, l.quantity == 1)", many) == Answer(True)
    assert asked("order.lines.all(a, order.lines.all(b, true))", many).fault == "condition_failed"
