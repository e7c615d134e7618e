"""Every page of the address book is looked at in a browser, or it is said why not."""

from portal.urls import urlpatterns
from tests.e2e.pages import NOT_READ, OF_GUESTS, OF_MEMBERS


def test_every_page_is_on_the_list_of_those_that_are_looked_at():
    """U-52: whoever adds a page adds it to `tests/e2e/pages.py`."""
    listed = {*OF_MEMBERS, *OF_GUESTS, *NOT_READ}

    assert {each.name for each in urlpatterns} == listed
    assert not set(NOT_READ) & {*OF_MEMBERS, *OF_GUESTS}
