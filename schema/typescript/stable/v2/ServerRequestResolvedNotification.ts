// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RequestId } from "../RequestId";

/**
 * `serverRequest/resolved`: a request to the client is answered or withdrawn.
 */
export type ServerRequestResolvedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The id of the request.
 */
requestId: RequestId, };
