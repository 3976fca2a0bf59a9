//! The pages a browser is shown at the end of a login.

/// Why a browser login fails: for the client, and for the person in front of the browser.
pub(super) struct Refused {
    /// A short name of what went wrong.
    code: String,
    /// What is told.
    pub(super) message: String,
    description: Option<String>,
}

impl Refused {
    pub(super) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            description: None,
        }
    }

    /// The issuer sent the browser back with an error.
    pub(super) fn by_issuer(error: String, description: Option<String>) -> Self {
        let described = description.as_deref().filter(|text| !text.trim().is_empty());
        let entitled =
            described.is_none_or(|text| !text.to_ascii_lowercase().contains("missing_codex_entitlement"));
        let message = if error == "access_denied" && !entitled {
            "Codex is not enabled for this workspace. Ask its administrator for access.".to_owned()
        } else {
            format!("Sign-in failed: {}", described.unwrap_or(&error))
        };
        Self {
            code: error,
            message,
            description,
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn whole(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1em}}\
         code{{background:#8882;padding:.1em .3em}}</style></head>\n<body><h1>{title}</h1>\n{body}</body></html>\n"
    )
}

/// The page of a login that failed.
pub(super) fn refused(why: &Refused) -> String {
    let mut body = format!(
        "<p>{}</p>\n<p>Error: <code>{}</code></p>\n",
        escaped(&why.message),
        escaped(&why.code)
    );
    if let Some(description) = why.description.as_deref().filter(|text| !text.trim().is_empty()) {
        body.push_str(&format!("<p>{}</p>\n", escaped(description)));
    }
    body.push_str("<p>You can close this page and start the login again.</p>\n");
    whole("Not signed in", &body)
}

/// The page of a login that succeeded. The plain one sends the owner of an organization that is not set up yet on to
/// where that is done; only there, whatever the address of this page says.
pub(super) fn success(streamlined: bool) -> String {
    if streamlined {
        return whole("Signed in", "<p>You can go back to the app now.</p>\n");
    }
    whole("Signed in", SUCCESS)
}

const SUCCESS: &str = r#"<p>You can close this page.</p>
<script>
const told = new URLSearchParams(location.search);
if (told.get("needs_setup") === "true") {
  const setup = new URL("/org-setup", "https://platform.openai.com");
  for (const [to, from] of [["p", "plan_type"], ["t", "id_token"], ["with_org", "org_id"], ["project_id", "project_id"]]) {
    setup.searchParams.set(to, told.get(from) || "");
  }
  setTimeout(() => location.replace(setup), 3000);
}
</script>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_told_where_there_is_one() {
        let told = |error: &str, description: Option<&str>| {
            Refused::by_issuer(error.into(), description.map(str::to_owned)).message
        };
        assert_eq!(told("e", Some("why")), "Sign-in failed: why");
        assert_eq!(told("e", Some("  ")), "Sign-in failed: e");
        assert_eq!(told("e", None), "Sign-in failed: e");
        assert!(told("access_denied", Some("Missing_Codex_Entitlement")).contains("not enabled"));
        assert_eq!(
            told("e", Some("missing_codex_entitlement")),
            "Sign-in failed: missing_codex_entitlement"
        );
    }
}
