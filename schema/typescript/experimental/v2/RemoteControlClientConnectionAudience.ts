// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whom a statement about a connection is for.
 */
export type RemoteControlClientConnectionAudience = "remote_control_client_websocket";
