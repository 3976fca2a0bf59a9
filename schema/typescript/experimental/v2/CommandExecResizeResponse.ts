// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecResizeResponse = Record<string, never>;
