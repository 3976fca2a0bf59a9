// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExternalAgentConfigMigrationItem } from "./ExternalAgentConfigMigrationItem";

/**
 * `externalAgentConfig/import`: takes settings of another agent over. For plugins and
 * conversations the end is told by `externalAgentConfig/import/completed`.
 */
export type ExternalAgentConfigImportParams = {
/**
 * What to take over, in this order.
 */
migrationItems: Array<ExternalAgentConfigMigrationItem>, };
