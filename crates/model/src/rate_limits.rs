//! Usage limits as the model's service tells them in response headers (account.md §10).

use codex_protocol::{CreditsSnapshot, RateLimitSnapshot, RateLimitWindow};
use http::HeaderMap;
use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};

/// The limits of one meter. Serialized in the shape of a rollout's `token_count.rate_limits`; percentages are
/// unrounded there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RateLimits {
    /// The meter: its header name with `_` for `-`.
    pub limit_id: Option<String>,
    /// What it is called.
    pub limit_name: Option<String>,
    /// The shorter window.
    pub primary: Option<LimitWindow>,
    /// The longer window.
    pub secondary: Option<LimitWindow>,
    /// Credits of the account.
    pub credits: Option<Credits>,
    /// The account's plan.
    pub plan_type: Option<String>,
    /// Why the limit was reached.
    pub rate_limit_reached_type: Option<String>,
}

/// One window of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LimitWindow {
    /// Used share in percent, as told: may be negative or above 100.
    pub used_percent: f64,
    /// Length in minutes.
    pub window_minutes: Option<i64>,
    /// When it starts anew, unix seconds.
    pub resets_at: Option<i64>,
}

/// Credits of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credits {
    /// Whether the account has any.
    pub has_credits: bool,
    /// Whether it needs none.
    pub unlimited: bool,
    /// The balance, as told.
    pub balance: Option<String>,
}

impl RateLimits {
    /// Takes over the credits and the plan of the thread's `former` limits where these tell none.
    pub fn keep_from(&mut self, former: &RateLimits) {
        if self.credits.is_none() {
            self.credits = former.credits.clone();
        }
        if self.plan_type.is_none() {
            self.plan_type = former.plan_type.clone();
        }
    }

    /// The limits as clients are told them: percentages rounded, plans and reasons that have no name there left out.
    pub fn snapshot(&self) -> RateLimitSnapshot {
        let window = |w: &LimitWindow| RateLimitWindow {
            used_percent: w.used_percent.round() as i32,
            window_duration_mins: w.window_minutes,
            resets_at: w.resets_at,
        };
        RateLimitSnapshot {
            limit_id: self.limit_id.clone(),
            limit_name: self.limit_name.clone(),
            primary: self.primary.as_ref().map(window),
            secondary: self.secondary.as_ref().map(window),
            credits: self.credits.as_ref().map(|c| CreditsSnapshot {
                has_credits: c.has_credits,
                unlimited: c.unlimited,
                balance: c.balance.clone(),
            }),
            plan_type: self.plan_type.as_deref().and_then(named),
            rate_limit_reached_type: self.rate_limit_reached_type.as_deref().and_then(named),
        }
    }

    fn is_empty(&self) -> bool {
        self.primary.is_none() && self.secondary.is_none() && self.credits.is_none()
    }
}

/// The enum variant of that name on the wire.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    let deserializer: StrDeserializer<'_, ValueError> = name.into_deserializer();
    T::deserialize(deserializer).ok()
}

const PRIMARY_SUFFIX: &str = "-primary-used-percent";

/// The limits of a response: `codex` first, whether told or not, then the other meters by id.
pub(crate) fn from_headers(headers: &HeaderMap) -> Vec<RateLimits> {
    let mut others: Vec<RateLimits> = headers
        .keys()
        .filter_map(|name| name.as_str().strip_prefix("x-")?.strip_suffix(PRIMARY_SUFFIX))
        .filter(|meter| *meter != "codex")
        .map(|meter| of_meter(headers, meter))
        .filter(|limits| !limits.is_empty())
        .collect();
    others.sort_by(|a, b| a.limit_id.cmp(&b.limit_id));
    others.insert(0, of_meter(headers, "codex"));
    others
}

/// The limits of the meter that a refusal names as the one that is used up.
pub(crate) fn active_limit(headers: &HeaderMap) -> RateLimits {
    let named = text(headers, "x-codex-active-limit").map(|n| n.to_ascii_lowercase().replace('_', "-"));
    of_meter(headers, named.as_deref().unwrap_or("codex"))
}

/// A header's value, trimmed; `None` when absent, blank or not text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|v| !v.is_empty())
}

fn of_meter(headers: &HeaderMap, meter: &str) -> RateLimits {
    RateLimits {
        limit_id: Some(meter.replace('-', "_")),
        limit_name: text(headers, &format!("x-{meter}-limit-name")).map(str::to_owned),
        primary: window(headers, meter, "primary"),
        secondary: window(headers, meter, "secondary"),
        credits: credits(headers),
        plan_type: None,
        rate_limit_reached_type: None,
    }
}

fn window(headers: &HeaderMap, meter: &str, which: &str) -> Option<LimitWindow> {
    let value = |what: &str| text(headers, &format!("x-{meter}-{which}-{what}"));
    let used_percent: f64 = value("used-percent")?
        .parse()
        .ok()
        .filter(|p: &f64| p.is_finite())?;
    let window_minutes = value("window-minutes").and_then(|v| v.parse().ok());
    let resets_at = value("reset-at").and_then(|v| v.parse().ok());
    // All zeros with no reset time is how services say that there is no such window.
    let says_something =
        used_percent != 0.0 || window_minutes.is_some_and(|m: i64| m != 0) || resets_at.is_some();
    says_something.then_some(LimitWindow {
        used_percent,
        window_minutes,
        resets_at,
    })
}

fn credits(headers: &HeaderMap) -> Option<Credits> {
    let flag = |name: &str| match text(headers, name)?.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    Some(Credits {
        has_credits: flag("x-codex-credits-has-credits")?,
        unlimited: flag("x-codex-credits-unlimited")?,
        balance: text(headers, "x-codex-credits-balance").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap()))
            .collect()
    }

    fn primary(pairs: &[(&'static str, &'static str)]) -> Option<LimitWindow> {
        from_headers(&headers(pairs)).remove(0).primary
    }

    #[test]
    fn codex_is_told_even_without_headers() {
        let all = from_headers(&HeaderMap::new());
        assert_eq!(
            all,
            [RateLimits {
                limit_id: Some("codex".into()),
                ..RateLimits::default()
            }]
        );
    }

    #[test]
    fn windows_are_read_unrounded() {
        let w = primary(&[
            ("x-codex-primary-used-percent", "12.5"),
            ("x-codex-primary-window-minutes", "300"),
            ("x-codex-primary-reset-at", "1900000000"),
        ]);
        let expected = LimitWindow {
            used_percent: 12.5,
            window_minutes: Some(300),
            resets_at: Some(1900000000),
        };
        assert_eq!(w, Some(expected));
    }

    #[test]
    fn a_window_needs_a_number_and_something_that_is_not_zero() {
        let used = |v: &'static str| primary(&[("x-codex-primary-used-percent", v)]).map(|w| w.used_percent);
        assert_eq!(used("abc"), None);
        assert_eq!(used("NaN"), None);
        assert_eq!(used("0"), None);
        assert_eq!(used("-3.25"), Some(-3.25));
        assert_eq!(primary(&[("x-codex-primary-window-minutes", "60")]), None);
        let zero_minutes = [
            ("x-codex-primary-used-percent", "0"),
            ("x-codex-primary-window-minutes", "0"),
        ];
        assert_eq!(primary(&zero_minutes), None);
        let reset = [
            ("x-codex-primary-used-percent", "0"),
            ("x-codex-primary-reset-at", "0"),
        ];
        assert!(primary(&reset).is_some());
        let odd = [
            ("x-codex-primary-used-percent", "250"),
            ("x-codex-primary-window-minutes", "1.5"),
        ];
        assert_eq!(primary(&odd).unwrap().window_minutes, None);
    }

    #[test]
    fn other_meters_follow_by_id_and_empty_ones_are_dropped() {
        let all = from_headers(&headers(&[
            ("x-zeta-primary-used-percent", "7"),
            ("x-codex-other-primary-used-percent", "44"),
            ("x-codex-other-limit-name", " codex-mini "),
            ("x-empty-primary-used-percent", "0"),
        ]));
        let ids: Vec<_> = all.iter().map(|l| l.limit_id.as_deref().unwrap()).collect();
        assert_eq!(ids, ["codex", "codex_other", "zeta"]);
        assert_eq!(all[1].limit_name.as_deref(), Some("codex-mini"));
    }

    #[test]
    fn credits_need_both_flags() {
        let of = |pairs| from_headers(&headers(pairs)).remove(0).credits;
        assert_eq!(
            of(&[
                ("x-codex-credits-has-credits", "yes"),
                ("x-codex-credits-unlimited", "1")
            ]),
            None
        );
        let told = of(&[
            ("x-codex-credits-has-credits", "1"),
            ("x-codex-credits-unlimited", "FALSE"),
            ("x-codex-credits-balance", " 9.99 "),
        ]);
        let expected = Credits {
            has_credits: true,
            unlimited: false,
            balance: Some("9.99".into()),
        };
        assert_eq!(told, Some(expected));
    }

    #[test]
    fn the_active_limit_is_found_in_any_spelling() {
        let h = headers(&[
            ("x-codex-active-limit", " CODEX_other "),
            ("x-codex-other-limit-name", "Mini"),
            ("x-codex-other-primary-used-percent", "100"),
        ]);
        let limits = active_limit(&h);
        assert_eq!(
            (limits.limit_id.as_deref(), limits.limit_name.as_deref()),
            (Some("codex_other"), Some("Mini"))
        );
    }

    #[test]
    fn clients_see_rounded_percentages() {
        let used = |used_percent| {
            let window = LimitWindow {
                used_percent,
                window_minutes: None,
                resets_at: None,
            };
            let limits = RateLimits {
                primary: Some(window),
                plan_type: Some("pro".into()),
                ..RateLimits::default()
            };
            let snapshot = limits.snapshot();
            assert_eq!(snapshot.plan_type, Some(codex_protocol::PlanType::Pro));
            snapshot.primary.unwrap().used_percent
        };
        assert_eq!([used(12.5), used(-3.25), used(250.0)], [13, -3, 250]);
    }

    #[test]
    fn newer_limits_keep_the_former_credits() {
        let credits = Credits {
            has_credits: true,
            unlimited: true,
            balance: None,
        };
        let former = RateLimits {
            credits: Some(credits.clone()),
            ..RateLimits::default()
        };
        let mut newer = RateLimits::default();
        newer.keep_from(&former);
        assert_eq!(newer.credits, Some(credits));
    }
}
