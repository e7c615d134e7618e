"""Imports over the wire (E-85 to E-89): the same functions as the admin and the command line."""

import io
import json

import pytest

from loyalty.imports.models import Import, ImportPart
from loyalty.jobs.ticking import tick_until_idle
from loyalty.members.models import Member
from tests.contracts.document import check_answer
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.imports import a_table, a_workbook, checked, sent, some_lines

pytestmark = pytest.mark.django_db
FILE = a_table("external_id,email", "ada,ada@example.org", "grace,", "bad,no address")


@pytest.fixture
def shop():
    return a_shop(a_cafe())


def test_a_file_comes_in_is_checked_started_and_undone(shop):
    """The whole way, each answer as the description says it."""
    told = sent(shop, FILE, kind="members")
    assert (told.status_code, told.json()["state"]) == (201, "checking")
    path = f"/v1/imports/{told.json()['id']}"
    tick_until_idle()
    ready = shop.get(path).json()
    assert (ready["state"], ready["rows"]) == ("ready", 3)
    assert ready["preview"] == {
        "new": 2,
        "already_there": 0,
        "refused": 1,
        "points": [],
        "money": [],
    }
    assert [row["number"] for row in ready["first_refused"]] == [4]

    shop.post(f"{path}/start", key="start")
    tick_until_idle()

    done = shop.get(path).json()
    assert (done["state"], done["outcome"]) == ("done", ready["preview"])
    rows = shop.get(f"{path}/rows?status=taken&limit=1").json()
    assert [row["number"] for row in rows["data"]] == [3]
    assert shop.get(f"{path}/rows?status=taken&cursor={rows['next']}").json()["next"] is None
    report = shop.get(f"{path}/report")
    assert b"".join(report.streaming_content).decode().splitlines() == [
        "row,status,code,sentence",
        "2,taken,,",
        "3,taken,,",
        "4,refused,malformed,email: Enter a valid email address.",
    ]
    refused = shop.get(f"{path}/report?refused=true", headers={"Accept": "text/csv"})
    assert (
        b"".join(refused.streaming_content).decode().splitlines()[1].startswith("bad,no address,4,")
    )
    assert [each["id"] for each in shop.get("/v1/imports").json()["data"]] == [done["id"]]
    undone = shop.post(f"{path}/undo", {"note": "Wrong list"}, key="undo")
    assert (undone.status_code, undone.json()["state"]) == (202, "undoing")
    tick_until_idle()
    assert shop.get(path).json()["undone"]["undone"] == 2
    assert not Member.objects.exclude(external_id=None).exists()


def test_the_same_key_sends_a_file_once(shop):
    """V-4: the digest of the file stands for it; another file under the key is refused."""
    first, again = sent(shop, FILE, kind="members"), sent(shop, FILE, kind="members")
    other = sent(shop, FILE + b"mary,\r\n", kind="members")

    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Import.objects.count() == 1


def test_lines_may_be_the_body_itself(shop):
    """JSON lines need no form: what is said besides stands in the address."""
    answer = shop.client.generic(
        "POST",
        "/v1/imports?kind=members",
        data=some_lines({"external_id": "ada"}),
        content_type="application/x-ndjson",
        headers=shop._headers("lines"),
    )
    check_answer("POST", "/v1/imports", answer)
    rehearsed = sent(shop, a_workbook(["external_id"], ["ada"]), kind="members", key="other")

    assert (answer.status_code, answer.json()["format"]) == (201, "jsonl")
    assert rehearsed.json()["format"] == "xlsx"


@pytest.mark.parametrize(
    ("told", "content", "code"),
    [
        ({"kind": "members"}, a_table("external_id,shoe", "ada,41"), "import_columns"),
        ({"kind": "members", "columns": "[1]"}, FILE, "malformed"),
        ({"kind": "members", "columns": "{"}, FILE, "malformed"),
        ({"kind": "sheep"}, FILE, "malformed"),
        ({"kind": "members", "as_": "earn"}, FILE, "malformed"),
        ({"kind": "events", "as_": "gift"}, FILE, "malformed"),
        ({"kind": "codes", "pool": "x"}, a_table("code", "A"), "malformed"),
        ({"kind": "members", "colour": "red"}, FILE, "malformed"),
        ({"kind": "members"}, b"\xff\xfe", "import_file_unreadable"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_once(shop, told, content, code):
    """E-85, S-49: nothing is kept."""
    answer = sent(shop, content, **told)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Import.objects.exists()
    assert not ImportPart.objects.exists()


def test_a_form_without_a_file_is_malformed(shop):
    answer = shop.client.post("/v1/imports", {"kind": "members"}, headers=shop._headers("none"))
    check_answer("POST", "/v1/imports", answer)

    assert answer.json()["errors"][0]["pointer"] == "/file"


def test_a_dry_run_keeps_nothing(shop):
    """Columns are looked at, and the answer says that it is simulated."""
    answer = shop.client.post(
        "/v1/imports?dry_run=true",
        {"kind": "members", "columns": json.dumps({"mail": "email"}), "file": _file()},
        headers=shop._headers(None),
    )
    check_answer("POST", "/v1/imports", answer)

    assert (answer.status_code, answer.json()["simulated"]) == (200, True)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("deed", "code"),
    [("start", "import_not_ready"), ("stop", "import_not_ready"), ("undo", "import_not_undoable")],
)
def test_a_state_that_does_not_fit_is_a_conflict(shop, deed, code):
    """409."""
    path = f"/v1/imports/{sent(shop, FILE, kind='members').json()['id']}"

    answer = shop.post(f"{path}/{deed}", {} if deed == "undo" else None, key=deed)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_file_that_is_too_large_is_413(shop, monkeypatch):
    """S-49."""
    monkeypatch.setattr("loyalty.imports.files.sniffing.FILE_BYTES_MAX", 10)

    assert sent(shop, FILE, kind="members").json()["code"] == "import_too_large"


def _file():

    file = io.BytesIO(a_table("external_id,mail", "ada,ada@example.org"))
    file.name = "file.csv"
    return file


def test_refused_json_lines_come_back_as_json_lines():
    """E-87: the file of refused rows says what it is."""
    cafe = a_cafe()
    shop = a_shop(cafe)
    run = checked(cafe, "members", some_lines({"external_id": "bad", "email": "no address"}))

    refused = shop.get(f"/v1/imports/{run.shown_id}/report?refused=true")

    assert refused.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert b'"bad"' in b"".join(refused.streaming_content)
