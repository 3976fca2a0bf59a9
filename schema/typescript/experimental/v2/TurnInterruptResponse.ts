// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `turn/interrupt`: nothing more to say.
 */
export type TurnInterruptResponse = Record<string, never>;
