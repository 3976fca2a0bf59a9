// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeySignPayload } from "./DeviceKeySignPayload";

/**
 * `device/key/sign`: signs a statement. On stdio only.
 */
export type DeviceKeySignParams = {
/**
 * What the key is asked for by.
 */
keyId: string,
/**
 * The statement.
 */
payload: DeviceKeySignPayload, };
