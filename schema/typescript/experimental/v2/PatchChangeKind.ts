// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PatchChangeKind = { "type": "add" } | { "type": "delete" } | { "type": "update", move_path: string | null, };
