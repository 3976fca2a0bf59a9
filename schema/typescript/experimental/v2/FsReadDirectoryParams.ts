// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type FsReadDirectoryParams = { path: AbsolutePathBuf, };
