//! How long to wait before asking a model again (agent.md §1.4).

use std::time::Duration;

/// The wait before the `attempt`-th retry (counted from 1): 200 ms doubling each time, with 10 % jitter.
pub fn backoff(attempt: u64) -> Duration {
    // Beyond this the doubling means hours; a configuration may ask for a hundred retries.
    let doublings = attempt.saturating_sub(1).min(16) as i32;
    let jitter = 0.9 + 0.2 * unit_random();
    Duration::from_secs_f64(0.2 * 2f64.powi(doublings) * jitter)
}

/// The wait a rate-limit message asks for: `… try again in N s|ms|second(s) …`, any case, decimals allowed.
pub(crate) fn requested_delay(message: &str) -> Option<Duration> {
    const WORDS: &str = "try again in";
    let lower = message.to_ascii_lowercase();
    let rest = lower[lower.find(WORDS)? + WORDS.len()..].trim_start();
    let digits = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let amount: f64 = rest[..digits].parse().ok()?;
    let unit = rest[digits..].trim_start();
    let seconds = if unit.starts_with("ms") {
        amount / 1000.0
    } else if unit.starts_with('s') {
        amount
    } else {
        return None;
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// A number in 0..1 that need not be good, only different between clients that failed together.
fn unit_random() -> f64 {
    let bits = uuid::Uuid::new_v4().as_u64_pair().1;
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_from_a_fifth_of_a_second_within_a_tenth() {
        for (attempt, expected) in [(1, 0.2), (2, 0.4), (3, 0.8), (4, 1.6)] {
            let wait = backoff(attempt).as_secs_f64();
            assert!(
                (expected * 0.9..=expected * 1.1).contains(&wait),
                "attempt {attempt}: {wait}"
            );
        }
    }

    #[test]
    fn a_hundredth_retry_still_has_a_finite_wait() {
        assert!(backoff(100) < Duration::from_secs(5 * 60 * 60));
    }

    #[test]
    fn delays_are_read_from_the_words_of_a_rate_limit() {
        for (text, millis) in [
            ("Please try again in 1.2s.", Some(1200)),
            ("try again in 900ms", Some(900)),
            ("Rate limit. Try Again In 1 seconds", Some(1000)),
            ("try again in 20 s", Some(20000)),
            ("try again in a while", None),
            ("try again in 3 minutes", None),
            ("later", None),
        ] {
            assert_eq!(requested_delay(text), millis.map(Duration::from_millis), "{text}");
        }
    }
}
