"""V-44, S-61, S-63: one line per request, an id on every answer, no secret in any line."""

import json
import logging

import pytest
import structlog
from django.db import connection

from config import logs
from config.tracing import Queries, counting
from loyalty.foundation.database import deadlines


@pytest.fixture
def lines(capsys):
    """What the log says, each line read."""
    said = []
    handler = logging.StreamHandler()
    shape = logs.logging_settings("INFO")["formatters"]["json"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=shape["processors"], foreign_pre_chain=shape["foreign_pre_chain"]
        )
    )
    handler.emit = lambda record: said.append(json.loads(handler.format(record)))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


def test_an_answer_carries_the_id_that_came_in(client):
    assert client.get("/livez", headers={"X-Request-Id": "till-7"})["X-Request-Id"] == "till-7"


@pytest.mark.parametrize("told", ["", "with space", "x" * 65, "<script>"])
def test_a_strange_id_is_replaced(client, told):
    answered = client.get("/livez", headers={"X-Request-Id": told})["X-Request-Id"]

    assert len(answered) == 32
    assert answered != told


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_route_and_cost(client, lines):
    client.get(
        "/v1/members?email=ada@cafe.example",
        headers={
            "X-Request-Id": "till-7",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
    )

    (line,) = [line for line in lines if line["logger"] == "wafa.requests"]
    assert {name: line[name] for name in ("message", "level", "request_id", "trace_id")} == {
        "message": "request",
        "level": "info",
        "request_id": "till-7",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }
    assert line["status"] == 401
    assert {"route", "ms", "db_ms", "queries", "time"} <= line.keys()
    assert "ada@" not in json.dumps(lines)


def test_probes_are_silent(client, lines):
    """V-42."""
    client.get("/livez")

    assert lines == []


@pytest.mark.parametrize(
    "secret",
    [
        "wafa_sk_live_0123456789abcdef",
        "wafa_pk_test_0123456789abcdef",
        "whsec_" + "Q9" * 16,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.dGhlIHNpZ25hdHVyZQ",
    ],
)
def test_credentials_are_blackened_wherever_they_stand(lines, secret):
    logging.getLogger("shop").warning("told %s", secret)
    structlog.get_logger("shop").warning("told", by=f"Bearer {secret}")
    try:
        raise ValueError(secret)
    except ValueError:
        logging.getLogger("shop").exception("broke")

    assert len(lines) == 3
    assert secret not in json.dumps(lines)
    assert json.dumps(lines).count("[secret]") >= 3


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_meanwhile_keeps_its_guard_and_no_counter_stays():
    """V-27: a guard that went with the first request would leave a frozen server unguarded."""
    connection.close()
    connection.execute_wrappers.clear()

    with counting(Queries()):
        connection.ensure_connection()

    assert connection.execute_wrappers == [deadlines._guard]
