//! The words for an account that has used up its limit: which plan can do what about it, and when to come back
//! (account.md §10).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::rate_limits::RateLimits;

/// What a refusal says beside the bare fact.
#[derive(Debug, Default)]
pub(crate) struct Refusal<'a> {
    /// The plan's name as the service spells it.
    pub plan: Option<&'a str>,
    /// When the limit is lifted, unix seconds.
    pub resets_at: Option<i64>,
    /// The service's own advice.
    pub promo: Option<&'a str>,
}

/// The message for a reached limit, with times in the zone `zone` as seen at `now`.
pub(crate) fn message(refusal: &Refusal<'_>, limits: &RateLimits, now: Timestamp, zone: &TimeZone) -> String {
    const START: &str = "You've hit your usage limit";
    let when = refusal.resets_at.and_then(|at| spell_time(at, now, zone));
    let or_later = match &when {
        Some(time) => format!(" or try again at {time}."),
        None => " or try again later.".to_owned(),
    };
    if let Some(name) = limits
        .limit_name
        .as_deref()
        .filter(|n| !n.eq_ignore_ascii_case("codex"))
    {
        return format!("{START} for {name}. Other models are not affected: choose one of them,{or_later}");
    }
    if let Some(promo) = refusal.promo.map(str::trim).filter(|p| !p.is_empty()) {
        return format!("{START}. {promo},{or_later}");
    }
    let advice = match refusal.plan {
        Some("plus") => {
            "Move up to Pro (https://chatgpt.com/explore/pro), buy credits at https://chatgpt.com/codex/settings/usage"
        }
        Some("team" | "business" | "self_serve_business_usage_based" | "enterprise_cbp_usage_based") => {
            "Your workspace's admin can grant more: ask for it,"
        }
        Some("free" | "go") => "Codex goes on with Plus (https://chatgpt.com/explore/plus),",
        Some("pro" | "prolite") => "Buy credits at https://chatgpt.com/codex/settings/usage",
        _ => {
            return match when {
                Some(time) => format!("{START}. Try again at {time}."),
                None => format!("{START}. Try again later."),
            };
        }
    };
    format!("{START}. {advice}{or_later}")
}

/// `12:05 AM` for a time of today, else `Jan 2nd, 2100 12:05 AM`.
fn spell_time(seconds: i64, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let at = Timestamp::from_second(seconds).ok()?.to_zoned(zone.clone());
    let clock = at.strftime("%-I:%M %p");
    if at.date() == now.to_zoned(zone.clone()).date() {
        return Some(clock.to_string());
    }
    let suffix = match (at.day() % 10, at.day()) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    Some(format!(
        "{} {}{suffix}, {} {clock}",
        at.strftime("%b"),
        at.day(),
        at.year()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW_YEAR_2100: i64 = 4_102_444_800;

    fn say(plan: Option<&str>, resets_at: Option<i64>) -> String {
        let refusal = Refusal {
            plan,
            resets_at,
            promo: None,
        };
        message(
            &refusal,
            &RateLimits::default(),
            Timestamp::UNIX_EPOCH,
            &TimeZone::UTC,
        )
    }

    #[test]
    fn without_a_plan_only_the_time_is_told() {
        assert_eq!(say(None, None), "You've hit your usage limit. Try again later.");
        assert_eq!(
            say(Some("edu"), Some(NEW_YEAR_2100)),
            "You've hit your usage limit. Try again at Jan 1st, 2100 12:00 AM."
        );
    }

    #[test]
    fn a_plan_says_where_to_get_more() {
        assert!(say(Some("plus"), None).contains("(https://chatgpt.com/explore/pro),"));
        assert!(say(Some("free"), None).contains("(https://chatgpt.com/explore/plus),"));
        assert!(
            say(Some("pro"), None).contains("https://chatgpt.com/codex/settings/usage or try again later.")
        );
    }

    #[test]
    fn a_promotion_comes_before_the_plan() {
        let refusal = Refusal {
            plan: Some("plus"),
            resets_at: None,
            promo: Some(" Half price today "),
        };
        let text = message(
            &refusal,
            &RateLimits::default(),
            Timestamp::UNIX_EPOCH,
            &TimeZone::UTC,
        );
        assert_eq!(
            text,
            "You've hit your usage limit. Half price today, or try again later."
        );
    }

    #[test]
    fn a_named_limit_comes_first() {
        let limits = RateLimits {
            limit_name: Some("Mini".into()),
            ..RateLimits::default()
        };
        let text = message(
            &Refusal::default(),
            &limits,
            Timestamp::UNIX_EPOCH,
            &TimeZone::UTC,
        );
        assert!(
            text.starts_with("You've hit your usage limit for Mini."),
            "{text}"
        );
    }

    #[test]
    fn times_of_today_need_no_date() {
        let spell = |at| spell_time(at, Timestamp::UNIX_EPOCH, &TimeZone::UTC).unwrap();
        assert_eq!(spell(300), "12:05 AM");
        assert_eq!(spell(13 * 3600), "1:00 PM");
        assert_eq!(spell(86400), "Jan 2nd, 1970 12:00 AM");
        assert_eq!(spell(11 * 86400), "Jan 12th, 1970 12:00 AM");
        assert_eq!(spell(22 * 86400), "Jan 23rd, 1970 12:00 AM");
    }
}
