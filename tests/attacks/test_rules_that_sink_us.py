"""Expressions and definitions made to hurt: refused in time, and the process lives on (E-22, S-5).

Each is tried in a process of its own, with little memory and CPU: what kills or hangs it fails the test.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPU_SECONDS_MAX = 20  # starting Python and the project takes most of it
TRY = """
import json, os, resource, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from loyalty.earning.expressions import Expression, ExpressionInvalid, Seen
from loyalty.earning.rules.reading import read_definition
from loyalty.foundation.refusals import DomainError
used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
most = int(used) + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (most, most))
lines = [{"sku": "A" * 100, "quantity": 1, "amount": 1, "basis": 1, "categories": ["c"] * 50}] * 500
seen = Seen({"order.lines": lines, "event.data": {"a": "b" * 60000}, "order.basis": 5})
for kind, bomb in json.load(sys.stdin):
    try:
        if kind == "text":
            print(Expression(bomb).ask(seen).fault or "answered", flush=True)
        else:
            read_definition(bomb, currencies={"stars"})
            print("read", flush=True)
    except DomainError as refusal:
        print(refusal.code, flush=True)
"""

RULE = {
    "slug": "order",
    "name": {"en": "Purchases"},
    "triggers": ["order.paid"],
    "currency": "stars",
    "effect": {"kind": "per_amount", "points": 1, "per": 100},
}
LOOP = "order.lines.all({0}, "


def nested(levels):
    return "".join(LOOP.format(f"x{n}") for n in range(levels)) + "true" + ")" * levels


def a_deep_value(levels):
    value = 1
    for _level in range(levels):
        value = {"a": value}
    return value


BOMBS = {
    "brackets": ("text", "(" * 499 + "1" + ")" * 499, "expression_invalid"),
    "a million brackets": ("text", "(" * 1_000_000, "expression_invalid"),
    "lists": ("text", "size(" + "[" * 400 + "]" * 400 + ") == 0", "expression_invalid"),
    "not not": ("text", "!" * 990 + "true", "answered"),
    "minus": ("text", "-" * 990 + "1 == 1", "answered"),
    "questions": ("text", "true ? " * 120 + "true" + " : true" * 120, "expression_invalid"),
    "index": ("text", "event.data" + "['a']" * 190 + " == 1", "expression_invalid"),
    "fields": ("text", "event.data" + ".a" * 480 + " == 1", "expression_invalid"),
    "two loops": ("text", nested(2), "condition_failed"),
    "five loops": ("text", nested(5), "condition_failed"),
    "forty loops": ("text", nested(40), "expression_invalid"),
    "loop over a loop": ("text", "order.lines.map(a, a).map(b, b).size() == 1", "expression_invalid"),
    "text that doubles": ("text", "order.lines.map(a, a.sku + a.sku + a.sku).size() == 500", "answered"),
    "lists that grow": ("text", "order.lines.map(a, order.lines).size() == 500", "answered"),
    "plus": ("text", " + ".join(["1"] * 240) + " == 240", "expression_invalid"),
    "or": ("text", " || ".join(["false"] * 110), "answered"),
    "a number": ("text", "1" * 900 + " == 1", "expression_invalid"),
    "a regular expression": ("text", "event.data.a.matches('(b+)+c')", "expression_invalid"),
    "two megabytes": ("text", "order.basis == 1" + " " * 2_000_000, "expression_invalid"),
    "long in a rule": ("rule", RULE | {"expression": "x" * 20_000}, "malformed"),
    "a thousand conditions": ("rule", RULE | {"conditions": {"all": [{"birthday_within": 1}] * 1000}}, "malformed"),
    "a hundred thousand articles": (
        "rule",
        RULE | {"conditions": {"all": [{"skus": {"any": [f"S{n}" for n in range(100_000)]}}]}},
        "malformed",
    ),
    "two hundred articles": (
        "rule",
        RULE | {"conditions": {"all": [{"skus": {"any": [f"{n:03}" + "S" * 197 for n in range(200)]}}]}},
        "read",
    ),
    "a deep value": ("rule", RULE | {"conditions": {"all": [{"data": a_deep_value(900)}]}}, "malformed"),
    "words in a literal": (
        "rule",
        RULE | {"conditions": {"all": [{"store": "' || true || '"}, {"store": '\\" || true || "'}]}},
        "read",
    ),
}  # fmt: skip


def test_every_bomb_is_refused_or_answers_no_and_the_process_lives():
    """Deep nesting, long text, nested loops, huge lists: one process takes them all, one after the other."""
    sent = json.dumps([[kind, bomb] for kind, bomb, _expected in BOMBS.values()])

    done = subprocess.run(
        [sys.executable, "-c", TRY, str(CPU_SECONDS_MAX)],
        input=sent,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=300,
    )

    came = dict(zip(BOMBS, done.stdout.split(), strict=False))
    assert done.returncode == 0, done.stderr[-2000:]
    assert came == {name: expected for name, (_kind, _bomb, expected) in BOMBS.items()}


@pytest.mark.parametrize("text", ["' || true || '", '" || true || "', "\\", "\n"])
def test_a_literal_stays_a_literal(text):
    """What staff type into a field cannot become a part of the expression."""
    from loyalty.earning.expressions import Expression, Seen
    from loyalty.earning.rules.conditions import expression_of

    asked = Expression(expression_of({"store": text}))

    assert asked.ask(Seen({"event.store": "another"})).holds is False
    assert asked.ask(Seen({"event.store": text})).holds is True
