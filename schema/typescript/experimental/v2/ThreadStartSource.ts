// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Why a session starts.
 */
export type ThreadStartSource =
/**
 * It is new.
 */
"startup" |
/**
 * The user cleared the one before.
 */
"clear";
