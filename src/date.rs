//! `--now` and `until`: a day, or a second of it, as seconds since 1970. The tool itself has no clock.

use std::str::FromStr;

/// `2026-08-22` (its first second) or `2026-08-22T12:00:00Z`, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) unix: i64,
}

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

impl Date {
    /// The second after a whole day; `None` for a time.
    pub(crate) fn end_of_day(text: &str) -> Option<i64> {
        let day = parse(text).filter(|_| !text.contains('T'))?;
        Some(day.unix + DAY)
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or("a day such as 2026-08-22, or a time such as 2026-08-22T12:00:00Z")
    }
}

fn parse(text: &str) -> Option<Date> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time.strip_suffix('Z')?),
        None => (text, "00:00:00"),
    };
    let [year, month, day] = numbers(day, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_since_1970(year, month, day);
    Some(Date {
        unix: ((days * 24 + hour) * 60 + minute) * 60 + second,
    })
}

/// Fields of exactly these widths, digits only.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut fields = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let field = fields.next()?;
        if field.len() != width || !field.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = field.parse().ok()?;
    }
    fields.next().is_none().then_some(numbers)
}

/// The day of a second since 1970, in UTC, such as `2026-08-22`.
pub(crate) fn day(unix: i64) -> String {
    let days = unix.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months count from March.
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era + i64::from(month > 9);
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Counts years from March, so that the leap day is the last
/// of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let in_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_second() {
        for (text, unix) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2026-08-22", 1_787_356_800),
            ("2026-08-22T12:34:56Z", 1_787_402_096),
            ("1969-12-31", -86_400),
        ] {
            assert_eq!(text.parse(), Ok(Date { unix }), "{text}");
        }
    }

    #[test]
    fn a_second_is_of_its_day() {
        for text in [
            "1970-01-01",
            "1969-12-31",
            "2000-02-29",
            "2000-03-01",
            "2026-12-31",
            "2100-02-28",
            "2100-03-01",
            "1601-01-01",
        ] {
            let first = text.parse::<Date>().expect("a day").unix;
            assert_eq!(day(first), text);
            assert_eq!(day(first + DAY - 1), text);
        }
    }

    #[test]
    fn a_day_ends_where_the_next_one_begins() {
        let next = "2026-01-01".parse::<Date>().expect("a day");
        assert_eq!(Date::end_of_day("2025-12-31"), Some(next.unix));
        assert_eq!(Date::end_of_day("2025-12-31T00:00:00Z"), None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "",
            "2026",
            "2026-8-22",
            "2026-13-01",
            "2026-02-29",
            "2026-04-31",
            "2026-01-00",
            "today",
            "2026-08-22T24:00:00Z",
            "2026-08-22T12:00:00",
            "2026-08-22-01",
            "+026-08-22",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
