// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { WindowsSandboxSetupMode } from "./WindowsSandboxSetupMode";

/**
 * `windowsSandbox/setupCompleted`: the sandbox on Windows is prepared, or cannot be.
 */
export type WindowsSandboxSetupCompletedNotification = { mode: WindowsSandboxSetupMode, success: boolean, error: string | null, };
