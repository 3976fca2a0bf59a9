// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a message is said on the way or at the end of a turn.
 */
export type MessagePhase =
/**
 * On the way; more will follow.
 */
"commentary" |
/**
 * At the end.
 */
"final_answer";
