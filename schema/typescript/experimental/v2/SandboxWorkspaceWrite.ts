// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What the sandbox `workspace-write` allows.
 */
export type SandboxWorkspaceWrite = {
/**
 * Folders to write in beside the working directory.
 */
writable_roots: Array<string>,
/**
 * Whether the network may be used.
 */
network_access: boolean,
/**
 * Whether writing in `$TMPDIR` is forbidden.
 */
exclude_tmpdir_env_var: boolean,
/**
 * Whether writing in `/tmp` is forbidden.
 */
exclude_slash_tmp: boolean, };
