// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeySignPayload } from "./DeviceKeySignPayload";

export type DeviceKeySignParams = { keyId: string, payload: DeviceKeySignPayload, };
