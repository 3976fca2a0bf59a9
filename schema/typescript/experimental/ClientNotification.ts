// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A notification of the client to the server.
 */
export type ClientNotification = { "method": "initialized" };
