// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExternalAgentConfigMigrationItemType } from "./ExternalAgentConfigMigrationItemType";
import type { MigrationDetails } from "./MigrationDetails";

/**
 * Something that can be taken over.
 */
export type ExternalAgentConfigMigrationItem = { itemType: ExternalAgentConfigMigrationItemType,
/**
 * What would be done.
 */
description: string,
/**
 * The project it is in; null for the user's home.
 */
cwd: string | null,
/**
 * What it is made of.
 */
details: MigrationDetails | null, };
