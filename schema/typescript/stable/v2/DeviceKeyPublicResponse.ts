// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeyAlgorithm } from "./DeviceKeyAlgorithm";
import type { DeviceKeyProtectionClass } from "./DeviceKeyProtectionClass";

/**
 * Result of `device/key/public`.
 */
export type DeviceKeyPublicResponse = {
/**
 * What the key is asked for by.
 */
keyId: string,
/**
 * The public key: SubjectPublicKeyInfo in DER, in base64.
 */
publicKeySpkiDerBase64: string, algorithm: DeviceKeyAlgorithm,
/**
 * How well the private key is protected.
 */
protectionClass: DeviceKeyProtectionClass, };
