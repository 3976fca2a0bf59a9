// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ConfiguredHookHandler = { "type": "command", command: string, timeoutSec: number | null, async: boolean, statusMessage: string | null, } | { "type": "prompt" } | { "type": "agent" };
