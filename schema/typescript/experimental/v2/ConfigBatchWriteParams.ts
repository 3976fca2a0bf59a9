// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigEdit } from "./ConfigEdit";

export type ConfigBatchWriteParams = { edits: Array<ConfigEdit>, filePath?: string | null, expectedVersion?: string | null, reloadUserConfig?: boolean, };
