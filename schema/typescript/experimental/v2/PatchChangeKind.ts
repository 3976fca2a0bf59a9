// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What happens to a file.
 */
export type PatchChangeKind = { "type": "add" } | { "type": "delete" } | { "type": "update",
/**
 * Its new place, if it is moved.
 */
move_path: string | null, };
