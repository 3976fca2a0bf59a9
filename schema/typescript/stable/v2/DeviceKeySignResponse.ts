// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeyAlgorithm } from "./DeviceKeyAlgorithm";

/**
 * Result of `device/key/sign`.
 */
export type DeviceKeySignResponse = {
/**
 * The signature in DER, in base64.
 */
signatureDerBase64: string,
/**
 * The bytes that were signed, in base64.
 */
signedPayloadBase64: string, algorithm: DeviceKeyAlgorithm, };
