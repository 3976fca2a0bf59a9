// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A program to run.
 */
export type LocalShellExecAction = {
/**
 * Program and arguments.
 */
command: Array<string>,
/**
 * When to give up, in milliseconds.
 */
timeout_ms: number | null,
/**
 * Where to run it.
 */
working_directory: string | null,
/**
 * Environment variables to set.
 */
env: { [key in string]?: string } | null,
/**
 * Whom to run it as.
 */
user: string | null, };
