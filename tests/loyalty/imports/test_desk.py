"""The desk of imports: four steps, by the same rules (U-35, U-36)."""

import io

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.imports.models import Import
from loyalty.jobs.ticking import tick_until_idle
from loyalty.members.models import Member
from tests.world.access import a_staff
from tests.world.earning import a_cafe
from tests.world.imports import a_table, some_lines
from tests.world.members import a_member

pytestmark = pytest.mark.django_db
LIST = "/admin/loyalty/import/"


@pytest.fixture
def cafe():
    return a_cafe()


def uploaded(browser, content, *, kind, name="file.csv", **more):
    """Step 1; answers the page that follows."""
    file = io.BytesIO(content)
    file.name = name
    return browser.post(f"{LIST}add/", {"kind": kind, "file": file, **more}, follow=True)


def test_four_steps_bring_balances_in(cafe):
    """U-35: file, columns guessed, preview, run; then undo by two people."""
    boss = a_staff(cafe)
    a_member(cafe, "ada")
    file = a_table("Customer No;Balance;Valid until;Notes", "ada;100;2099-12-31;x", "nobody;5;;")

    columns = uploaded(boss, file, kind="balances")
    form = columns.context["form"]
    assert [form[name].initial for name in form.fields] == [
        "external_id",
        "points",
        "expires_on",
        "",
    ]
    assert form["column-1"].help_text == "100, 5"
    chosen = {name: form[name].initial for name in form.fields}
    page = boss.post(columns.redirect_chain[-1][0], chosen, follow=True)
    assert b"data-refresh" in page.content
    tick_until_idle()
    ready = boss.get(page.redirect_chain[-1][0])
    assert ready.context["preview"]["points"][0]["by_month"] == {"2099-12": 100}
    assert b"member_unknown" in ready.content
    assert b"Customer No: " in ready.content  # where the file calls it so
    run = Import.objects.get()
    boss.post(f"{LIST}{run.pk}/start/")
    tick_until_idle()

    done = boss.get(f"{LIST}{run.pk}/change/")
    assert done.context["outcome"] == ready.context["preview"]
    assert b"1.00 EUR" in done.content
    boss.post(f"{LIST}{run.pk}/undo/", {"note": "Wrong list"})
    assert Proposal.objects.get().note == "Wrong list"
    assert boss.get(f"{LIST}{run.pk}/rows/?status=taken").context["rows"][0].number == 2
    refused = b"".join(boss.get(f"{LIST}{run.pk}/refused/").streaming_content)
    assert refused.decode().splitlines()[1].startswith("nobody,5,,,3,member_unknown")


def test_columns_are_remembered(cafe):
    """U-35: the same headers mean the same next time, not what they look like."""
    boss = a_staff(cafe)
    file = a_table("number,email", "ada,x")
    page = uploaded(boss, file, kind="members")
    boss.post(page.redirect_chain[-1][0], {"column-0": "external_id", "column-1": ""})

    again = uploaded(boss, file, kind="members")

    form = again.context["form"]
    assert [form[name].initial for name in form.fields] == ["external_id", ""]


def test_what_is_wrong_stands_at_its_field(cafe):
    """U-4: a file that cannot be read, a required column left out, two that mean the same."""
    boss = a_staff(cafe)
    unreadable = uploaded(boss, b"\xff\xfe", kind="members")
    assert "UTF-8" in str(unreadable.context["form"].errors)
    page = uploaded(boss, a_table("a,b", "x,y"), kind="members")
    where = page.redirect_chain[-1][0]

    missing = boss.post(where, {"column-0": "", "column-1": ""})
    double = boss.post(where, {"column-0": "external_id", "column-1": "external_id"})

    assert "external_id" in str(missing.context["form"].errors)
    assert "column-1" in double.context["form"].errors
    assert Import.objects.exclude(state="uploaded").count() == 0


def test_lines_of_events_need_no_columns(cafe):
    boss = a_staff(cafe)

    uploaded(
        boss, some_lines({"type": "x"}), kind="events", name="events.jsonl", **{"as": "history"}
    )

    assert Import.objects.get().state == "checking"


def test_it_stops_and_goes_on(cafe, monkeypatch):
    """U-35: the buttons that fit the state, and refusals as messages."""
    monkeypatch.setattr("loyalty.imports.keeping.reading.ROWS_AT_ONCE_MAX", 1)
    boss = a_staff(cafe)
    page = uploaded(boss, a_table("external_id", "ada", "grace"), kind="members")
    boss.post(page.redirect_chain[-1][0], {"column-0": "external_id"})
    run = Import.objects.get()
    early = boss.post(f"{LIST}{run.pk}/start/", follow=True)
    assert b"This import is Being checked." in early.content
    tick_until_idle()
    boss.post(f"{LIST}{run.pk}/start/")

    stopped = boss.post(f"{LIST}{run.pk}/stop/", follow=True)
    tick_until_idle()
    assert b"Go on" in stopped.content
    assert not Member.objects.exists()
    boss.post(f"{LIST}{run.pk}/start/")
    tick_until_idle()

    assert Member.objects.count() == 2


@pytest.mark.parametrize("kind", ["members", "balances", "codes", "gift_cards", "events"])
def test_a_sample_of_each_kind_can_be_sent_back(cafe, kind):
    """U-36: its columns are those that the kind knows."""
    boss = a_staff(cafe)
    sample = b"".join(boss.get(f"{LIST}sample/{kind}/").streaming_content)

    assert len(sample.decode().splitlines()) == 2
    if kind == "members":
        page = uploaded(boss, sample, kind=kind)
        form = page.context["form"]
        assert all(form[name].initial for name in form.fields)


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("manager", 200), ("auditor", 403), ("support", 403)]
)
def test_who_may_bring_files_in(cafe, role, status):
    """S-21: auditors look, and send nothing."""
    assert a_staff(cafe, role).get(f"{LIST}add/").status_code == status


def test_foreign_imports_are_not_there(cafe):
    """S-2."""
    boss = a_staff(cafe)
    other = a_staff(a_cafe(slug="other-cafe"), username="other")
    uploaded(boss, a_table("external_id", "ada"), kind="members")
    run = Import.objects.get()

    for page in ("columns", "rows", "report", "refused"):
        assert other.get(f"{LIST}{run.pk}/{page}/").status_code == 404
    for deed in ("start", "stop", "undo"):
        assert other.post(f"{LIST}{run.pk}/{deed}/").status_code == 404
        assert boss.get(f"{LIST}{run.pk}/{deed}/").status_code == 404
