// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The broad kinds of sandbox.
 */
export type SandboxMode =
/**
 * Reading everywhere, writing nowhere.
 */
"read-only" |
/**
 * Reading everywhere, writing in the working directory and the configured roots.
 */
"workspace-write" |
/**
 * No sandbox.
 */
"danger-full-access";
