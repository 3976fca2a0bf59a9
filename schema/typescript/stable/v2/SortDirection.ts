// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Which way a list is sorted.
 */
export type SortDirection = "asc" | "desc";
