// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a turn fares.
 */
export type TurnStatus = "completed" |
/**
 * The user stopped it.
 */
"interrupted" | "failed" | "inProgress";
