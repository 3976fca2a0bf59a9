// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadGoalClearedNotification = { threadId: string, };
