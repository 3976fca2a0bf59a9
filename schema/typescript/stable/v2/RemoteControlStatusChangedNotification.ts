// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RemoteControlConnectionStatus } from "./RemoteControlConnectionStatus";

/**
 * `remoteControl/status/changed`: how remote control stands.
 */
export type RemoteControlStatusChangedNotification = { status: RemoteControlConnectionStatus,
/**
 * What this machine is called there.
 */
environmentId: string | null, };
