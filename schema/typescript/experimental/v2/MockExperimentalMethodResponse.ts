// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `mock/experimentalMethod`.
 */
export type MockExperimentalMethodResponse = {
/**
 * What was given.
 */
echoed: string | null, };
