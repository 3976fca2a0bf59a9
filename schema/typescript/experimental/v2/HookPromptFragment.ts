// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookPromptFragment = { text: string, hookRunId: string, };
