// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type FsCreateDirectoryParams = { path: AbsolutePathBuf, recursive?: boolean | null, };
