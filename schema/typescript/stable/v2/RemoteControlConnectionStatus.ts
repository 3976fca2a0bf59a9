// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How remote control stands.
 */
export type RemoteControlConnectionStatus = "disabled" | "connecting" | "connected" | "errored";
