from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone, translation

from apps.kit.dates import format_day, format_instant, format_length, format_range, format_span, format_time

ZONE = "America/Chicago"
START = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
END = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
LANGUAGES = ["en", "es", "zh-hans", "vi", "ar"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "5:30 pm"),
        ("es", "5:30 pm"),
        ("zh-hans", "17:30"),
        ("vi", "17:30"),
        ("ar", "5:30 م"),
    ],
)
def test_time_is_written_in_the_zone_and_the_language(language, expected):
    assert format_time(START, ZONE, language=language) == expected
    with translation.override(language):
        assert format_time(START, ZONE) == expected
        assert format_time(time(17, 30)) == expected


@pytest.mark.parametrize(
    ("language", "long", "short", "dated"),
    [
        ("en", "Tuesday 24 November", "Tue 24 Nov", "Tuesday 24 November 2026"),
        ("es", "martes 24 de noviembre", "mar 24 nov", "martes 24 de noviembre de 2026"),
        ("zh-hans", "11月24日 星期二", "11月24日 星期二", "2026年11月24日 星期二"),
        ("vi", "Thứ 3, 24 tháng 11", "Thứ 3, 24/11", "Thứ 3, 24 tháng 11, 2026"),
        ("ar", "الثلاثاء 24 نوفمبر", "الثلاثاء 24 نوفمبر", "الثلاثاء 24 نوفمبر 2026"),
    ],
)
def test_day_is_written_long_short_and_dated_in_each_language(language, long, short, dated):
    day = date(2026, 11, 24)
    assert format_day(day, language=language).casefold() == long.casefold()
    assert format_day(day, style="short", language=language).casefold() == short.casefold()
    assert format_day(day, style="dated", language=language).casefold() == dated.casefold()


def test_day_of_an_instant_is_the_day_in_the_zone_and_not_in_utc():
    assert format_day(END, ZONE, language="en") == "Tuesday 24 November"
    with timezone.override("Asia/Tokyo"):
        assert format_day(END, language="en") == "Wednesday 25 November"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "5:30 to 7:00 pm"),
        ("es", "5:30 a 7:00 pm"),
        ("zh-hans", "17:30 至 19:00"),
        ("vi", "17:30 đến 19:00"),
        ("ar", "5:30 حتى 7:00 م"),
    ],
)
def test_range_within_one_half_day_says_the_half_once(language, expected):
    assert format_range(START, END, ZONE, language=language) == expected


def test_range_over_noon_says_both_halves():
    assert format_range(time(11), time(12, 30), language="en") == "11:00 am to 12:30 pm"
    assert format_range(time(11), time(12, 30), language="ar") == "11:00 ص حتى 12:30 م"


def test_range_over_midnight_says_both_halves_and_names_a_far_day():
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert format_range(night, datetime(2026, 11, 25, 1, 0, tzinfo=UTC), "UTC", language="en") == "10:00 pm to 1:00 am"
    assert (
        format_range(night, datetime(2026, 11, 25, 22, 30, tzinfo=UTC), "UTC", language="en")
        == "10:00 pm to Wed 25 Nov, 10:30 pm"
    )


def test_day_and_time_stand_in_the_order_of_the_language():
    assert format_instant(START, ZONE, language="en") == "Tuesday 24 November, 5:30 pm"
    assert format_instant(START, ZONE, language="vi").casefold() == "17:30, thứ 3, 24 tháng 11"
    assert format_span(START, END, ZONE, language="en") == "Tuesday 24 November, 5:30 to 7:00 pm"


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_western_in_every_language(language):
    written = format_span(START, END, ZONE, style="dated", language=language)
    assert all(character in "0123456789" for character in written if character.isdigit())


@pytest.mark.parametrize(("asked", "used"), [("es-mx", "es"), ("zh-hant", "zh-hans"), ("zh", "zh-hans"), ("fr", "en")])
def test_unknown_variant_of_a_language_falls_back_to_its_base_and_then_to_english(asked, used):
    assert format_span(START, END, ZONE, language=asked) == format_span(START, END, ZONE, language=used)


@pytest.mark.parametrize(
    ("minutes", "language", "expected"),
    [
        (60, "en", "60 minutes"),
        (90, "en", "90 minutes"),
        (240, "en", "4 hours"),
        (150, "es", "150 minutos"),
        (120, "es", "2 horas"),
        (120, "ar", "ساعتان"),
        (240, "ar", "4 ساعات"),
    ],
)
def test_a_length_is_said_in_hours_from_two_whole_ones_on(minutes, language, expected):
    with translation.override(language):
        assert format_length(minutes) == expected
