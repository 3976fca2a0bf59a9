// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * With which rights the sandbox on Windows is prepared.
 */
export type WindowsSandboxSetupMode =
/**
 * Those of an administrator.
 */
"elevated" |
/**
 * Those of the user.
 */
"unelevated";
