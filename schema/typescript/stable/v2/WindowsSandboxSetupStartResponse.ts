// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `windowsSandbox/setupStart`.
 */
export type WindowsSandboxSetupStartResponse = { started: boolean, };
