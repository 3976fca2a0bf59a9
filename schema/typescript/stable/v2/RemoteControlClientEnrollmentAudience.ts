// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whom a statement about an enrollment is for.
 */
export type RemoteControlClientEnrollmentAudience = "remote_control_client_enrollment";
