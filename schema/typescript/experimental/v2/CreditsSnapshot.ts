// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CreditsSnapshot = { hasCredits: boolean, unlimited: boolean, balance: string | null, };
