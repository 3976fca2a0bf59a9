// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What can be used beyond a limit.
 */
export type CreditsSnapshot = { hasCredits: boolean,
/**
 * Whether there is no end to it.
 */
unlimited: boolean,
/**
 * How much there is, as text.
 */
balance: string | null, };
