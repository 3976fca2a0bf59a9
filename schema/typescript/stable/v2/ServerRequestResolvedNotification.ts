// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RequestId } from "../RequestId";

export type ServerRequestResolvedNotification = { threadId: string, requestId: RequestId, };
