//! `experimentalFeature/*`, `collaborationMode/list`, `mock/experimentalMethod` (config.md §13, §18).

use std::sync::{Arc, PoisonError};

use codex_config::features::{FEATURES, RUNTIME_SWITCHABLE, Spec, Stage, canonical, spec};
use codex_config::{Features, Request};
use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::handlers::paging::page;

/// `experimentalFeature/list`: all switches, as a configuration loaded now has them.
pub async fn experimental_feature_list(
    cx: &mut Context,
    params: ExperimentalFeatureListParams,
) -> Result<ExperimentalFeatureListResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let loaded = tokio::task::spawn_blocking(move || app.sources.load(&Request::default()));
    let config = loaded
        .await
        .map_err(|e| RpcError::internal(e.to_string()))?
        .map_err(|e| RpcError::internal(format!("failed to reload config: {e}")))?;
    let all: Vec<_> = FEATURES
        .iter()
        .map(|spec| feature(spec, &config.features))
        .collect();
    let (data, next_cursor) = page(all, params.cursor.as_deref(), params.limit, "feature flags")?;
    Ok(ExperimentalFeatureListResponse { data, next_cursor })
}

fn feature(spec: &Spec, state: &Features) -> ExperimentalFeature {
    let (stage, texts) = match spec.stage {
        Stage::Beta {
            title,
            description,
            announcement,
        } => (
            ExperimentalFeatureStage::Beta,
            Some((title, description, announcement)),
        ),
        Stage::UnderDevelopment => (ExperimentalFeatureStage::UnderDevelopment, None),
        Stage::Stable => (ExperimentalFeatureStage::Stable, None),
        Stage::Deprecated => (ExperimentalFeatureStage::Deprecated, None),
        Stage::Removed => (ExperimentalFeatureStage::Removed, None),
    };
    ExperimentalFeature {
        name: spec.name.to_owned(),
        stage,
        display_name: texts.map(|(title, _, _)| title.to_owned()),
        description: texts.map(|(_, description, _)| description.to_owned()),
        announcement: texts.map(|(_, _, announcement)| announcement.to_owned()),
        enabled: state.enabled(spec.name),
        default_enabled: spec.default,
    }
}

/// `experimentalFeature/enablement/set`: for the life of the process, all or nothing.
pub async fn experimental_feature_enablement_set(
    cx: &mut Context,
    params: ExperimentalFeatureEnablementSetParams,
) -> Result<ExperimentalFeatureEnablementSetResponse, RpcError> {
    for name in params.enablement.keys() {
        switchable(name)?;
    }
    let app = Arc::clone(&cx.app);
    let enablement = params.enablement.clone();
    let loaded = tokio::task::spawn_blocking(move || {
        let mut switched = app
            .sources
            .runtime_features
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        switched.extend(enablement);
        drop(switched);
        app.sources.load(&Request::default()).map(drop)
    });
    loaded
        .await
        .map_err(|e| RpcError::internal(e.to_string()))?
        .map_err(|e| RpcError::internal(format!("failed to resolve feature override precedence: {e}")))?;
    Ok(ExperimentalFeatureEnablementSetResponse {
        enablement: params.enablement,
    })
}

fn switchable(name: &str) -> Result<(), RpcError> {
    if RUNTIME_SWITCHABLE.contains(&name) {
        return Ok(());
    }
    Err(RpcError::invalid_request(match (spec(name), canonical(name)) {
        (Some(_), _) => format!(
            "unsupported feature enablement `{name}`: currently supported features are {}",
            RUNTIME_SWITCHABLE.join(", ")
        ),
        (None, Some(now)) => {
            format!("invalid feature enablement `{name}`: use canonical feature key `{now}`")
        }
        (None, None) => format!("invalid feature enablement `{name}`"),
    }))
}

/// `collaborationMode/list`: the presets there are.
pub async fn collaboration_mode_list(
    _: &mut Context,
    _: CollaborationModeListParams,
) -> Result<CollaborationModeListResponse, RpcError> {
    let mask = |name: &str, mode, effort| CollaborationModeMask {
        name: name.to_owned(),
        mode: Some(mode),
        model: None,
        reasoning_effort: Some(effort),
    };
    Ok(CollaborationModeListResponse {
        data: vec![
            mask("Plan", ModeKind::Plan, Some(ReasoningEffort::Medium)),
            mask("Default", ModeKind::Default, None),
        ],
    })
}

/// `mock/experimentalMethod`: what clients try the experimental gate with.
pub async fn mock_experimental_method(
    _: &mut Context,
    params: MockExperimentalMethodParams,
) -> Result<MockExperimentalMethodResponse, RpcError> {
    Ok(MockExperimentalMethodResponse { echoed: params.value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_some_features_are_switched_while_the_server_runs() {
        let refused = |name| switchable(name).unwrap_err().message;
        assert!(switchable("apps").is_ok());
        assert_eq!(
            refused("connectors"),
            "invalid feature enablement `connectors`: use canonical feature key `apps`"
        );
        assert_eq!(refused("Apps"), "invalid feature enablement `Apps`");
        assert!(refused("goals").starts_with("unsupported feature enablement `goals`: currently supported"));
    }

    #[test]
    fn only_features_in_beta_have_texts() {
        let state = Features::default();
        let listed: Vec<_> = FEATURES.iter().map(|spec| feature(spec, &state)).collect();
        assert_eq!(listed.len(), 69);
        for feature in listed {
            assert_eq!(
                feature.description.is_some(),
                feature.stage == ExperimentalFeatureStage::Beta
            );
            assert_eq!(feature.enabled, feature.default_enabled, "{}", feature.name);
        }
    }
}
