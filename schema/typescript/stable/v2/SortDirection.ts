// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SortDirection = "asc" | "desc";
