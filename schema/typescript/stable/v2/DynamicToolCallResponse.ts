// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DynamicToolCallOutputContentItem } from "./DynamicToolCallOutputContentItem";

/**
 * Answer to `item/tool/call`.
 */
export type DynamicToolCallResponse = {
/**
 * What the model is told.
 */
contentItems: Array<DynamicToolCallOutputContentItem>,
/**
 * Whether it is a success.
 */
success: boolean, };
