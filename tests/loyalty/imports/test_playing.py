"""The demo: a café whose purchases are played day by day."""

import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from loyalty.events.models import Event
from loyalty.imports import playing, purchases
from loyalty.imports.purchases import made_up_log, read_log, write_events
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.rewards.models import Redemption
from tests.world.programs import a_program

LOG = """ 00004 0001 19970101  2   29.33
 00004 0001 19970118  2   29.73
 00021 0002 19970101  3   63.34
 00021 0002 19970101  1   11.77
"""


def a_wheel(tmp_path):
    path = tmp_path / "log.whl"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(purchases.SAMPLE, LOG)
    return path


def events_of(tmp_path, log):
    path = tmp_path / "events.jsonl"
    write_events(log, path=path, zone="Europe/Kyiv", source="cdnow")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_purchases_become_events_in_order_of_time(tmp_path):
    events = events_of(tmp_path, read_log(a_wheel(tmp_path), large=False))

    assert [event["member"] for event in events][-1] == "ext:00004"
    assert sorted(event["source_id"] for event in events) == [
        "00004-19970101-1",
        "00004-19970118-1",
        "00021-19970101-1",
        "00021-19970101-2",
    ]
    assert [event["occurred_at"] for event in events] == sorted(e["occurred_at"] for e in events)
    for event in events:
        lines = event["data"]["lines"]
        assert sum(line["amount"] for line in lines) == event["data"]["total"]
    assert {event["data"]["total"] for event in events} == {2933, 2973, 6334, 1177}


def test_the_made_up_log_is_the_same_everywhere(tmp_path):
    first, again = made_up_log(), made_up_log()

    assert first == again
    assert len({purchase.customer for purchase in first}) == 150
    assert all(purchase.cents > 0 for purchase in first)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_demo_plays_goes_on_and_stays(tmp_path, monkeypatch, settings):
    """Offline a small made-up log is played; played again, nothing is added."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(playing, "fetch_wheel", lambda folder: None)
    january = [each for each in made_up_log() if each.day < date(1997, 1, 20)]
    monkeypatch.setattr(playing, "made_up_log", lambda: january)
    monkeypatch.setattr(playing, "ENDS_AT", datetime(1997, 1, 21, 9, tzinfo=UTC))
    monkeypatch.setattr(playing, "_sequels", [])
    told = []
    for _time in range(2):
        out, err = io.StringIO(), io.StringIO()
        call_command("play_demo", json=True, stdout=out, stderr=err)
        assert "could not be fetched" in err.getvalue()
        told.append(json.loads(out.getvalue()))

    assert told[0] == told[1]
    assert told[0]["events"] == Event.objects.count() == len(january)
    assert told[0]["members"] == Member.objects.count()
    assert sum(told[0]["tiers"].values()) == told[0]["members"]
    assert told[0]["redemptions"] == Redemption.objects.count()
    states = set(Redemption.objects.values_list("state", "is_waiting"))
    assert states >= {("issued", False), ("fulfilled", False), ("cancelled", False)}
    assert Program.objects.get().test_now == playing.ENDS_AT
    assert Entry.objects.filter(kind="earn").exists()
    assert oct((tmp_path / "demo" / "logins.json").stat().st_mode)[-3:] == "600"


@pytest.mark.django_db(transaction=True)
def test_the_demo_adds_to_no_other_cafe(tmp_path, monkeypatch, settings):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(playing, "fetch_wheel", lambda folder: None)
    a_program("cafe")

    with pytest.raises(CommandError):
        call_command("play_demo", stderr=io.StringIO())

    assert not Event.objects.exists()
