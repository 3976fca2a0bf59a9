// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/approveGuardianDeniedAction`: nothing more to say.
 */
export type ThreadApproveGuardianDeniedActionResponse = Record<string, never>;
