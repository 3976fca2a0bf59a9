// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ClientInfo } from "./ClientInfo";
import type { InitializeCapabilities } from "./InitializeCapabilities";

/**
 * `initialize`: the first request on a connection; anything else before it is refused.
 */
export type InitializeParams = {
/**
 * Who the client is. The first one of the process names the originator of all requests to
 * the model.
 */
clientInfo: ClientInfo,
/**
 * What the client can deal with; absent means nothing special.
 */
capabilities?: InitializeCapabilities | null, };
