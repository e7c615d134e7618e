"""What nobody names goes after thirty days; what stands in any revision stays; files never change."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.foundation.units import run
from loyalty.pictures.keeping import forget_unnamed
from loyalty.pictures.models import Picture
from loyalty.pictures.tasks import forget
from tests.loyalty.pictures.test_doors import a_badge
from tests.world.pictures import a_picture
from tests.world.programs import OPENED_AT, a_program, applied
from tests.world.rewards import a_reward

pytestmark = pytest.mark.django_db
MONTH_LATER = OPENED_AT + timedelta(days=31)


def forgotten(at):
    before = set(Picture.objects.values_list("title", flat=True))
    run(lambda: forget_unnamed(after=None, at=at))
    return before - set(Picture.objects.values_list("title", flat=True))


class TestForgetting:
    def test_takes_what_was_never_named(self):
        cafe = a_program()
        for number, title in enumerate(["old reward", "new reward", "badge", "word", "slip"], 10):
            a_picture(cafe, title, size=(number, 10))
        names = {each.title: each.shown_id for each in Picture.objects.all()}
        for title in ("old reward", "new reward"):
            reward = a_reward(image={"en": names[title]})
            applied({"program": {"slug": "corner-cafe"}, "rewards": [reward]})
        badges = [a_badge({"en": names["badge"], "fa": names["word"]})]
        applied({"program": {"slug": "corner-cafe"}, "badges": badges})

        early, late = forgotten(OPENED_AT + timedelta(days=29)), forgotten(MONTH_LATER)

        assert (early, late) == (set(), {"slip"})

    def test_spares_what_was_sent_again(self):
        cafe = a_program()
        a_picture(cafe)
        Picture.objects.update(came_at=MONTH_LATER)

        assert forgotten(MONTH_LATER + timedelta(days=29)) == set()

    def test_is_a_job_of_the_service(self):
        a_picture(a_program())

        assert run(lambda: forget(period="2026-02-01", cursor=None, at=MONTH_LATER)) is None
        assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("small = large", "pictures_do_not_change"),
        ("digest = gen_random_uuid()", "pictures_do_not_change"),
        ("width = 513", "pictures_do_not_change"),
    ],
)
def test_a_picture_never_changes(change, name):
    """Its address is kept for ever by browsers."""
    a_picture(a_program())

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _sql(f"UPDATE loyalty_picture SET {change}")


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("width", "513", "picture_fits_a_page"),
        ("height", "0", "picture_fits_a_page"),
        ("small", "decode(repeat('00', 8001), 'hex')", "picture_is_light"),
        ("large", "decode(repeat('00', 40001), 'hex')", "picture_is_light"),
        ("title", "'Twice'", "picture_comes_once"),
    ],
)
def test_the_database_refuses_alone(column, value, name):
    a_picture(a_program())
    columns = ["program_id", "digest", "title", "width", "height", "small", "large", "came_at"]
    told = ", ".join(value if each == column else each for each in columns)
    if name != "picture_comes_once":
        told = told.replace("digest", "gen_random_uuid()")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _sql(
            f"INSERT INTO loyalty_picture (id, {', '.join(columns)}) "
            f"SELECT gen_random_uuid(), {told} FROM loyalty_picture"
        )

    assert Picture.objects.count() == 1


def _sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)
