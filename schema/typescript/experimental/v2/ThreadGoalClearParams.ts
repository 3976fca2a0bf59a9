// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadGoalClearParams = { threadId: string, };
