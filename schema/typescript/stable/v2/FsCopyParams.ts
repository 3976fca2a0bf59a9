// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type FsCopyParams = { sourcePath: AbsolutePathBuf, destinationPath: AbsolutePathBuf, recursive?: boolean, };
