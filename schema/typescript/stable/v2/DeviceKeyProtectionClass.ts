// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How well a private key is protected.
 */
export type DeviceKeyProtectionClass =
/**
 * In the Secure Enclave.
 */
"hardware_secure_enclave" |
/**
 * In the TPM.
 */
"hardware_tpm" |
/**
 * By the operating system.
 */
"os_protected_nonextractable";
