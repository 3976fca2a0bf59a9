// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `mock/experimentalMethod`: answers with what it is given; for tests of the experimental
 * gate. Experimental.
 */
export type MockExperimentalMethodParams = { value?: string | null, };
