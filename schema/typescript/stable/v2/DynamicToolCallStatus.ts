// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a call of a client's tool fares.
 */
export type DynamicToolCallStatus = "inProgress" | "completed" | "failed";
