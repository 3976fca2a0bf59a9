//! `device/key/*`: keys that prove which device is speaking, for clients on stdio only (account.md §13).
//!
//! Keys live in hardware, and this system has none to ask: what a request says is checked, then there is no such key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use codex_protocol::*;
use url::{Host, Url};

use crate::clock;
use crate::dispatch::Context;
use crate::error::RpcError;
use crate::session::TransportKind;

/// The hosts that proofs are made for, with all below them.
const BACKENDS: [&str; 2] = ["chatgpt.com", "chatgpt-staging.com"];

/// Where a client connects to, by the two ways the backend is reached.
const ENDPOINTS: [&str; 2] = ["/api/codex/remote/control/client", "/wham/remote/control/client"];

/// The one thing a token of a connection may be good for.
const SCOPE: &str = "remote_control_controller_websocket";

/// How far in the future a proof may expire, in seconds.
const LONGEST: i64 = 15 * 60;

/// `device/key/create`.
pub async fn device_key_create(
    cx: &mut Context,
    params: DeviceKeyCreateParams,
) -> Result<DeviceKeyCreateResponse, RpcError> {
    local_only(cx, "device/key/create")?;
    check_owner(&params.account_user_id, &params.client_id)?;
    Err(RpcError::invalid_request(
        "hardware-backed device keys are not available on this platform",
    ))
}

/// `device/key/public`.
pub async fn device_key_public(
    cx: &mut Context,
    params: DeviceKeyPublicParams,
) -> Result<DeviceKeyPublicResponse, RpcError> {
    local_only(cx, "device/key/public")?;
    check_key_id(&params.key_id)?;
    Err(not_found())
}

/// `device/key/sign`.
pub async fn device_key_sign(
    cx: &mut Context,
    params: DeviceKeySignParams,
) -> Result<DeviceKeySignResponse, RpcError> {
    local_only(cx, "device/key/sign")?;
    check_key_id(&params.key_id)?;
    check_payload(&params.payload, clock::now())?;
    Err(not_found())
}

fn local_only(cx: &Context, method: &str) -> Result<(), RpcError> {
    match cx.session.transport {
        TransportKind::Stdio => Ok(()),
        TransportKind::WebSocket | TransportKind::UnixSocket => Err(RpcError::invalid_request(format!(
            "{method} is not available over remote transports"
        ))),
    }
}

fn not_found() -> RpcError {
    RpcError::invalid_request("device key not found")
}

fn check(is_fine: bool, otherwise: &str) -> Result<(), RpcError> {
    match is_fine {
        true => Ok(()),
        false => Err(RpcError::invalid_request(format!(
            "invalid device key payload: {otherwise}"
        ))),
    }
}

fn check_key_id(id: &str) -> Result<(), RpcError> {
    let number = ["dk_hse_", "dk_tpm_", "dk_osn_"]
        .iter()
        .find_map(|kind| id.strip_prefix(kind));
    check(
        number.is_some_and(|number| bytes(number) == Some(32)),
        "keyId must be dk_hse_, dk_tpm_, or dk_osn_ followed by unpadded base64url-encoded 32 bytes",
    )
}

fn check_owner(account_user_id: &str, client_id: &str) -> Result<(), RpcError> {
    check(!account_user_id.is_empty(), "accountUserId must not be empty")?;
    check(!client_id.is_empty(), "clientId must not be empty")
}

/// Checks in the reference's order. `now` is in seconds since 1970.
fn check_payload(payload: &DeviceKeySignPayload, now: i64) -> Result<(), RpcError> {
    match payload {
        DeviceKeySignPayload::RemoteControlClientConnection {
            nonce,
            audience: RemoteControlClientConnectionAudience::RemoteControlClientWebsocket,
            session_id,
            target_origin,
            target_path,
            account_user_id,
            client_id,
            token_expires_at,
            token_sha256_base64url,
            scopes,
        } => {
            check_nonce(nonce)?;
            check_target(target_origin, target_path, "")?;
            check(!session_id.is_empty(), "sessionId must not be empty")?;
            check_owner(account_user_id, client_id)?;
            check_digest(token_sha256_base64url, "tokenSha256Base64url")?;
            check(
                scopes == &[SCOPE],
                &format!("scopes must contain exactly {SCOPE}"),
            )?;
            check_expiry(*token_expires_at, now, "remote-control token")
        }
        DeviceKeySignPayload::RemoteControlClientEnrollment {
            nonce,
            audience: RemoteControlClientEnrollmentAudience::RemoteControlClientEnrollment,
            challenge_id,
            target_origin,
            target_path,
            account_user_id,
            client_id,
            device_identity_sha256_base64url,
            challenge_expires_at,
        } => {
            check_nonce(nonce)?;
            check(!challenge_id.is_empty(), "challengeId must not be empty")?;
            check_target(target_origin, target_path, "/enroll")?;
            check_owner(account_user_id, client_id)?;
            check_digest(device_identity_sha256_base64url, "deviceIdentitySha256Base64url")?;
            check_expiry(*challenge_expires_at, now, "enrollment challenge")
        }
    }
}

/// How many bytes a text stands for.
fn bytes(text: &str) -> Option<usize> {
    URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len())
}

fn check_nonce(nonce: &str) -> Result<(), RpcError> {
    check(
        bytes(nonce).is_some_and(|length| length >= 32),
        "nonce must be at least 32 random bytes encoded as unpadded base64url",
    )
}

fn check_digest(text: &str, name: &str) -> Result<(), RpcError> {
    let otherwise = format!("{name} must be a SHA-256 digest encoded as unpadded base64url");
    check(bytes(text) == Some(32), &otherwise)
}

fn check_target(origin: &str, path: &str, ending: &str) -> Result<(), RpcError> {
    check(
        is_backend(origin),
        "targetOrigin must be an allowed remote-control backend origin",
    )?;
    check(
        ENDPOINTS
            .iter()
            .any(|endpoint| path.strip_prefix(endpoint) == Some(ending)),
        "targetPath must match the signed payload type's remote-control endpoint",
    )
}

fn is_backend(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return false;
    }
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_of_backend = url.host_str().is_some_and(|host| {
        BACKENDS.iter().any(|backend| {
            host.strip_suffix(backend)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    });
    match url.scheme() {
        "https" => is_local || is_of_backend,
        "http" => is_local,
        _ => false,
    }
}

fn check_expiry(at: i64, now: i64, what: &str) -> Result<(), RpcError> {
    check(at > now, &format!("{what} is expired"))?;
    check(
        at <= now.saturating_add(LONGEST),
        &format!("{what} expires too far in the future"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_made_for_the_backend_and_this_machine() {
        for origin in [
            "https://chatgpt.com",
            "https://API.chatgpt.com/",
            "https://x.chatgpt-staging.com:8",
            "http://[::1]:1",
        ] {
            assert!(is_backend(origin), "{origin}");
        }
        for origin in [
            "http://chatgpt.com",
            "https://evilchatgpt.com",
            "https://chatgpt.com.evil.com",
            "https://chatgpt.com?",
            "https://chatgpt.com/path",
            "https://foo.localhost",
            "wss://chatgpt.com",
            "http://10.0.0.1",
            "chatgpt.com",
        ] {
            assert!(!is_backend(origin), "{origin}");
        }
    }

    #[test]
    fn a_proof_is_good_for_a_quarter_of_an_hour() {
        let fault = |at| check_expiry(at, 1000, "it").err().map(|e| e.message);
        assert_eq!(fault(1000).unwrap(), "invalid device key payload: it is expired");
        assert_eq!(fault(1001), None);
        assert_eq!(fault(1900), None);
        assert_eq!(
            fault(1901).unwrap(),
            "invalid device key payload: it expires too far in the future"
        );
    }

    #[test]
    fn key_ids_are_of_a_known_kind_and_32_bytes() {
        let number = URL_SAFE_NO_PAD.encode([7; 32]);
        assert!(check_key_id(&format!("dk_tpm_{number}")).is_ok());
        for id in [
            format!("dk_abc_{number}"),
            format!("dk_tpm_{number}="),
            "dk_hse_".into(),
            String::new(),
        ] {
            assert!(check_key_id(&id).is_err(), "{id}");
        }
    }
}
