// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { OverriddenMetadata } from "./OverriddenMetadata";
import type { WriteStatus } from "./WriteStatus";

export type ConfigWriteResponse = { status: WriteStatus, version: string, filePath: AbsolutePathBuf, overriddenMetadata: OverriddenMetadata | null, };
