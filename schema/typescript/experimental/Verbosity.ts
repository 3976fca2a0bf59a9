// GENERATED CODE! DO NOT MODIFY BY HAND!

export type Verbosity = "low" | "medium" | "high";
