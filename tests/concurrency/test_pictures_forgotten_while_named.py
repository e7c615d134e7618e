"""A reward is about to name an old picture while the nightly job takes away what nobody names (S-47, W-2)."""

import threading
from datetime import timedelta
from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.pictures import naming
from loyalty.pictures.keeping import forget_unnamed
from loyalty.pictures.models import Picture
from loyalty.rewards.catalogue import publishing
from loyalty.rewards.models import RewardRevision
from tests.world.pictures import a_picture
from tests.world.programs import OPENED_AT, a_program
from tests.world.racing import PATIENCE_SECONDS, at_once
from tests.world.rewards import a_reward, offered

pytestmark = pytest.mark.django_db(transaction=True)
MONTH_LATER = OPENED_AT + timedelta(days=31)


def named_while_forgetting(monkeypatch):
    """The job runs from end to end after the reward has looked for its picture, and before it is kept."""
    cafe = a_program()
    name = a_picture(cafe).shown_id
    looked, forgotten = threading.Event(), threading.Event()
    demand = publishing.demand_pictures

    def look_and_wait(**told):
        demand(**told)
        looked.set()
        forgotten.wait(PATIENCE_SECONDS)

    def forget():
        looked.wait(PATIENCE_SECONDS)
        run(partial(forget_unnamed, after=None, at=MONTH_LATER))
        forgotten.set()

    monkeypatch.setattr(publishing, "demand_pictures", look_and_wait)
    reward = a_reward(image={"en": name})
    outcomes = at_once(partial(offered, cafe, reward, when=MONTH_LATER), forget)

    named = [each.definition["image"]["en"] for each in RewardRevision.objects.all()]
    return outcomes, named == [name], Picture.objects.exists()


def test_it_stays(monkeypatch):
    """S-47: whoever names a picture holds it."""
    assert named_while_forgetting(monkeypatch) == (["done", "done"], True, True)


def test_it_would_be_gone_if_nobody_held_it(monkeypatch):
    """Control: without the lock the reward names a picture that is no more."""
    monkeypatch.setattr(naming, "_HELD", naming._HELD.replace("FOR KEY SHARE", ""))

    assert named_while_forgetting(monkeypatch) == (["done", "done"], True, False)
