// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnInterruptParams = { threadId: string, turnId: string, };
