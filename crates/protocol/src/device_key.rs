//! `device/key/*`: keys that prove which device is speaking.

use serde::Deserialize;
use serde::Serialize;

/// `device/key/create`: makes a key pair that never leaves the device. On stdio only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeyCreateParams {
    /// How well the private key has to be protected. Default `hardware_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection_policy: Option<DeviceKeyProtectionPolicy>,
    /// The user the key is for.
    pub account_user_id: String,
    /// The client the key is for.
    pub client_id: String,
}

/// How well a private key has to be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKeyProtectionPolicy {
    /// In a chip of its own.
    HardwareOnly,
    /// By the operating system, if there is no such chip.
    AllowOsProtectedNonextractable,
}

/// Result of `device/key/create`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeyCreateResponse {
    /// What the key is asked for by.
    pub key_id: String,
    /// The public key: SubjectPublicKeyInfo in DER, in base64.
    pub public_key_spki_der_base64: String,
    pub algorithm: DeviceKeyAlgorithm,
    /// How well the private key is protected.
    pub protection_class: DeviceKeyProtectionClass,
}

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKeyAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256Sha256,
}

/// How well a private key is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKeyProtectionClass {
    /// In the Secure Enclave.
    HardwareSecureEnclave,
    /// In the TPM.
    HardwareTpm,
    /// By the operating system.
    OsProtectedNonextractable,
}

/// `device/key/public`: asks for a public key. On stdio only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeyPublicParams {
    /// What the key is asked for by.
    pub key_id: String,
}

/// Result of `device/key/public`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeyPublicResponse {
    /// What the key is asked for by.
    pub key_id: String,
    /// The public key: SubjectPublicKeyInfo in DER, in base64.
    pub public_key_spki_der_base64: String,
    pub algorithm: DeviceKeyAlgorithm,
    /// How well the private key is protected.
    pub protection_class: DeviceKeyProtectionClass,
}

/// `device/key/sign`: signs a statement. On stdio only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeySignParams {
    /// What the key is asked for by.
    pub key_id: String,
    /// The statement.
    pub payload: DeviceKeySignPayload,
}

/// A statement a device key may sign; it signs nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceKeySignPayload {
    /// That the device opens a connection.
    RemoteControlClientConnection {
        /// Makes the statement unique.
        nonce: String,
        /// Whom it is for.
        audience: RemoteControlClientConnectionAudience,
        session_id: String,
        /// The host the connection goes to.
        target_origin: String,
        /// The path the connection goes to.
        target_path: String,
        account_user_id: String,
        client_id: String,
        /// When the token ends, in seconds since 1970.
        token_expires_at: i64,
        /// SHA-256 of the token, in unpadded base64url.
        token_sha256_base64url: String,
        /// What the connection may be used for.
        scopes: Vec<String>,
    },
    /// That the device enrolls.
    RemoteControlClientEnrollment {
        /// Makes the statement unique.
        nonce: String,
        /// Whom it is for.
        audience: RemoteControlClientEnrollmentAudience,
        /// The challenge this answers.
        challenge_id: String,
        target_origin: String,
        target_path: String,
        account_user_id: String,
        client_id: String,
        /// SHA-256 of the device's identity, in unpadded base64url.
        device_identity_sha256_base64url: String,
        /// When the challenge ends, in seconds since 1970.
        challenge_expires_at: i64,
    },
}

/// Whom a statement about a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteControlClientConnectionAudience {
    RemoteControlClientWebsocket,
}

/// Whom a statement about an enrollment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteControlClientEnrollmentAudience {
    RemoteControlClientEnrollment,
}

/// Result of `device/key/sign`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceKeySignResponse {
    /// The signature in DER, in base64.
    pub signature_der_base64: String,
    /// The bytes that were signed, in base64.
    pub signed_payload_base64: String,
    pub algorithm: DeviceKeyAlgorithm,
}
