// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadSortKey = "created_at" | "updated_at";
