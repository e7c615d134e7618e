"""Developers read the API's reference on a page that asks nobody else's server."""

from playwright.sync_api import expect


def test_shows_every_door_without_a_complaint(visit):
    """S-44: the strict policy blocks nothing that the page needs; a blocked style would be a complaint."""
    developer = visit()

    developer.to("/docs/api")

    developer.page.locator("#operations-tag-events").click(timeout=60_000)
    expect(developer.page.get_by_text("/v1/events", exact=True).first).to_be_visible(timeout=60_000)
