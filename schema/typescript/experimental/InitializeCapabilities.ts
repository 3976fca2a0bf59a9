// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a client can deal with.
 */
export type InitializeCapabilities = {
/**
 * Whether the client may use experimental methods and fields, and gets experimental
 * notifications.
 */
experimentalApi?: boolean,
/**
 * Notifications the client does not want, by their exact method names. Unknown names are
 * accepted.
 */
optOutNotificationMethods?: Array<string> | null, };
