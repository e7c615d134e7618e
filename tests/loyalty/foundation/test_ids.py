"""Ids: opaque, prefixed, in the order of their making."""

import uuid

import pytest

from loyalty.foundation.ids import new_id, read_id, shown
from loyalty.foundation.refusals import NotFound


def test_an_id_is_shown_with_its_prefix_and_read_back():
    told = uuid.UUID("01932f6e-7c00-7000-8000-00000000002a")

    assert shown("mem", told) == "mem_01jcqpwz00e00800000000001a"
    assert read_id("mem", shown("mem", told)) == told


def test_later_ids_sort_later_in_both_forms():
    ids = [new_id() for _ in range(1000)]

    assert sorted(ids) == ids
    assert sorted(shown("evt", one) for one in ids) == [shown("evt", one) for one in ids]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mem_",
        "mem",
        "evt_01jcqpwz000000000000000000",
        "mem_01jcqpwz0000000000000000000",
        "mem_u1jcqpwz000000000000000000",
        "mem_81jcqpwz000000000000000000",
        "mem_01JCQPWZ000000000000000000",
        "01932f6e-7c00-7000-8000-00000000002a",
    ],
)
def test_anything_else_is_not_found(text):
    """S-2: malformed and foreign ids answer alike."""
    with pytest.raises(NotFound):
        read_id("mem", text)
