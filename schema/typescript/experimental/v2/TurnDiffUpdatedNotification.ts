// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnDiffUpdatedNotification = { threadId: string, turnId: string, diff: string, };
