"""Dates in Ukrainian, in the letters of Django's date filter."""

DATE_FORMAT = "j E Y\N{NO-BREAK SPACE}р."  # noqa: RUF001
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y\N{NO-BREAK SPACE}р., H:i"  # noqa: RUF001
MONTH_DAY_FORMAT = "j E"
YEAR_MONTH_FORMAT = "F Y"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
