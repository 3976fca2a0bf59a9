// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the owner was asked.
 */
export type AddCreditsNudgeEmailStatus = "sent" |
/**
 * The owner was asked a short time ago.
 */
"cooldown_active";
