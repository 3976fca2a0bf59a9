// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WindowsSandboxSetupStartResponse = { started: boolean, };
