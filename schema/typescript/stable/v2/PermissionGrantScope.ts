// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * For how long permissions are granted.
 */
export type PermissionGrantScope =
/**
 * For this turn.
 */
"turn" |
/**
 * For as long as the thread is open.
 */
"session";
