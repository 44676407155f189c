"""Days and months of Bangkok (UTC+7, no daylight saving), from block time in ms."""

SECOND_MS = 1_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
SECOND_MS = 1_000

_BANGKOK_MS = 7 * HOUR_MS


def bangkok_day(time_ms: int) -> int:
    """Return the days from 1970-01-01 to the date in Bangkok."""
    return (time_ms + _BANGKOK_MS) // DAY_MS


def end_of_day(day: int) -> int:
    """Return the first moment after a day, as `bangkok_day` counts days, in ms since 1970."""
    return (day + 1) * DAY_MS - _BANGKOK_MS


def month_of(day: int) -> int:
    """Return 12 times the year plus the month of a day, as `bangkok_day` counts days.

    Source: H. Hinnant, days_from_civil and civil_from_days; years begin in March.
    """
    shifted = day + 719_468
    era, of_era = divmod(shifted, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (year + era * 400) * 12 + month + 3
