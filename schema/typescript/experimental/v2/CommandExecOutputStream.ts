// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a command prints to. A terminal has only the first.
 */
export type CommandExecOutputStream = "stdout" | "stderr";
