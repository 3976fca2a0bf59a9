//! Who may connect over WebSocket: capability tokens and signed bearer tokens (transport.md §7).

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const DEFAULT_CLOCK_SKEW_SECONDS: u64 = 30;
const SHORTEST_SECRET: usize = 32;

/// `--ws-auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One secret token.
    CapabilityToken,
    /// Tokens signed with a shared secret.
    SignedBearerToken,
}

/// The `--ws-*` flags as given.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--ws-auth`.
    pub mode: Option<Mode>,
    /// `--ws-token-file`.
    pub token_file: Option<PathBuf>,
    /// `--ws-token-sha256`.
    pub token_sha256: Option<String>,
    /// `--ws-shared-secret-file`.
    pub shared_secret_file: Option<PathBuf>,
    /// `--ws-issuer`.
    pub issuer: Option<String>,
    /// `--ws-audience`.
    pub audience: Option<String>,
    /// `--ws-max-clock-skew-seconds`.
    pub max_clock_skew_seconds: Option<u64>,
    /// `--ws-insecure-no-auth`.
    pub insecure_no_auth: bool,
}

/// Why the flags, or the files they name, cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum FlagError {
    #[error("`--ws-token-file` or `--ws-token-sha256` is required when `--ws-auth capability-token` is set")]
    NoTokenSource,
    #[error("`--ws-token-file` and `--ws-token-sha256` are mutually exclusive")]
    TwoTokenSources,
    #[error(
        "`--ws-shared-secret-file`, `--ws-issuer`, `--ws-audience`, and `--ws-max-clock-skew-seconds` require `--ws-auth signed-bearer-token`"
    )]
    SignedFlagsWithCapability,
    #[error("--ws-token-sha256 must be a 64-character hex SHA-256 digest")]
    BadDigest,
    #[error("`--ws-shared-secret-file` is required when `--ws-auth signed-bearer-token` is set")]
    NoSecret,
    #[error(
        "`--ws-token-file` and `--ws-token-sha256` require `--ws-auth capability-token`, not `signed-bearer-token`"
    )]
    TokenFlagsWithSigned,
    #[error("websocket auth flags require `--ws-auth capability-token` or `--ws-auth signed-bearer-token`")]
    FlagsWithoutMode,
    #[error("`--ws-insecure-no-auth` cannot be combined with `--ws-auth`")]
    InsecureWithMode,
    #[error("failed to read websocket auth secret {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("websocket auth secret {} must not be empty", .0.display())]
    EmptySecret(PathBuf),
    #[error("signed websocket bearer secret {} must be at least {SHORTEST_SECRET} bytes", .0.display())]
    ShortSecret(PathBuf),
    #[error("websocket auth clock skew must fit in a signed 64-bit integer")]
    SkewTooLarge,
}

/// Flags that fit together; their files have not been read. They are checked for every transport, files are read only
/// when a WebSocket listener starts.
#[derive(Debug, Clone)]
pub enum Checked {
    /// No authentication was asked for.
    None,
    /// A capability token.
    Capability(TokenSource),
    /// Signed tokens.
    Signed {
        /// File of the shared secret.
        secret_file: PathBuf,
        /// Required `iss`.
        issuer: Option<String>,
        /// Required `aud`.
        audience: Option<String>,
        /// Tolerance for the times, in seconds.
        skew: u64,
    },
}

/// Where the capability token's digest comes from.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// The trimmed content of a file.
    File(PathBuf),
    /// Given as SHA-256.
    Digest([u8; 32]),
}

impl Flags {
    /// Judges the combination of the flags.
    pub fn check(self) -> Result<Checked, FlagError> {
        let token_flags = self.token_file.is_some() || self.token_sha256.is_some();
        let signed_flags = self.shared_secret_file.is_some()
            || self.issuer.is_some()
            || self.audience.is_some()
            || self.max_clock_skew_seconds.is_some();
        if self.insecure_no_auth && self.mode.is_some() {
            return Err(FlagError::InsecureWithMode);
        }
        match self.mode {
            None if token_flags || signed_flags => Err(FlagError::FlagsWithoutMode),
            None => Ok(Checked::None),
            Some(Mode::CapabilityToken) if signed_flags => Err(FlagError::SignedFlagsWithCapability),
            Some(Mode::CapabilityToken) => match (self.token_file, self.token_sha256) {
                (Some(_), Some(_)) => Err(FlagError::TwoTokenSources),
                (None, None) => Err(FlagError::NoTokenSource),
                (Some(path), None) => Ok(Checked::Capability(TokenSource::File(path))),
                (None, Some(hex)) => {
                    let digest = hex_digest(hex.trim()).ok_or(FlagError::BadDigest)?;
                    Ok(Checked::Capability(TokenSource::Digest(digest)))
                }
            },
            Some(Mode::SignedBearerToken) if token_flags => Err(FlagError::TokenFlagsWithSigned),
            Some(Mode::SignedBearerToken) => Ok(Checked::Signed {
                secret_file: self.shared_secret_file.ok_or(FlagError::NoSecret)?,
                issuer: not_blank(self.issuer),
                audience: not_blank(self.audience),
                skew: self.max_clock_skew_seconds.unwrap_or(DEFAULT_CLOCK_SKEW_SECONDS),
            }),
        }
    }
}

impl Checked {
    /// Reads the files, once.
    pub fn load(self) -> Result<Policy, FlagError> {
        match self {
            Self::None => Ok(Policy::Open),
            Self::Capability(TokenSource::Digest(digest)) => Ok(Policy::Capability { digest }),
            Self::Capability(TokenSource::File(path)) => Ok(Policy::Capability {
                digest: Sha256::digest(read_secret(&path)?).into(),
            }),
            Self::Signed {
                secret_file,
                issuer,
                audience,
                skew,
            } => {
                let skew = i64::try_from(skew).map_err(|_| FlagError::SkewTooLarge)?;
                let secret = read_secret(&secret_file)?;
                if secret.len() < SHORTEST_SECRET {
                    return Err(FlagError::ShortSecret(secret_file));
                }
                let key = Hmac::new_from_slice(&secret).expect("HMAC takes keys of any length");
                Ok(Policy::Signed {
                    key,
                    issuer,
                    audience,
                    skew,
                })
            }
        }
    }
}

/// What a client must show at the handshake.
#[derive(Debug, Clone)]
pub enum Policy {
    /// Nothing.
    Open,
    /// The token of this SHA-256.
    Capability {
        /// SHA-256 of the token.
        digest: [u8; 32],
    },
    /// A token signed with this key.
    Signed {
        /// The shared secret, ready to verify with.
        key: Hmac<Sha256>,
        /// Required `iss`.
        issuer: Option<String>,
        /// Required `aud`.
        audience: Option<String>,
        /// Tolerance for the times, in seconds.
        skew: i64,
    },
}

/// The body of a 401.
pub type Refusal = &'static str;

impl Policy {
    /// Whether anybody may connect.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// Judges the headers of a handshake.
    pub fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if self.is_open() {
            return Ok(());
        }
        let token = bearer_token(headers)?;
        match self {
            Self::Open => Ok(()),
            Self::Capability { digest } => {
                let given: [u8; 32] = Sha256::digest(token.as_bytes()).into();
                bool::from(given.ct_eq(digest))
                    .then_some(())
                    .ok_or("invalid websocket bearer token")
            }
            Self::Signed {
                key,
                issuer,
                audience,
                skew,
            } => {
                let now = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(0, |d| d.as_secs() as i64);
                let claims = verify(token, key).ok_or("invalid websocket jwt")?;
                claims.admit(now, *skew, issuer.as_deref(), audience.as_deref())
            }
        }
    }
}

fn bearer_token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let header = headers
        .get(AUTHORIZATION)
        .ok_or("missing websocket bearer token")?;
    const INVALID: Refusal = "invalid authorization header";
    let (scheme, token) = header
        .to_str()
        .map_err(|_| INVALID)?
        .split_once(' ')
        .ok_or(INVALID)?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
        .then_some(token)
        .ok_or(INVALID)
}

#[derive(Debug, Deserialize)]
struct Claims {
    exp: i64,
    nbf: Option<i64>,
    iss: Option<String>,
    aud: Option<Audience>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    fn admit(
        &self,
        now: i64,
        skew: i64,
        issuer: Option<&str>,
        audience: Option<&str>,
    ) -> Result<(), Refusal> {
        if now > self.exp.saturating_add(skew) {
            return Err("expired websocket jwt");
        }
        if self.nbf.is_some_and(|nbf| now < nbf.saturating_sub(skew)) {
            return Err("websocket jwt is not valid yet");
        }
        if issuer.is_some() && self.iss.as_deref() != issuer {
            return Err("websocket jwt issuer mismatch");
        }
        let named = |wanted: &str| match &self.aud {
            Some(Audience::One(aud)) => aud == wanted,
            Some(Audience::Several(all)) => all.iter().any(|aud| aud == wanted),
            None => false,
        };
        if audience.is_some_and(|wanted| !named(wanted)) {
            return Err("websocket jwt audience mismatch");
        }
        Ok(())
    }
}

/// The claims of a well-formed HS256 token with a good signature.
fn verify(token: &str, key: &Hmac<Sha256>) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed
        .split_once('.')
        .filter(|(_, claims)| !claims.contains('.'))?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.get("alg")? != "HS256" {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    key.clone()
        .chain_update(signed.as_bytes())
        .verify_slice(&signature)
        .ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn read_secret(path: &Path) -> Result<Vec<u8>, FlagError> {
    let path = expand_home(path);
    let content = std::fs::read(&path).map_err(|source| {
        let shown = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        FlagError::Unreadable { path: shown, source }
    })?;
    let trimmed = content.trim_ascii();
    if trimmed.is_empty() {
        return Err(FlagError::EmptySecret(std::path::absolute(&path).unwrap_or(path)));
    }
    Ok(trimmed.to_vec())
}

fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

fn not_blank(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

fn hex_digest(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Hmac<Sha256> {
        Hmac::new_from_slice(&[b'k'; 32]).unwrap()
    }

    fn token(header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = key().chain_update(signed.as_bytes()).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn judge(claims: &str, issuer: Option<&str>, audience: Option<&str>) -> Result<(), Refusal> {
        verify(&token(r#"{"alg":"HS256","typ":5}"#, claims), &key())
            .ok_or("invalid websocket jwt")?
            .admit(1000, 30, issuer, audience)
    }

    #[test]
    fn signed_tokens_are_judged_by_times_then_issuer_then_audience() {
        assert_eq!(judge(r#"{"exp":970}"#, None, None), Ok(()));
        assert_eq!(
            judge(r#"{"exp":969}"#, Some("x"), None),
            Err("expired websocket jwt")
        );
        assert_eq!(judge(r#"{"exp":2000,"nbf":1030}"#, None, None), Ok(()));
        assert_eq!(
            judge(r#"{"exp":2000,"nbf":1031}"#, None, None),
            Err("websocket jwt is not valid yet")
        );
        assert_eq!(
            judge(r#"{"exp":2000,"iss":"y"}"#, Some("x"), Some("a")),
            Err("websocket jwt issuer mismatch")
        );
        assert_eq!(
            judge(r#"{"exp":2000,"iss":"x"}"#, Some("x"), Some("a")),
            Err("websocket jwt audience mismatch")
        );
        assert_eq!(judge(r#"{"exp":2000,"aud":["b","a"]}"#, None, Some("a")), Ok(()));
        for bad in [
            "{}",
            r#"{"exp":1.5}"#,
            r#"{"exp":"2000"}"#,
            r#"{"exp":2000,"aud":5}"#,
            "x",
        ] {
            assert_eq!(judge(bad, None, None), Err("invalid websocket jwt"), "{bad}");
        }
    }

    #[test]
    fn a_token_of_another_algorithm_or_signature_is_invalid() {
        assert!(verify(&token(r#"{"alg":"none"}"#, r#"{"exp":2000}"#), &key()).is_none());
        let good = token(r#"{"alg":"HS256"}"#, r#"{"exp":2000}"#);
        assert!(verify(&good, &key()).is_some());
        assert!(verify(&good[..good.len() - 2], &key()).is_none());
        assert!(verify(&format!("{good}="), &key()).is_none());
        assert!(verify("a.b", &key()).is_none());
    }

    #[test]
    fn only_a_bearer_header_with_a_token_counts() {
        let judge = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            bearer_token(&headers).map(str::to_owned)
        };
        assert_eq!(judge("bEARER  x "), Ok("x".into()));
        for bad in ["Basic x", "Bearer", "Bearer ", "x"] {
            assert_eq!(judge(bad), Err("invalid authorization header"), "{bad}");
        }
        assert_eq!(
            bearer_token(&HeaderMap::new()),
            Err("missing websocket bearer token")
        );
    }

    #[test]
    fn flags_that_exclude_each_other_are_refused() {
        let signed = Flags {
            mode: Some(Mode::SignedBearerToken),
            ..Flags::default()
        };
        assert!(matches!(signed.check(), Err(FlagError::NoSecret)));
        let lonely = Flags {
            issuer: Some("x".into()),
            ..Flags::default()
        };
        assert!(matches!(lonely.check(), Err(FlagError::FlagsWithoutMode)));
        let digest = |hex: &str| {
            let mode = Some(Mode::CapabilityToken);
            Flags {
                mode,
                token_sha256: Some(hex.into()),
                ..Flags::default()
            }
            .check()
        };
        assert!(digest(&"Aa".repeat(32)).is_ok());
        assert!(matches!(digest("abc"), Err(FlagError::BadDigest)));
        assert!(matches!(digest(&"g".repeat(64)), Err(FlagError::BadDigest)));
    }
}
