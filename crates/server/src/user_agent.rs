//! Who we say we are: the version clients check, and the user agent (transport.md §2).

use std::env;
use std::fs;
use std::sync::OnceLock;

use http::HeaderValue;

/// The version of the reference this server is compatible with; clients compare it with what they need.
pub const REFERENCE_VERSION: &str = "0.128.0";

const FALLBACK_ORIGINATOR: &str = "codex_cli_rs";

/// The first part of the user agent and header of outgoing requests: fixed by the first client of the process.
#[derive(Debug, Default)]
pub struct Originator(OnceLock<String>);

impl Originator {
    /// The originator; the first client's name, or what the environment prescribes.
    pub fn fix(&self, client_name: &str) -> &str {
        self.0
            .get_or_init(|| match env::var("CODEX_INTERNAL_ORIGINATOR_OVERRIDE") {
                Ok(name) if HeaderValue::from_str(&name).is_ok() => name,
                Ok(_) => FALLBACK_ORIGINATOR.to_owned(),
                Err(_) => client_name.to_owned(),
            })
    }

    /// The originator as fixed so far.
    pub fn get(&self) -> &str {
        self.0.get().map_or(FALLBACK_ORIGINATOR, String::as_str)
    }
}

/// `ORIGINATOR/VERSION (OS OSVERSION; ARCH) TERMINAL`, and the client's name and version behind it if there is one.
pub fn user_agent(originator: &str, client: Option<(&str, &str)>) -> String {
    let base = format!(
        "{originator}/{REFERENCE_VERSION} ({}; {}) {}",
        system(),
        env::consts::ARCH,
        terminal()
    );
    match client {
        Some(("", "")) => format!("{base} (;)"),
        Some((name, version)) => format!("{base} ({name}; {version})"),
        None => base,
    }
}

fn system() -> String {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let field = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(line.trim_matches('"').to_owned())
    };
    let mut id = field("ID").unwrap_or_else(|| "Linux".into());
    if let Some(first) = id.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let version = field("VERSION_ID").unwrap_or_else(|| "unknown".into());
    let numbers: Option<Vec<u64>> = version.split('.').map(|part| part.parse().ok()).collect();
    match numbers.as_deref() {
        Some([major]) => format!("{id} {major}.0.0"),
        Some([major, minor]) => format!("{id} {major}.{minor}.0"),
        _ => format!("{id} {version}"),
    }
}

fn terminal() -> String {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let versioned = |name: &str, version: Option<String>| match version {
        Some(version) => format!("{name}/{version}"),
        None => name.to_owned(),
    };
    let text = if let Some(program) = set("TERM_PROGRAM") {
        versioned(&program, set("TERM_PROGRAM_VERSION"))
    } else if is_set("WEZTERM_VERSION") {
        versioned("WezTerm", set("WEZTERM_VERSION"))
    } else if is_set("ITERM_SESSION_ID") || is_set("ITERM_PROFILE") || is_set("ITERM_PROFILE_NAME") {
        "iTerm.app".into()
    } else if is_set("TERM_SESSION_ID") {
        "Apple_Terminal".into()
    } else if is_set("KITTY_WINDOW_ID") {
        "kitty".into()
    } else if is_set("ALACRITTY_SOCKET") {
        "Alacritty".into()
    } else if is_set("KONSOLE_VERSION") {
        versioned("Konsole", set("KONSOLE_VERSION"))
    } else if is_set("GNOME_TERMINAL_SCREEN") {
        "gnome-terminal".into()
    } else if is_set("VTE_VERSION") {
        versioned("VTE", set("VTE_VERSION"))
    } else if is_set("WT_SESSION") {
        "WindowsTerminal".into()
    } else {
        set("TERM").unwrap_or_else(|| "unknown".into())
    };
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_./".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_stands_in_brackets_at_the_end() {
        let agent = user_agent("tool", Some(("tool", "1.2")));
        assert!(agent.starts_with("tool/0.128.0 ("), "{agent}");
        assert!(agent.ends_with(" (tool; 1.2)"), "{agent}");
    }

    #[test]
    fn the_first_client_names_the_originator_for_good() {
        let originator = Originator::default();
        assert_eq!(originator.get(), "codex_cli_rs");
        originator.fix("first");
        originator.fix("second");
        assert_eq!(originator.get(), "first");
    }
}
