// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a key signs.
 */
export type DeviceKeyAlgorithm =
/**
 * ECDSA on P-256 with SHA-256.
 */
"ecdsa_p256_sha256";
