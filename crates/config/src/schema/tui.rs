//! Keys of the terminal interface. Nothing here acts on them; they are accepted, checked and shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `[tui]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TuiToml {
    pub notifications: Notifications,
    pub notification_method: NotificationMethod,
    pub notification_condition: NotificationCondition,
    pub animations: bool,
    pub show_tooltips: bool,
    pub alternate_screen: AlternateScreen,
    pub status_line: Option<Vec<String>>,
    pub terminal_title: Option<Vec<String>>,
    pub theme: Option<String>,
    pub keymap: KeymapToml,
    pub model_availability_nux: BTreeMap<String, u32>,
    pub terminal_resize_reflow_max_rows: Option<usize>,
}

impl Default for TuiToml {
    fn default() -> Self {
        Self {
            notifications: Notifications::Switch(true),
            notification_method: NotificationMethod::Auto,
            notification_condition: NotificationCondition::Unfocused,
            animations: true,
            show_tooltips: true,
            alternate_screen: AlternateScreen::Auto,
            status_line: None,
            terminal_title: None,
            theme: None,
            keymap: KeymapToml::default(),
            model_availability_nux: BTreeMap::new(),
            terminal_resize_reflow_max_rows: None,
        }
    }
}

/// On, off, or only some kinds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Notifications {
    Switch(bool),
    Kinds(Vec<String>),
}

/// How a terminal is made to notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationMethod {
    Auto,
    Osc9,
    Bel,
}

/// When a terminal is made to notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationCondition {
    Unfocused,
    Always,
}

/// Whether the terminal's second screen is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlternateScreen {
    Auto,
    Always,
    Never,
}

/// `file_opener`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileOpener {
    Vscode,
    VscodeInsiders,
    Windsurf,
    Cursor,
    None,
}

/// One key or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyBinding {
    One(String),
    Many(Vec<String>),
}

macro_rules! keymap {
    ($($group:ident $field:ident { $($action:ident),+ $(,)? })+) => {
        /// `[tui.keymap]`.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct KeymapToml { $(pub $field: $group),+ }
        $(
            /// A group of key bindings.
            #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $group { $(pub $action: Option<KeyBinding>),+ }
        )+
    };
}

keymap! {
    GlobalKeys global { open_transcript, open_external_editor, copy, clear_terminal, submit, queue, toggle_shortcuts }
    ChatKeys chat { decrease_reasoning_effort, increase_reasoning_effort, edit_queued_message }
    ComposerKeys composer { submit, queue, toggle_shortcuts, history_search_previous, history_search_next }
    EditorKeys editor {
        insert_newline, move_left, move_right, move_up, move_down, move_word_left, move_word_right, move_line_start,
        move_line_end, delete_backward, delete_forward, delete_backward_word, delete_forward_word, kill_line_start,
        kill_line_end, yank,
    }
    PagerKeys pager {
        scroll_up, scroll_down, page_up, page_down, half_page_up, half_page_down, jump_top, jump_bottom, close,
        close_transcript,
    }
    ListKeys list { move_up, move_down, accept, cancel }
    ApprovalKeys approval {
        open_fullscreen, open_thread, approve, approve_for_session, approve_for_prefix, deny, decline, cancel,
    }
}

/// `[notice]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeToml {
    pub hide_full_access_warning: Option<bool>,
    pub hide_world_writable_warning: Option<bool>,
    pub fast_default_opt_out: Option<bool>,
    pub hide_rate_limit_model_nudge: Option<bool>,
    pub hide_gpt5_1_migration_prompt: Option<bool>,
    #[serde(rename = "hide_gpt-5.1-codex-max_migration_prompt")]
    pub hide_gpt_5_1_codex_max_migration_prompt: Option<bool>,
    pub model_migrations: BTreeMap<String, String>,
    pub external_config_migration_prompts: MigrationPrompts,
}

/// Which offers to take over another agent's settings were declined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MigrationPrompts {
    pub home: Option<bool>,
    pub home_last_prompted_at: Option<i64>,
    pub projects: BTreeMap<String, bool>,
    pub project_last_prompted_at: BTreeMap<String, i64>,
}
