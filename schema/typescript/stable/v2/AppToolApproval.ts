// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppToolApproval = "auto" | "prompt" | "approve";
