// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnStatus = "completed" | "interrupted" | "failed" | "inProgress";
