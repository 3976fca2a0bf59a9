// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A rule for commands: those that begin with these words.
 */
export type ExecPolicyAmendment = Array<string>;
