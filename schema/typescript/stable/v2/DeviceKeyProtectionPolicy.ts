// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How well a private key has to be protected.
 */
export type DeviceKeyProtectionPolicy =
/**
 * In a chip of its own.
 */
"hardware_only" |
/**
 * By the operating system, if there is no such chip.
 */
"allow_os_protected_nonextractable";
