// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecTerminalSize } from "./CommandExecTerminalSize";
import type { SandboxPolicy } from "./SandboxPolicy";

/**
 * `command/exec`: runs a command of the client's, outside any thread and without asking. The
 * reply comes when it has ended.
 */
export type CommandExecParams = {
/**
 * Program and arguments; there is no shell.
 */
command: Array<string>,
/**
 * The client's name for it, unique on its connection; needed for `tty`, streaming and the
 * methods on running commands.
 */
processId?: string | null,
/**
 * Whether to run it on a terminal; implies both kinds of streaming.
 */
tty?: boolean,
/**
 * Whether its input comes from `command/exec/write`; otherwise it has none.
 */
streamStdin?: boolean,
/**
 * Whether its output is sent by `command/exec/outputDelta`; the result then holds none.
 */
streamStdoutStderr?: boolean,
/**
 * How many bytes of each stream to keep. Default 1 MiB.
 */
outputBytesCap?: number | null,
/**
 * Whether to keep all; not together with `outputBytesCap`.
 */
disableOutputCap?: boolean,
/**
 * Whether it may run forever; not together with `timeoutMs`.
 */
disableTimeout?: boolean,
/**
 * When it is killed, in milliseconds. Default 10 seconds.
 */
timeoutMs?: number | null,
/**
 * Where to run it; relative to the server's own folder, which is also the default. `~` is
 * the user's home.
 */
cwd?: string | null,
/**
 * Environment variables to set, or to unset by null.
 */
env?: { [key in string]?: string | null } | null,
/**
 * The terminal's size; only with `tty`. Default 24 rows of 80 columns.
 */
size?: CommandExecTerminalSize | null,
/**
 * What it may touch; what the configuration says unless given.
 */
sandboxPolicy?: SandboxPolicy | null, };
