// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigEdit } from "./ConfigEdit";

/**
 * `config/batchWrite`: makes several changes to the configuration, all or none.
 */
export type ConfigBatchWriteParams = {
/**
 * The changes, in this order.
 */
edits: Array<ConfigEdit>,
/**
 * The file; the user's unless said. No other can be written.
 */
filePath?: string | null,
/**
 * The version the file should have; another one is left alone.
 */
expectedVersion?: string | null,
/**
 * Whether open threads take the changes over, as far as they can.
 */
reloadUserConfig?: boolean, };
