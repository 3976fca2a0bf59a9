// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NetworkApprovalProtocol } from "./NetworkApprovalProtocol";

/**
 * A host a command wants to reach.
 */
export type NetworkApprovalContext = { host: string, protocol: NetworkApprovalProtocol, };
