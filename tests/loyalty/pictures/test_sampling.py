"""The demo's café wears pictures of our own."""

import pytest
from django.test import Client

from loyalty.imports.playing import open_cafe
from loyalty.pictures.models import Picture
from tests.world.access import a_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_reward_and_badge_of_the_sample_has_one():
    """And each can be fetched."""
    shop = a_shop(open_cafe(digest=b"x"))

    rewards, badges = (shop.get(f"/v1/{name}").json()["data"] for name in ("rewards", "badges"))
    tiers = [tier for badge in badges for tier in badge["tiers"]]

    named = [each["image"]["en"] for each in rewards] + [each["image"] for each in tiers]
    assert len(set(named)) == len(named) == Picture.objects.count() == 7
    for address in named:
        assert Client().get("/pictures/" + address.rpartition("/")[2]).status_code == 200
