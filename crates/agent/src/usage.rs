//! Tokens used and limits told (agent.md §2).

use codex_model::{RateLimits, TokenUsage};
use codex_protocol::{
    CreditsSnapshot, RateLimitSnapshot, RateLimitWindow, ThreadTokenUsage, TokenUsageBreakdown,
};
use codex_rollout::record::{StoredTokenUsage, TokenCount, TokenUsageInfo};

/// What a thread has used and what the account may still use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usage {
    info: Option<TokenUsageInfo>,
    limits: Option<RateLimits>,
    /// The service's numbers count past reasoning.
    pub(crate) reasoning_included: bool,
}

impl Usage {
    pub(crate) fn new(info: Option<TokenUsageInfo>) -> Self {
        Usage {
            info,
            ..Usage::default()
        }
    }

    pub(crate) fn info(&self) -> Option<TokenUsageInfo> {
        self.info
    }

    /// Tokens of the last response, i.e. what the history took when it was last sent.
    pub(crate) fn last_total(&self) -> i64 {
        self.info.map_or(0, |info| info.last_token_usage.total_tokens)
    }

    /// A response reported its numbers.
    pub(crate) fn add(&mut self, usage: &TokenUsage, window: Option<i64>) {
        let last = stored(usage);
        let mut info = self.info.unwrap_or_default();
        let total = &mut info.total_token_usage;
        total.input_tokens += last.input_tokens;
        total.cached_input_tokens += last.cached_input_tokens;
        total.output_tokens += last.output_tokens;
        total.reasoning_output_tokens += last.reasoning_output_tokens;
        total.total_tokens += last.total_tokens;
        info.last_token_usage = last;
        info.model_context_window = window;
        self.info = Some(info);
    }

    /// The service said that the window is full (agent.md §2.3).
    pub(crate) fn fill(&mut self, window: i64) {
        let former = self.info.map_or(0, |info| info.total_token_usage.total_tokens);
        self.info = Some(TokenUsageInfo {
            total_token_usage: StoredTokenUsage {
                total_tokens: window,
                ..StoredTokenUsage::default()
            },
            last_token_usage: StoredTokenUsage {
                total_tokens: (window - former).max(0),
                ..StoredTokenUsage::default()
            },
            model_context_window: Some(window),
        });
    }

    /// The history was replaced by one of so many tokens.
    pub(crate) fn compacted(&mut self, estimate: i64, window: Option<i64>) {
        let mut info = self.info.unwrap_or_default();
        info.last_token_usage = StoredTokenUsage {
            total_tokens: estimate,
            ..StoredTokenUsage::default()
        };
        info.model_context_window = window;
        self.info = Some(info);
    }

    /// A response told limits.
    pub(crate) fn limits_told(&mut self, mut limits: RateLimits) {
        if let Some(former) = &self.limits {
            limits.keep_from(former);
        }
        self.limits = Some(limits);
    }

    /// The record of the present numbers.
    pub(crate) fn record(&self) -> TokenCount {
        TokenCount {
            info: self.info,
            rate_limits: self
                .limits
                .as_ref()
                .and_then(|limits| serde_json::to_value(limits).ok()),
        }
    }

    /// The present numbers for clients.
    pub(crate) fn told(&self) -> Option<ThreadTokenUsage> {
        let info = self.info?;
        Some(ThreadTokenUsage {
            total: breakdown(info.total_token_usage),
            last: breakdown(info.last_token_usage),
            model_context_window: info.model_context_window,
        })
    }

    /// The present limits for clients.
    pub(crate) fn limits(&self) -> Option<RateLimitSnapshot> {
        self.limits.as_ref().map(snapshot)
    }
}

fn stored(usage: &TokenUsage) -> StoredTokenUsage {
    StoredTokenUsage {
        input_tokens: usage.input_tokens,
        cached_input_tokens: usage.cached_input_tokens,
        output_tokens: usage.output_tokens,
        reasoning_output_tokens: usage.reasoning_output_tokens,
        total_tokens: usage.total_tokens,
    }
}

fn breakdown(usage: StoredTokenUsage) -> TokenUsageBreakdown {
    TokenUsageBreakdown {
        total_tokens: usage.total_tokens,
        input_tokens: usage.input_tokens,
        cached_input_tokens: usage.cached_input_tokens,
        output_tokens: usage.output_tokens,
        reasoning_output_tokens: usage.reasoning_output_tokens,
    }
}

fn snapshot(limits: &RateLimits) -> RateLimitSnapshot {
    let window = |window: Option<codex_model::LimitWindow>| {
        window.map(|window| RateLimitWindow {
            used_percent: window.used_percent.round() as i32,
            window_duration_mins: window.window_minutes,
            resets_at: window.resets_at,
        })
    };
    // Names that this version doesn't know are left out rather than passed on in a shape clients can't read.
    fn known<T: serde::de::DeserializeOwned>(name: &Option<String>) -> Option<T> {
        serde_json::from_value(serde_json::Value::String(name.clone()?)).ok()
    }
    RateLimitSnapshot {
        limit_id: limits.limit_id.clone(),
        limit_name: limits.limit_name.clone(),
        primary: window(limits.primary),
        secondary: window(limits.secondary),
        credits: limits.credits.as_ref().map(|credits| CreditsSnapshot {
            has_credits: credits.has_credits,
            unlimited: credits.unlimited,
            balance: credits.balance.clone(),
        }),
        plan_type: known(&limits.plan_type),
        rate_limit_reached_type: known(&limits.rate_limit_reached_type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(total: i64) -> TokenUsage {
        TokenUsage {
            total_tokens: total,
            ..TokenUsage::default()
        }
    }

    #[test]
    fn totals_sum_up_and_the_last_numbers_are_those_of_the_last_response() {
        let mut usage = Usage::default();
        usage.add(&of(120), Some(1000));
        usage.add(&of(150), Some(1000));
        let told = usage.told().expect("numbers");
        assert_eq!((told.total.total_tokens, told.last.total_tokens), (270, 150));
    }

    #[test]
    fn a_full_window_counts_what_was_missing_as_the_last_response() {
        let mut usage = Usage::default();
        usage.add(&of(100), Some(1000));
        usage.fill(1000);
        let told = usage.told().expect("numbers");
        assert_eq!((told.total.total_tokens, told.last.total_tokens), (1000, 900));
    }

    #[test]
    fn without_numbers_nothing_is_told_but_the_record_is_written() {
        let usage = Usage::default();
        assert!(usage.told().is_none());
        assert_eq!(
            usage.record(),
            TokenCount {
                info: None,
                rate_limits: None
            }
        );
    }
}
