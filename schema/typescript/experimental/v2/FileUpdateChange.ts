// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PatchChangeKind } from "./PatchChangeKind";

/**
 * A change of one file.
 */
export type FileUpdateChange = {
/**
 * The file.
 */
path: string,
/**
 * What happened to it.
 */
kind: PatchChangeKind,
/**
 * A unified diff; for new files and for removed ones their whole text.
 */
diff: string, };
