"""A programme's own look: readable whatever is told, one sheet by its digest, a logo of our own writing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from loyalty.pictures.refusals import PictureRefused
from portal.themes.colours import CONTRAST_MIN, contrast, lifted
from portal.themes.kinds import Corner, Scheme
from portal.themes.logos import BYTES_MAX, rewritten, shown_size
from portal.themes.models import Theme
from portal.themes.palettes import lifts_of, palette, stylesheet
from portal.themes.theming import ColourInvalid, Look, dress
from tests.portal.visiting import page_of
from tests.world.access import a_staff
from tests.world.pictures import a_file
from tests.world.programs import a_program

NOW = timezone.now()
HARD = ["#ffffff", "#000000", "#ffd400", "#0000ff", "#7f7f7f", "#00ff00", "#ff69b4"]


def a_logo(colour, *, ground=None, size=(640, 120)):
    """A disc of this colour on a clear ground, or on this one."""
    if ground is None:
        return a_file("PNG", size, mode="RGBA", colour=colour)
    return a_file("PNG", size, mode="RGB", colour=colour)


class TestColours:
    @pytest.mark.parametrize("is_dark", [False, True])
    @pytest.mark.parametrize("told", HARD)
    def test_are_lifted_until_they_can_be_read(self, told, is_dark):
        """U-69, U-5: text and buttons of this colour, on cards and on the page; and the ink upon it."""
        theme = Theme(main=told, accent=told, corner=Corner.SOFT, scheme=Scheme.BOTH)

        worn = palette(theme, is_dark=is_dark)

        for ground in ("card", "paper"):
            assert contrast(worn["brand"], worn[ground]) >= CONTRAST_MIN
            assert contrast(worn["accent"], worn[ground]) >= CONTRAST_MIN
        assert contrast(worn["brand-ink"], worn["brand"]) >= CONTRAST_MIN

    def test_stand_apart_as_wcag_counts(self):
        assert round(contrast("#000000", "#ffffff"), 2) == 21
        assert round(contrast("#767676", "#ffffff"), 2) == 4.54

    def test_that_can_be_read_stay(self):
        assert lifted("#0f5c5a", on=["#ffffff"], is_dark=False) == "#0f5c5a"

    def test_that_were_lifted_are_told(self):
        """U-69: which, on what, and by how much."""
        theme = Theme(main="#ffd400", accent="#0f5c5a", corner="soft", scheme=Scheme.LIGHT)

        (lift,) = lifts_of(theme)

        assert (lift.told, lift.is_dark, lift.before) == ("#ffd400", False, 1.4)
        assert lift.after >= CONTRAST_MIN


class TestTheSheet:
    @pytest.mark.parametrize(
        ("scheme", "told", "media"),
        [("both", "light dark", 1), ("light", "light", 0), ("dark", "dark", 0)],
    )
    def test_is_variables_and_nothing_else(self, scheme, told, media):
        """U-69: no custom CSS; light and dark as chosen."""
        sheet = stylesheet(Theme(main="#0f5c5a", accent="#1d6fd8", corner="round", scheme=scheme))

        assert f"color-scheme: {told};" in sheet
        assert sheet.count("@media") == media
        assert "--corner: 1.5rem;" in sheet
        assert set(re.findall(r"^[^{]*", sheet)) <= {":root "}

    @pytest.mark.django_db(transaction=True)
    def test_is_kept_for_ever_under_its_digest(self):
        """U-69: pages name the state; another look has another address."""
        cafe = a_program()
        first = dress(program=cafe, look=Look(main="#0F5C5A", accent="#1d6fd8"), at=NOW).digest
        second = dress(program=cafe, look=Look(main="#aa0000", accent="#1d6fd8"), at=NOW).digest
        page = Client().get(page_of(cafe, "welcome")).text

        new, old = (Client().get(page_of(cafe, f"theme-{each}.css")) for each in (second, first))

        assert first != second
        assert page_of(cafe, f"theme-{second}.css") in page
        assert new["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (old.content, old["Cache-Control"]) == (new.content, "public, max-age=60")
        assert Client().get(page_of(a_program("plain"), "theme-x.css")).status_code == 404

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g", "url(x)"])
    def test_has_no_word_of_the_shop_in_it(self, colour):
        """S-46: a colour is six digits, in the rule and in the database."""
        cafe = a_program()
        dress(program=cafe, look=Look(main="#0f5c5a", accent="#1d6fd8"), at=NOW)

        with pytest.raises(ColourInvalid):
            dress(program=cafe, look=Look(main=colour, accent="#1d6fd8"), at=NOW)
        with (
            pytest.raises(IntegrityError, match="theme_colours_are_written_in_six_digits"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE portal_theme SET main = '#12345g'")

        assert Theme.objects.get().main == "#0f5c5a"


class TestLogos:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_are_written_anew_and_as_small_as_they_are_shown(self, kind):
        """S-47: what else a file may hide is seen in tests/attacks; three pixels of a phone for one of ours."""
        ours = rewritten(a_file(kind, (2000, 500)))

        assert ours.file.startswith(b"\x89PNG\r\n\x1a\n")
        assert (ours.width, ours.height) == (384, 96)
        assert len(ours.file) <= BYTES_MAX
        assert shown_size(ours.width, ours.height) == (128, 32)
        assert shown_size(20, 10) == (20, 10)

    @pytest.mark.parametrize("told", [b"", b"<svg/>", b"GIF89a"])
    def test_that_are_none_are_refused(self, told):
        """S-47"""
        with pytest.raises(PictureRefused):
            rewritten(told)

    @pytest.mark.parametrize(
        ("colour", "ground", "lost_on"),
        [
            ((0, 0, 0, 255), None, "dark"),
            ((10, 40, 60, 255), None, "dark"),
            ((255, 255, 255, 255), None, "light"),
            ((230, 240, 120, 255), None, "light"),
            ((200, 60, 40, 255), None, ""),
            ((0, 0, 0), "its own", ""),
        ],
        ids=["black", "navy", "white", "lemon", "red", "no clear part"],
    )
    def test_are_looked_at_on_both_grounds(self, colour, ground, lost_on):
        """U-69: what cannot be made out on dark or on light pages gets a plate there."""
        assert rewritten(a_logo(colour, ground=ground)).lost_on == lost_on

    @pytest.mark.parametrize(
        ("lost_on", "light", "dark"), [("dark", 0, 1), ("light", 1, 0), (None, 0, 0)]
    )
    def test_get_a_plate_where_they_would_be_lost(self, lost_on, light, dark):
        """U-69"""
        look = {"main": "#0f5c5a", "accent": "#1d6fd8", "corner": "soft", "logo_lost_on": lost_on}

        sheets = [stylesheet(Theme(scheme=scheme, **look)) for scheme in ("light", "dark", "both")]

        assert [sheet.count("--logo-plate") for sheet in sheets] == [light, dark, light + dark]

    @pytest.mark.django_db(transaction=True)
    def test_stand_on_the_page_until_taken_away(self):
        """Their size stands from the start, so nothing moves when they come."""
        cafe = a_program()
        look = {"main": "#0f5c5a", "accent": "#1d6fd8"}
        theme = dress(program=cafe, look=Look(**look, logo=a_logo((0, 0, 0, 255))), at=NOW)
        address = page_of(cafe, f"logo-{theme.logo_digest}.png")

        page = Client().get(page_of(cafe, "welcome")).text

        assert f'src="{address}" alt="" width="128" height="24"' in page
        assert Client().get(address)["Content-Type"] == "image/png"
        assert dress(program=cafe, look=Look(**look), at=NOW).logo_digest
        bare = dress(program=cafe, look=Look(**look, logo=b""), at=NOW)
        assert (bare.logo_lost_on, bare.logo_width) == (None, None)
        assert Client().get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
class TestTheForm:
    FORM = {"main": "#ffd400", "accent": "#1d6fd8", "corner": "round", "scheme": "both"}
    ADDRESS = "/admin/portal/theme/add/"

    def test_is_looked_at_before_it_is_kept(self):
        """U-69: four languages, and what was lifted."""
        browser = a_staff(a_program())

        seen = browser.post(self.ADDRESS, self.FORM | {"look": "1"})
        before = Theme.objects.count()
        kept = browser.post(self.ADDRESS, self.FORM | {"keep": "1"})

        assert seen.text.count('<svg width="240"') == 8
        assert "#ffd400 stands 1.4 : 1" in seen.text
        assert (before, kept.status_code, Theme.objects.get().corner) == (0, 302, "round")

    def test_refuses_what_is_no_picture(self):
        browser = a_staff(a_program())
        file = SimpleUploadedFile("logo.png", b"<svg/>", content_type="image/png")

        answer = browser.post(self.ADDRESS, self.FORM | {"keep": "1", "logo": file})

        assert "Send a PNG" in answer.text
        assert Theme.objects.count() == 0

    def test_keeps_the_logo_that_was_looked_at(self):
        """U-4: a browser sends a file once, so the look at it carries it on; forged, it is a file like any other."""
        cafe = a_program()
        browser = a_staff(cafe)
        file = SimpleUploadedFile("logo.png", a_logo((0, 0, 0, 255)))

        seen = browser.post(self.ADDRESS, self.FORM | {"look": "1", "logo": file}).text
        drawn = re.search(r'name="drawn" value="([^"]+)"', seen)[1]
        forged = browser.post(self.ADDRESS, self.FORM | {"keep": "1", "drawn": "PHN2Zy8+"}).text
        nothing = Theme.objects.count()
        browser.post(self.ADDRESS, self.FORM | {"keep": "1", "drawn": drawn})

        assert "Not kept yet." in seen
        assert seen.count('<image href="data:image/png;base64,') == 8
        assert "Send a PNG" in forged
        assert nothing == 0
        assert Theme.objects.get().logo_lost_on == "dark"
