//! Reading: from files, flags and a request to a typed [`Config`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::features::{self, Features};
use crate::layers::{Layer, LayerName, Layers, read_file};
use crate::profiles::{self, Wishes};
use crate::project::{self, Decisions};
use crate::schema::{AbsolutePath, BuiltInProvider, ConfigProfile, ConfigToml};
use crate::{
    AskForApproval, AuthCredentialsStore, Config, ConfigError, Home, Overrides, Request, Requirements,
    Sources, TrustLevel, WebSearchMode, paths,
};

const DEFAULT_PROVIDER: &str = BuiltInProvider::OpenAi.id();
const DEFAULT_CHATGPT_BASE_URL: &str = "https://chatgpt.com/backend-api/";
const DEFAULT_PROJECT_DOC_BYTES: usize = 32 * 1024;
const DEFAULT_TERMINAL_TIMEOUT_MS: u64 = 300_000;

impl Sources {
    /// The sources of this process.
    pub fn new(home: Home, flags: Overrides) -> Self {
        let process_cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Self {
            home,
            system: PathBuf::from("/etc/codex"),
            flags,
            process_cwd,
            runtime_features: Default::default(),
            changing: Default::default(),
        }
    }

    /// The absolute, lexically normalized form of a request's folder; links stay, it need not exist.
    pub fn resolve_cwd(&self, cwd: Option<&Path>) -> PathBuf {
        match cwd {
            Some(cwd) => paths::normalize(&self.process_cwd.join(cwd)),
            None => self.process_cwd.clone(),
        }
    }

    /// All layers: for a folder with those of its project, without one only the others. `flags` is the command line's
    /// part with whatever a request adds.
    pub fn layers(&self, cwd: Option<&Path>, flags: &Overrides) -> Result<Layers, ConfigError> {
        let file = self.system.join("config.toml");
        let system = read_file(LayerName::System { file: file.clone() }, &file)?;
        let file = self.home.config_file();
        let user = read_file(LayerName::User { file: file.clone() }, &file)?;
        let mut upper = Vec::new();
        if !flags.is_empty() {
            let base = cwd.unwrap_or(self.home.path());
            upper.push(Layer::of_table(LayerName::SessionFlags, flags.to_table(), base));
        }
        let file = self.system.join("managed_config.toml");
        if file.exists() {
            upper.push(read_file(LayerName::LegacyManaged { file: file.clone() }, &file)?);
        }
        let mut layers = Layers::new(vec![system, user]);
        if let Some(cwd) = cwd {
            // What a project may do is not for the project to say.
            let mut others = layers.clone();
            upper.iter().for_each(|l| others.push(l.clone()));
            for layer in project::layers(&self.home, cwd, &others.merged())? {
                layers.push(layer);
            }
        }
        upper.into_iter().for_each(|l| layers.push(l));
        Ok(layers)
    }

    /// The configuration for one thread. Reads all files anew.
    pub fn load(&self, request: &Request) -> Result<Config, ConfigError> {
        let cwd = self.resolve_cwd(request.cwd.as_deref());
        let layers = self.layers(Some(&cwd), &self.flags.with_request(&request.config))?;
        self.build(request, cwd, layers, self.requirements()?)
    }

    /// What the process runs on when [`Sources::load`] fails at start: defaults under the command line's flags, with no
    /// file read (config.md §6). Fails when the flags themselves are the fault.
    pub fn load_defaults(&self) -> Result<Config, ConfigError> {
        let mut layers = Layers::new(Vec::new());
        if !self.flags.is_empty() {
            let flags = self.flags.to_table();
            layers.push(Layer::of_table(LayerName::SessionFlags, flags, self.home.path()));
        }
        // Requirements that cannot be read keep threads from starting, not the server.
        let requirements = self.requirements().unwrap_or_default();
        self.build(
            &Request::default(),
            self.process_cwd.clone(),
            layers,
            requirements,
        )
    }

    fn build(
        &self,
        request: &Request,
        cwd: PathBuf,
        layers: Layers,
        requirements: Requirements,
    ) -> Result<Config, ConfigError> {
        let merged = layers.merged();
        let settings = layers.typed(&merged)?;
        let profile = chosen_profile(&settings)?;
        check(&settings)?;
        let model_provider_id = provider_id(&settings, &profile, request)?;
        let mut warnings = Vec::new();
        let pins = requirements.pins(&mut warnings);
        let features = self.features(&settings, &profile, &pins);
        let trust = Decisions::of(&merged).about_thread_in(&cwd);
        let permissions = profiles::resolve(&Wishes {
            settings: &settings,
            configured: profiles::configured(&layers, &settings, profile.sandbox_mode),
            sandbox: request.sandbox,
            permissions: request.permissions.as_ref(),
            trust,
            cwd: &cwd,
            memories: &self.home.path().join("memories"),
        })?;
        let default_approval = match trust {
            Some(TrustLevel::Untrusted) => AskForApproval::UnlessTrusted,
            Some(TrustLevel::Trusted) | None => AskForApproval::OnRequest,
        };
        let approval_policy = request
            .approval_policy
            .or(profile.approval_policy)
            .or(settings.approval_policy);
        let approval_policy = requirements.approval_policy(approval_policy, default_approval, &mut warnings);
        let reviewer = request
            .approvals_reviewer
            .or(profile.approvals_reviewer)
            .or(settings.approvals_reviewer);
        let approvals_reviewer = requirements.reviewer(reviewer, &mut warnings);
        let permissions = requirements.permissions(permissions, &cwd, &mut warnings);
        let base_instructions = match &request.base_instructions {
            Some(text) => Some(text.clone()),
            None => read_text(
                "model instructions",
                profile
                    .model_instructions_file
                    .as_ref()
                    .or(settings.model_instructions_file.as_ref()),
            )?,
        };
        let compact_prompt = match settings
            .compact_prompt
            .as_deref()
            .map(str::trim)
            .filter(|t| !t.is_empty())
        {
            Some(text) => Some(text.to_owned()),
            None => {
                let file = profile.experimental_compact_prompt_file.as_ref();
                read_text(
                    "compact prompt",
                    file.or(settings.experimental_compact_prompt_file.as_ref()),
                )?
            }
        };
        let developer_instructions = request
            .developer_instructions
            .clone()
            .or_else(|| settings.developer_instructions.clone());
        let tools = settings.tools.clone().unwrap_or_default();
        let profile_tools = profile.tools.clone().unwrap_or_default();
        let web_search = profile
            .web_search
            .or(settings.web_search)
            .unwrap_or_else(|| default_web_search(&features));
        let web_search = requirements.web_search(web_search, &mut warnings);
        let sqlite_setting = settings.sqlite_home.as_ref().map(AbsolutePath::as_path);

        Ok(Config {
            codex_home: self.home.path().to_owned(),
            sqlite_home: self
                .home
                .sqlite_home(sqlite_setting, std::env::var_os("CODEX_SQLITE_HOME")),
            trust,
            model: request
                .model
                .clone()
                .or(profile.model)
                .or_else(|| settings.model.clone()),
            review_model: settings.review_model.clone(),
            model_provider_id,
            model_providers: settings.model_providers.clone(),
            model_context_window: settings.model_context_window,
            model_auto_compact_token_limit: settings.model_auto_compact_token_limit,
            model_catalog_json: profile
                .model_catalog_json
                .or_else(|| settings.model_catalog_json.clone())
                .map(|p| p.0),
            model_reasoning_effort: profile.model_reasoning_effort.or(settings.model_reasoning_effort),
            plan_mode_reasoning_effort: profile
                .plan_mode_reasoning_effort
                .or(settings.plan_mode_reasoning_effort),
            model_reasoning_summary: profile
                .model_reasoning_summary
                .or(settings.model_reasoning_summary),
            model_supports_reasoning_summaries: settings.model_supports_reasoning_summaries,
            model_verbosity: profile.model_verbosity.or(settings.model_verbosity),
            service_tier: match request.service_tier {
                Some(tier) => tier,
                None => profile.service_tier.or(settings.service_tier),
            },
            personality: request
                .personality
                .or(profile.personality)
                .or(settings.personality),
            openai_base_url: settings.openai_base_url.clone().filter(|u| !u.is_empty()),
            chatgpt_base_url: profile
                .chatgpt_base_url
                .or_else(|| settings.chatgpt_base_url.clone())
                .unwrap_or_else(|| DEFAULT_CHATGPT_BASE_URL.to_owned()),
            base_instructions,
            developer_instructions: developer_instructions.filter(|t| !t.is_empty()),
            compact_prompt,
            include_permissions_instructions: profile
                .include_permissions_instructions
                .or(settings.include_permissions_instructions)
                .unwrap_or(true),
            include_environment_context: profile
                .include_environment_context
                .or(settings.include_environment_context)
                .unwrap_or(true),
            include_apps_instructions: profile
                .include_apps_instructions
                .or(settings.include_apps_instructions)
                .unwrap_or(true),
            include_skills_instructions: settings
                .skills
                .as_ref()
                .and_then(|s| s.include_instructions)
                .unwrap_or(true),
            project_doc_max_bytes: settings
                .project_doc_max_bytes
                .unwrap_or(DEFAULT_PROJECT_DOC_BYTES),
            project_doc_fallback_filenames: settings
                .project_doc_fallback_filenames
                .clone()
                .unwrap_or_default(),
            project_root_markers: settings
                .project_root_markers
                .clone()
                .unwrap_or_else(|| vec![".git".to_owned()]),
            approval_policy,
            approvals_reviewer,
            permissions,
            shell_environment_policy: settings.shell_environment_policy.clone(),
            allow_login_shell: settings.allow_login_shell.unwrap_or(true),
            background_terminal_max_timeout_ms: settings
                .background_terminal_max_timeout
                .unwrap_or(DEFAULT_TERMINAL_TIMEOUT_MS),
            tool_output_token_limit: settings.tool_output_token_limit,
            web_search,
            web_search_options: profile_tools.web_search.or(tools.web_search),
            tools_view_image: profile
                .tools_view_image
                .or(profile_tools.view_image)
                .or(tools.view_image)
                .unwrap_or(true),
            features,
            notify: settings.notify.clone(),
            cli_auth_credentials_store: settings
                .cli_auth_credentials_store
                .unwrap_or(AuthCredentialsStore::File),
            forced_login_method: settings.forced_login_method,
            forced_chatgpt_workspace_id: settings
                .forced_chatgpt_workspace_id
                .as_deref()
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            analytics_enabled: profile
                .analytics
                .and_then(|a| a.enabled)
                .or_else(|| settings.analytics.as_ref().and_then(|a| a.enabled)),
            feedback_enabled: settings.feedback.as_ref().and_then(|f| f.enabled).unwrap_or(true),
            hide_agent_reasoning: settings.hide_agent_reasoning.unwrap_or(false),
            show_raw_agent_reasoning: settings.show_raw_agent_reasoning.unwrap_or(false),
            generate_memories: settings
                .memories
                .as_ref()
                .and_then(|m| m.generate_memories)
                .unwrap_or(true),
            requirements: Arc::new(requirements),
            requirement_warnings: warnings,
            cwd,
            settings,
            merged,
            layers,
        })
    }

    fn features(
        &self,
        settings: &ConfigToml,
        profile: &ConfigProfile,
        pins: &BTreeMap<String, bool>,
    ) -> Features {
        let runtime = self.runtime_features.read().unwrap_or_else(|e| e.into_inner());
        features::resolve(&features::Voices {
            merged: settings.features.as_ref(),
            top_level: vec![
                (
                    "experimental_use_unified_exec_tool",
                    settings.experimental_use_unified_exec_tool,
                ),
                (
                    "experimental_use_freeform_apply_patch",
                    settings.experimental_use_freeform_apply_patch,
                ),
            ],
            profile: profile.features.as_ref(),
            profile_keys: vec![
                ("include_apply_patch_tool", profile.include_apply_patch_tool),
                (
                    "experimental_use_unified_exec_tool",
                    profile.experimental_use_unified_exec_tool,
                ),
                (
                    "experimental_use_freeform_apply_patch",
                    profile.experimental_use_freeform_apply_patch,
                ),
            ],
            runtime: Some(&runtime),
            pins: Some(pins),
        })
    }
}

/// The profile named by `profile`; an empty one when none is.
fn chosen_profile(settings: &ConfigToml) -> Result<ConfigProfile, ConfigError> {
    match &settings.profile {
        None => Ok(ConfigProfile::default()),
        Some(name) => settings
            .profiles
            .get(name)
            .cloned()
            .ok_or_else(|| ConfigError::semantic(format!("config profile `{name}` not found"))),
    }
}

/// Settings of the right shape that cannot work.
fn check(settings: &ConfigToml) -> Result<(), ConfigError> {
    let agents = settings.agents.as_ref();
    if agents.and_then(|a| a.max_threads) == Some(0) {
        return Err(ConfigError::semantic("agents.max_threads must be at least 1"));
    }
    if agents.and_then(|a| a.max_depth).is_some_and(|d| d < 1) {
        return Err(ConfigError::semantic("agents.max_depth must be at least 1"));
    }
    if settings
        .model_providers
        .get(BuiltInProvider::AmazonBedrock.id())
        .is_some_and(|p| !p.is_plain_bedrock())
    {
        return Err(ConfigError::semantic(
            "model_providers.amazon-bedrock only supports changing `aws.profile` and `aws.region`; \
             other non-default provider fields are not supported",
        ));
    }
    Ok(())
}

fn provider_id(
    settings: &ConfigToml,
    profile: &ConfigProfile,
    request: &Request,
) -> Result<String, ConfigError> {
    let id = request
        .model_provider
        .as_ref()
        .or(profile.model_provider.as_ref())
        .or(settings.model_provider.as_ref())
        .map_or(DEFAULT_PROVIDER, String::as_str);
    if BuiltInProvider::named(id).is_some() || settings.model_providers.contains_key(id) {
        return Ok(id.to_owned());
    }
    Err(ConfigError::semantic(match id {
        "ollama-chat" => "`ollama-chat` is no longer supported; use `ollama` as `model_provider`".to_owned(),
        _ => format!("Model provider `{id}` not found"),
    }))
}

/// The trimmed text of a file that must be there and say something.
fn read_text(what: &str, file: Option<&AbsolutePath>) -> Result<Option<String>, ConfigError> {
    let Some(AbsolutePath(file)) = file else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(file)
        .map_err(|e| ConfigError::semantic(format!("failed to read {what} file {}: {e}", file.display())))?;
    match text.trim() {
        "" => Err(ConfigError::semantic(format!(
            "{what} file is empty: {}",
            file.display()
        ))),
        text => Ok(Some(text.to_owned())),
    }
}

/// Old features count only where nothing newer was said.
fn default_web_search(features: &Features) -> WebSearchMode {
    match (
        features.enabled("web_search_cached"),
        features.enabled("web_search_request"),
    ) {
        (true, _) | (false, false) => WebSearchMode::Cached,
        (false, true) => WebSearchMode::Live,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Place;
    use crate::{PermissionProfile, SandboxMode};

    fn with_config(config: serde_json::Value) -> Request {
        Request {
            config: config.as_object().unwrap().clone(),
            ..Request::default()
        }
    }

    #[test]
    fn an_empty_home_gives_the_defaults() {
        let config = Place::new("").load(Request::default()).unwrap();
        assert_eq!(
            (config.model, config.model_provider_id.as_str()),
            (None, "openai")
        );
        assert_eq!(
            (config.approval_policy, config.trust),
            (AskForApproval::OnRequest, None)
        );
        assert_eq!(config.permissions.profile, PermissionProfile::read_only());
        assert_eq!(
            (config.project_doc_max_bytes, config.web_search),
            (32768, WebSearchMode::Cached)
        );
        assert!(config.features.enabled("shell_tool") && !config.features.enabled("goals"));
    }

    #[test]
    fn request_beats_profile_beats_config_object_beats_flags_beats_file() {
        let mut place = Place::new("model = \"file\"\n[profiles.p]\nmodel = \"profile\"\n");
        let model = |place: &Place, request| place.load(request).unwrap().model.unwrap();
        assert_eq!(model(&place, Request::default()), "file");
        place.sources.flags.push("model", "flag".into());
        assert_eq!(model(&place, Request::default()), "flag");
        assert_eq!(
            model(&place, with_config(serde_json::json!({"model": "object"}))),
            "object"
        );
        let with_profile = with_config(serde_json::json!({"model": "object", "profile": "p"}));
        assert_eq!(model(&place, with_profile.clone()), "profile");
        assert_eq!(
            model(
                &place,
                Request {
                    model: Some("field".into()),
                    ..with_profile
                }
            ),
            "field"
        );
    }

    #[test]
    fn a_trusted_project_has_a_say_and_the_nearest_folder_the_last_word() {
        let place = Place::new("[projects.\"$ROOT/r\"]\ntrust_level = \"trusted\"\n");
        place.put("r/.git/HEAD", "");
        place.put(
            "r/.codex/config.toml",
            "model = \"root\"\nreview_model = \"root\"\n",
        );
        place.put("r/a/.codex/config.toml", "model = \"near\"\n");
        let at = |folder: &str| {
            place
                .load(Request {
                    cwd: Some(place.root.join(folder)),
                    ..Request::default()
                })
                .unwrap()
        };
        let config = at("r/a/b");
        assert_eq!(
            (config.model.as_deref(), config.review_model.as_deref()),
            (Some("near"), Some("root"))
        );
        assert_eq!(config.trust, Some(TrustLevel::Trusted));
        assert_eq!(at("elsewhere").model, None);
    }

    #[test]
    fn an_undecided_project_has_none_and_may_be_broken() {
        let place = Place::new("");
        place.put("r/.git/HEAD", "");
        place.put("r/.codex/config.toml", "model = [\n");
        let request = Request {
            cwd: Some(place.root.join("r")),
            ..Request::default()
        };
        let config = place.sources.load(&request).unwrap();
        assert_eq!(config.model, None);
        let notice = config.layers.untrusted_notice().unwrap();
        let r = place.root.join("r");
        assert!(
            notice.contains(&format!(
                "\n    1. {}\n       To load",
                r.join(".codex").display()
            )),
            "{notice}"
        );
    }

    #[test]
    fn a_start_that_writes_trusts_the_project_and_gets_its_settings() {
        let place = Place::new("model_verbosity = \"low\" # mine\n");
        place.put("r/.git/HEAD", "");
        place.put("r/.codex/config.toml", "model = \"of-project\"\n");
        let reads = Request {
            cwd: Some(place.root.join("r")),
            ..Request::default()
        };
        assert_eq!(place.sources.load_for_start(&reads).unwrap().model, None);
        assert_eq!(place.user_text(), "model_verbosity = \"low\" # mine\n");
        let writes = Request {
            sandbox: Some(SandboxMode::WorkspaceWrite),
            ..reads
        };
        assert_eq!(
            place.sources.load_for_start(&writes).unwrap().model.as_deref(),
            Some("of-project")
        );
        let entry = format!(
            "[projects.\"{}\"]\ntrust_level = \"trusted\"\n",
            place.root.join("r").display()
        );
        assert!(place.user_text().ends_with(&entry), "{}", place.user_text());
    }

    #[test]
    fn faults_are_told_in_the_words_of_the_reference() {
        let fault = |text: &str| Place::new(text).load(Request::default()).unwrap_err();
        assert_eq!(fault("profile = \"x\""), "config profile `x` not found");
        assert_eq!(fault("model_provider = \"x\""), "Model provider `x` not found");
        assert_eq!(
            fault("[agents]\nmax_threads = 0"),
            "agents.max_threads must be at least 1"
        );
        assert!(fault("a = 1\nx = [\n").ends_with("/home/config.toml:2:7: unclosed array, expected `]`"));
        assert!(fault("[mcp_servers.a]\nargs = []").ends_with("/home/config.toml:1:1: invalid transport"));
        let place = Place::new("");
        let err = place
            .load(with_config(serde_json::json!({"features.goals": "x"})))
            .unwrap_err();
        assert_eq!(
            err,
            "invalid type: string \"x\", expected a boolean\nin `features`\n"
        );
    }

    #[test]
    fn defaults_stand_in_for_a_broken_file_but_not_for_broken_flags() {
        let mut place = Place::new("model = [\n");
        assert!(place.sources.load(&Request::default()).is_err());
        place.sources.flags.push("model", "flag".into());
        assert_eq!(
            place.sources.load_defaults().unwrap().model.as_deref(),
            Some("flag")
        );
        place.sources.flags.push("model_provider", "nope".into());
        assert_eq!(
            place.sources.load_defaults().unwrap_err().to_string(),
            "Model provider `nope` not found"
        );
    }

    #[test]
    fn instructions_come_from_the_request_or_a_file_beside_the_settings() {
        let place = Place::new("model_instructions_file = \"i.md\"\n");
        place.put("home/i.md", "  Be brief.\n");
        assert_eq!(
            place
                .load(Request::default())
                .unwrap()
                .base_instructions
                .as_deref(),
            Some("Be brief.")
        );
        let none = Request {
            base_instructions: Some(String::new()),
            ..Request::default()
        };
        assert_eq!(place.load(none).unwrap().base_instructions.as_deref(), Some(""));
        place.put("home/i.md", " ");
        assert!(
            place
                .load(Request::default())
                .unwrap_err()
                .starts_with("model instructions file is empty: ")
        );
    }

    #[test]
    fn relative_folders_are_the_processs_and_need_not_exist() {
        let place = Place::new("");
        let at = |cwd: &str| place.sources.resolve_cwd(Some(Path::new(cwd)));
        assert_eq!(
            [at(""), at("."), at("a/../b/")],
            [place.root.join("w"), place.root.join("w"), place.root.join("w/b")]
        );
    }
}
