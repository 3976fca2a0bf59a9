// GENERATED CODE! DO NOT MODIFY BY HAND!

export type LocalShellStatus = "completed" | "in_progress" | "incomplete";
