// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A commit's hash in hex.
 */
export type GitSha = string;
