// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadGoalClearResponse = { cleared: boolean, };
