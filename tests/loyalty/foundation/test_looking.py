"""Looking: what is remembered while a page is put together, and what is read anew because it is being written."""

import pytest

from loyalty.foundation.database.looking import asked_once, one_hearing, one_look, seen_once

_table = {"decided": 1, "had": 1}


@asked_once
def decided():
    return _table["decided"]


@seen_once
def had():
    return _table["had"]


@pytest.fixture(autouse=True)
def table():
    _table.update(decided=1, had=1)


@pytest.mark.parametrize(("around", "told"), [(one_look, (1, 1)), (one_hearing, (1, 2))])
def test_read_write_read(around, told):
    """U-51, G-105: a page remembers both; a batch what staff decide alone; without either everything is read."""
    with around():
        assert (decided(), had()) == (1, 1)
        _table.update(decided=2, had=2)
        assert (decided(), had()) == told
    assert (decided(), had()) == (2, 2)


def test_a_batch_inside_a_page_forgets_what_the_page_saw():
    """A look ends where another begins, and goes on behind it."""
    with one_look():
        assert had() == 1
        _table["had"] = 2
        with one_hearing():
            assert had() == 2
        assert had() == 1
