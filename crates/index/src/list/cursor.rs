//! Cursors of listings: the time of the sort key, as the reference has it.
//!
//! The reference's cursors hold the time only, so that threads sharing the page's last instant are lost between two pages.
//! Ours are the same RFC 3339 times; but if more threads of the very millisecond follow, the digits below the millisecond
//! say how many of them have been given out. Those digits are 0, or missing, in a cursor that goes on strictly past its time.

use jiff::Timestamp;

/// A place in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Milliseconds since the epoch.
    pub ms: i64,
    /// How many threads of that very millisecond have been given out; 0: all of them.
    pub given: u32,
}

/// How many threads of one millisecond the digits can tell apart.
const MAX_GIVEN: u32 = 999_999;

impl Cursor {
    /// The place right past a moment.
    pub(crate) fn past(ms: i64) -> Self {
        Self { ms, given: 0 }
    }

    /// Reads a cursor: RFC 3339 with any offset, or `YYYY-MM-DDThh-mm-ss` in UTC (threads.md §6).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let at = if is_rfc3339(text) {
            text.to_ascii_uppercase().parse::<Timestamp>().ok()?
        } else {
            codex_rollout::paths::parse_name_time(text)?
        };
        let nanos = at.as_nanosecond();
        let ms = i64::try_from(nanos.div_euclid(1_000_000)).ok()?;
        Some(Self {
            ms,
            given: u32::try_from(nanos.rem_euclid(1_000_000)).ok()?,
        })
    }

    /// The text a client gets.
    pub(crate) fn text(self) -> String {
        let nanos = i128::from(self.ms) * 1_000_000 + i128::from(self.given.min(MAX_GIVEN));
        // Times of files are within what a timestamp can hold; a broken clock gets the nearest end.
        let at = Timestamp::from_nanosecond(nanos).unwrap_or(if nanos < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        if self.given == 0 {
            format!("{at:.3}")
        } else {
            format!("{at:.9}")
        }
    }
}

/// Whether the text has the exact shape of an RFC 3339 time; what it says may still be no time.
fn is_rfc3339(text: &str) -> bool {
    let b = text.as_bytes();
    let shape = |part: &[u8], pattern: &[u8]| {
        part.len() == pattern.len()
            && part.iter().zip(pattern).all(|(c, p)| {
                if *p == b'0' {
                    c.is_ascii_digit()
                } else {
                    c.eq_ignore_ascii_case(p)
                }
            })
    };
    if b.len() < 20 || !shape(&b[..19], b"0000-00-00T00:00:00") {
        return false;
    }
    let mut rest = &b[19..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        rest = &fraction[digits..];
    }
    shape(rest, b"Z") || shape(rest, b"+00:00") || shape(rest, b"-00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_references_forms_are_accepted() {
        for (text, ms) in [
            ("2025-03-04T10:00:04Z", 1_741_082_404_000),
            ("2025-03-04T10:00:04.250Z", 1_741_082_404_250),
            ("2025-03-04t11:00:04+01:00", 1_741_082_404_000),
            ("2025-03-04T10-00-04", 1_741_082_404_000),
        ] {
            assert_eq!(Cursor::parse(text), Some(Cursor::past(ms)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "x",
            "5",
            "2025-03-04",
            "2025-03-04T10:00:04",
            "2025-03-04T10:00:04Z|a",
            "2025-13-04T10:00:04Z",
            "2025-03-04T10-00-99",
        ] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_number_given_out_travels_below_the_millisecond() {
        let plain = Cursor::past(1_741_082_404_250);
        assert_eq!(plain.text(), "2025-03-04T10:00:04.250Z");
        let tied = Cursor { given: 7, ..plain };
        assert_eq!(tied.text(), "2025-03-04T10:00:04.250000007Z");
        assert_eq!(Cursor::parse(&tied.text()), Some(tied));
    }
}
