// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextRange } from "./TextRange";

/**
 * `configWarning`: something is wrong with the configuration.
 */
export type ConfigWarningNotification = { summary: string,
/**
 * More about it.
 */
details: string | null,
/**
 * The file, if it is known.
 */
path?: string,
/**
 * The place in the file, if it is known.
 */
range?: TextRange, };
