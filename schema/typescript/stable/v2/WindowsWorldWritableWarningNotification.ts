// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `windows/worldWritableWarning`: there are folders anybody can write in, which the sandbox
 * cannot protect.
 */
export type WindowsWorldWritableWarningNotification = {
/**
 * Some of them.
 */
samplePaths: Array<string>,
/**
 * How many more there are.
 */
extraCount: number,
/**
 * Whether not all could be looked at.
 */
failedScan: boolean, };
