"""Points bear the programme's own name, in the form for so many; and the sentences that everybody meets, word by word."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from loyalty.events.kept.usual import usual_points_of_an_order
from loyalty.programs.models import PointCurrency
from loyalty.programs.texts import counted
from tests.portal.visiting import a_browser, page_of, the_seen
from tests.world.earning import a_published_rule
from tests.world.events import an_order, taken
from tests.world.programs import STARS, currency_of
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
NB = "\N{NO-BREAK SPACE}"
POINTS = {
    "en": {"one": "point", "other": "points"},
    "uk": {"one": "бал", "few": "бали", "many": "балів", "other": "бала"},
    "ar": {"zero": "نقطة", "one": "نقطة", "two": "نقطتان", "few": "نقاط", "many": "نقطة", "other": "نقطة"},
    "fa": {"other": "امتیاز"},
}  # fmt: skip
COUNTS = [0, 1, 2, 3, 5, 11, 14, 21, 22, 25, 99, 100, 101, 102, 103, 111, 1_000]
BALANCE = {
    "en": "You have 1,250 points. 250 more for free delivery.",
    "uk": f"У вас 1{NB}250 балів. Ще 250 – і доставка безкоштовна.",
    "ar": "لديك 1,250 نقطة. تبقّت 250 نقطة للتوصيل المجاني.",
    "fa": "۱٬۲۵۰ امتیاز دارید. با ۲۵۰ امتیاز دیگر، ارسال رایگان می‌شود.",
}
NOTHING = {
    "en": "Nothing here yet. Your first order earns about 40 points.",
    "uk": "Поки що порожньо. Перше замовлення дасть близько 40 балів.",
    "ar": "لا شيء هنا بعد. طلبك الأول يُكسبك نحو 40 نقطة.",
    "fa": "هنوز چیزی نیست. اولین سفارش حدود ۴۰ امتیاز دارد.",
}
REFUSED = {
    "en": "You need 180 more points. Nothing was taken.",
    "uk": "Бракує 180 балів. Нічого не списано.",
    "ar": "تحتاج إلى 180 نقطة أخرى. لم يُخصم شيء.",
    "fa": "۱۸۰ امتیاز دیگر لازم است. چیزی کم نشد.",
}
AGAIN = {
    "en": "We could not finish. Your points are safe. Please try again.",
    "uk": "Не вдалося завершити. Ваші бали в безпеці. Спробуйте ще раз.",
    "ar": "لم نتمكّن من الإتمام. نقاطك محفوظة. حاول مرة أخرى.",
    "fa": "کار تمام نشد. امتیازهای شما محفوظ است. دوباره تلاش کنید.",
}
YESTERDAY = timezone.now() - timedelta(days=1)


@pytest.fixture
def cafe():
    shipping = a_reward("delivery", kind="free_shipping", terms={}, price=1_500)
    told = [STARS | {"name": {"en": "Points"}, "counted": POINTS}]
    cafe = a_cafe(shipping, currencies=told, when=YESTERDAY - timedelta(days=400))
    a_published_rule(cafe)
    return cafe


def seen_by(member, name, language):
    """The words of this page, as they are read: marks that only keep pieces together are not."""
    text = a_browser(member, language=language).get(page_of(member.program, name)).text
    return as_read(text)


def as_read(text):
    """Without blanks: marks stand where the reader sees none."""
    return re.sub(r"[\s\u2066-\u2069]", "", the_seen(text))


@pytest.mark.parametrize("language", BALANCE)
class TestTheSentencesThatEverybodyMeets:
    def test_the_balance_and_what_it_is_for(self, cafe, language):
        """U-60, U-3."""
        ada = a_guest(cafe, 1_250, when=YESTERDAY)

        assert as_read(BALANCE[language]) in seen_by(ada, "", language)

    def test_nothing_yet(self, cafe, language):
        """U-60: the middle of what orders brought; of fewer than twenty nobody says a number."""
        a_guest(cafe, 0, when=YESTERDAY)
        for number in range(20):
            if number == 19:
                assert usual_points_of_an_order(cafe) is None
            order = an_order(f"o-{number}", total=4_200 if number else 90_000, at=YESTERDAY)
            taken(cafe, order, at=YESTERDAY)
        newcomer = a_guest(cafe, 0, name="grace", when=YESTERDAY)

        for name in ("", "statement"):
            seen = seen_by(newcomer, name, language)
            assert as_read(NOTHING[language]) in seen

    def test_refused(self, cafe, language):
        """U-60, U-4."""
        ada = a_guest(cafe, 1_320, when=YESTERDAY)

        answer = a_browser(ada, language=language).post(
            page_of(cafe, "rewards/delivery"), {"key": "k", "points": "1500"}
        )

        assert answer.status_code == 422
        assert as_read(REFUSED[language]) in as_read(answer.text)

    def test_try_again(self, cafe, language):
        """U-60."""
        with translation.override(language):
            told = translation.gettext(AGAIN["en"])

        assert told == AGAIN[language]


class TestCounting:
    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("en", "points point points points points points points points points points points points points points points points points"),
            ("uk", "балів бал бали бали балів балів балів бал бали балів балів балів бал бали бали балів балів"),
            ("ar", "نقطة نقطة نقطتان نقاط نقاط نقطة نقطة نقطة نقطة نقطة نقطة نقطة نقطة نقطة نقاط نقطة نقطة"),
            ("fa", " ".join(["امتیاز"] * len(COUNTS))),
        ],
    )  # fmt: skip
    def test_takes_the_form_of_the_number(self, language, told):
        """U-3, U-64: as the CLDR has it."""
        assert " ".join(counted(POINTS, each, language=language) for each in COUNTS) == told

    def test_without_forms_the_name_stands_there(self):
        plain = PointCurrency(name={"en": "Stars", "uk": "Зірки"}, counted={"en": POINTS["en"]})

        with translation.override("uk"):
            assert plain.unit(5) == "Зірки"
        with translation.override("en"):
            assert (plain.unit(1), plain.unit(5)) == ("point", "points")

    def test_the_document_tells_and_keeps_them(self, cafe):
        """U-3: a form for all the rest is demanded of each language."""
        assert currency_of(cafe).counted == POINTS

    def test_the_statement_says_them_alike(self, cafe):
        """U-3: one is no plural; sentence and amount beside it."""
        ada = a_guest(cafe, 1, when=YESTERDAY)

        assert "1pointearned." in seen_by(ada, "statement", "en")
        assert "Нараховано:1бал." in seen_by(ada, "statement", "uk")
