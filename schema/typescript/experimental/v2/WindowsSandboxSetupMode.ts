// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WindowsSandboxSetupMode = "elevated" | "unelevated";
