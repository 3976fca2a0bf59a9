// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadStartSource = "startup" | "clear";
