// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeyProtectionPolicy } from "./DeviceKeyProtectionPolicy";

/**
 * `device/key/create`: makes a key pair that never leaves the device. On stdio only.
 */
export type DeviceKeyCreateParams = {
/**
 * How well the private key has to be protected. Default `hardware_only`.
 */
protectionPolicy?: DeviceKeyProtectionPolicy | null,
/**
 * The user the key is for.
 */
accountUserId: string,
/**
 * The client the key is for.
 */
clientId: string, };
