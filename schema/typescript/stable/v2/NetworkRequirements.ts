// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NetworkDomainPermission } from "./NetworkDomainPermission";
import type { NetworkUnixSocketPermission } from "./NetworkUnixSocketPermission";

/**
 * What the network proxy of the sandbox allows.
 */
export type NetworkRequirements = {
/**
 * Whether there is one.
 */
enabled: boolean | null,
/**
 * Where it takes HTTP.
 */
httpPort: number | null,
/**
 * Where it takes SOCKS5.
 */
socksPort: number | null,
/**
 * Whether it may use another proxy itself.
 */
allowUpstreamProxy: boolean | null,
/**
 * Whether other machines may use it.
 */
dangerouslyAllowNonLoopbackProxy: boolean | null,
/**
 * Whether all Unix sockets may be used.
 */
dangerouslyAllowAllUnixSockets: boolean | null,
/**
 * What is allowed or denied, by host name or pattern.
 */
domains: { [key in string]?: NetworkDomainPermission } | null,
/**
 * Whether only hosts named by the administrator may be used.
 */
managedAllowedDomainsOnly: boolean | null,
/**
 * Hosts that are allowed.
 */
allowedDomains: Array<string> | null,
/**
 * Hosts that are denied.
 */
deniedDomains: Array<string> | null,
/**
 * What is allowed, by the socket's path.
 */
unixSockets: { [key in string]?: NetworkUnixSocketPermission } | null,
/**
 * Unix sockets that are allowed.
 */
allowUnixSockets: Array<string> | null,
/**
 * Whether servers may be started.
 */
allowLocalBinding: boolean | null, };
