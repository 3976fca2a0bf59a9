// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadShellCommandParams = { threadId: string, command: string, };
