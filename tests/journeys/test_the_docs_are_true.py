"""What README and how-to tell people to type works as it stands there."""

import io
import itertools
import json
import re
import shlex
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from gamification.prizes.models import PrizeGrant
from loyalty.ledger.models import Account
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.models import Program
from tests.architecture.reading import DOCS, ROOT
from tests.world.access import a_shop
from tests.world.ledger import a_member

pytestmark = pytest.mark.django_db(transaction=True)


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=True)
def test_the_readme_s_order_brings_points_once():
    call_command(
        *("create_program", "--slug", "cafe", "--name", "Café", "--zone", "Europe/Kyiv"),
        *("--currency", "EUR", "--preset", "cafe"),
        stdout=io.StringIO(),
    )
    shop = a_shop(Program.objects.get(slug="cafe"))
    path, headers, body = request_in((ROOT / "README.md").read_text(encoding="utf-8"))

    answer = shop.post(path, body, key=headers["Idempotency-Key"])
    again = shop.post(path, body, key=headers["Idempotency-Key"])

    assert answer.status_code == 201
    assert answer.json()["results"]["balances"]["stars"]["available"] == 45
    assert again.content == answer.content
    assert Account.objects.get(currency__slug="stars").available == 45


def test_a_programme_is_set_up_as_the_page_says(tmp_path, monkeypatch):
    """Every command of the page in its order; `>` writes a file, as it would in a shell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("an-orange-tram-at-noon\n"))
    page = (DOCS / "how-to" / "set-up-a-programme.md").read_text(encoding="utf-8")

    for line in re.findall(r"^ {4}\.venv/bin/python manage\.py (.+)$", page, flags=re.MULTILINE):
        if "--help" not in line:
            typed(line)

    document = json.loads(Path("cafe.json").read_text(encoding="utf-8"))
    assert document["program"]["slug"] == "cafe"
    assert Program.objects.get().slug == "cafe"


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=True)
def test_points_pay_as_the_page_says():
    """E-75 to E-78: the four calls of the page, one after the other."""
    call_command(
        *("create_program", "--slug", "cafe", "--name", "Café", "--zone", "Europe/Kyiv"),
        *("--currency", "EUR", "--preset", "cafe"),
        stdout=io.StringIO(),
    )
    cafe = Program.objects.get(slug="cafe")
    a_member(cafe, points=3250)
    shop, given = a_shop(cafe), {}
    page = (DOCS / "how-to" / "pay-with-points.md").read_text(encoding="utf-8")

    answers = []
    for call in re.findall(r"^ {4}curl (?:.|\n)*?'$", page, flags=re.MULTILINE):
        for name, value in given.items():
            call = call.replace(name, value)
        path, headers, body = request_in(call)
        answers.append(shop.post(path, body, key=headers.get("Idempotency-Key")))
        assert answers[-1].status_code in {200, 201}, answers[-1].json()
        given.setdefault("QUOTE", answers[0].json()["id"])
        if len(answers) == 2:
            given["HOLD"] = answers[-1].json()["id"]

    quote, _hold, _captured, paid = (answer.json() for answer in answers)
    assert quote["to_pay"] == {"amount": 4990, "currency": "EUR"}
    assert paid["results"]["quote"]["used"] is True
    assert [
        each["points"] for each in paid["results"]["points"] if each["currency"] == "stars"
    ] == [37]


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=True)
def test_rewards_work_as_the_page_says():
    """W-14, W-20, W-37, W-51, W-72, W-24: the calls of the page, one after the other."""
    call_command(
        *("create_program", "--slug", "cafe", "--name", "Café", "--zone", "Europe/Kyiv"),
        *("--currency", "EUR", "--preset", "cafe"),
        stdout=io.StringIO(),
    )
    cafe = Program.objects.get(slug="cafe")
    ada = a_member(cafe, points=1500)
    shop, given, answers = a_shop(cafe), {}, []
    page = (DOCS / "how-to" / "rewards-vouchers-and-gift-cards.md").read_text(encoding="utf-8")

    for call in re.findall(r"^ {4}curl -X POST (?:.|\n)*?'$", page, flags=re.MULTILINE):
        for name, value in given.items():
            call = call.replace(f'"{name}"', f'"{value}"').replace(f"/{name}/", f"/{value}/")
        path, headers, body = request_in(call)
        answer = shop.post(path, body, key=headers.get("Idempotency-Key"))
        assert answer.status_code in {200, 201}, (path, answer.json())
        answers.append(answer.json())
        given.setdefault("CODE", (answers[0]["voucher"] or {}).get("code"))
        if path == "/v1/gift-cards":
            given |= {"CARD": answers[-1]["code"], "PIN": answers[-1]["pin"]}
        given["REDEMPTION"] = answers[-1]["id"]

    bought, seen, _kept, used, _card, paid, gift, _again, undone = answers
    assert (bought["points"], seen["discount"]["amount"]) == (500, 500)
    assert (used["status"], paid["amount"]["amount"], gift["points"]) == ("redeemed", 1850, 0)
    assert (undone["status"], undone["given_back"]["available"]) == ("cancelled", 100)
    assert Account.objects.get(member=ada, currency__slug="stars").available == 1000
    catalogue = shop.get("/v1/rewards?member=ext:ada").json()["data"]
    assert {each["slug"]: each["affordable"] for each in catalogue}["five-off"] is True


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=True)
def test_friends_are_brought_as_the_page_says():
    """R-17, R-21, R-24, R-25: every call of the page in its order, and two weeks by the test clock."""
    call_command(
        *("create_program", "--slug", "cafe", "--name", "Café", "--zone", "Europe/Kyiv"),
        *("--currency", "EUR", "--preset", "cafe", "--test"),
        stdout=io.StringIO(),
    )
    cafe = Program.objects.get(slug="cafe")
    a_member(cafe)
    shop, given, answers = a_shop(cafe), {}, []
    page = (DOCS / "how-to" / "bring-friends.md").read_text(encoding="utf-8")

    for call in re.findall(r"^ {4}curl (?:.+\n)+", page, flags=re.MULTILINE):
        for name, value in given.items():
            call = call.replace(name, value)
        answers.append(sent(shop, call))
        assert answers[-1].status_code in {200, 201}, answers[-1].json()
        deliver_until_idle(program_id=cafe.pk)
        given.setdefault("CODE", answers[0].json().get("code"))
        if "data" in answers[-1].json():
            (listed,) = answers[-1].json()["data"]
            assert listed["state"] == "pending"
            given["REFERRAL"] = listed["id"]

    assert answers[-1].json()["state"] == "approved"
    assert {each["state"] for each in answers[-1].json()["rewards"]} == {"granted"}


@time_machine.travel("2026-11-21T12:00:00+00:00", tick=True)
def test_members_play_as_the_page_says():
    """G-21, G-37, G-35, G-83, G-102: every call of the page in its order."""
    call_command(
        *("create_program", "--slug", "cafe", "--name", "Café", "--zone", "Europe/Kyiv"),
        *("--currency", "EUR", "--preset", "cafe"),
        stdout=io.StringIO(),
    )
    cafe = Program.objects.get(slug="cafe")
    ada = a_member(cafe)
    shop, answers = a_shop(cafe), []
    page = (DOCS / "how-to" / "play-badges-and-boards.md").read_text(encoding="utf-8")

    for call in re.findall(r"^ {4}curl (?:.+\n)+", page, flags=re.MULTILINE):
        answers.append(sent(shop, call))
        assert answers[-1].status_code in {200, 201}, answers[-1].json()
        deliver_until_idle(program_id=cafe.pk)

    _draft, _live, _order, held, why, _return, left, board = (each.json() for each in answers)
    assert states_of(held) == {"bronze": "active", "silver": "active"}
    assert states_of(left) == {"bronze": "active", "silver": "revoked"}
    assert ([each["target"] for each in why["reached"]], why["near_misses"]) == ([3, 10], [])
    assert (board["me"]["score"], board["me"]["rank"]) == (8, 1)
    won = PrizeGrant.objects.get(program=cafe, member_id=ada.pk, item="silver")
    assert (won.state, won.amount, won.recovered) == ("reversed", 50, 50)


def states_of(told):
    """Tier by tier of the page's badge."""
    (badge,) = [each for each in told["data"] if each["slug"] == "coffee-friend"]
    return {each["tier"]: each["state"] for each in badge["awards"]}


def sent(shop, call):
    """The call, with a body or without."""
    words = shlex.split(call)
    pairs = dict(itertools.pairwise(words))
    headers = dict(value.split(": ", 1) for o, value in itertools.pairwise(words) if o == "-H")
    address = next(word for word in words if word.startswith("http://"))
    body = json.loads(pairs["-d"]) if "-d" in pairs else None
    path, key = "/" + address.split("/", 3)[3], headers.get("Idempotency-Key")
    return shop.call(pairs.get("-X", "GET"), path, body=body, key=key)


def typed(line):
    """Run one command as a shell would."""
    command, _, file = line.partition(" > ")
    out = io.StringIO()
    call_command(*shlex.split(command), stdout=out)
    if file:
        Path(file).write_text(out.getvalue(), encoding="utf-8")


def request_in(text):
    """Path, headers and body of the page's `curl`."""
    typed_words = shlex.split(re.search(r"curl (?:.|\n)*?'$", text, flags=re.MULTILINE)[0])
    address = next(word for word in typed_words if word.startswith("http://"))
    pairs = list(itertools.pairwise(typed_words))
    headers = dict(value.split(": ", 1) for option, value in pairs if option == "-H")
    body = json.loads(next(value for option, value in pairs if option == "-d"))
    return "/" + address.split("/", 3)[3], headers, body
