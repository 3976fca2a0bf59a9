// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Turns that take no input of the user.
 */
export type NonSteerableTurnKind = "review" | "compact";
