// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `device/key/public`: asks for a public key. On stdio only.
 */
export type DeviceKeyPublicParams = {
/**
 * What the key is asked for by.
 */
keyId: string, };
