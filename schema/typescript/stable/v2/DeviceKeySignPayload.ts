// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RemoteControlClientConnectionAudience } from "./RemoteControlClientConnectionAudience";
import type { RemoteControlClientEnrollmentAudience } from "./RemoteControlClientEnrollmentAudience";

/**
 * A statement a device key may sign; it signs nothing else.
 */
export type DeviceKeySignPayload =
/**
 * That the device opens a connection.
 */
{ "type": "remoteControlClientConnection",
/**
 * Makes the statement unique.
 */
nonce: string,
/**
 * Whom it is for.
 */
audience: RemoteControlClientConnectionAudience, sessionId: string,
/**
 * The host the connection goes to.
 */
targetOrigin: string,
/**
 * The path the connection goes to.
 */
targetPath: string, accountUserId: string, clientId: string,
/**
 * When the token ends, in seconds since 1970.
 */
tokenExpiresAt: number,
/**
 * SHA-256 of the token, in unpadded base64url.
 */
tokenSha256Base64url: string,
/**
 * What the connection may be used for.
 */
scopes: Array<string>, } |
/**
 * That the device enrolls.
 */
{ "type": "remoteControlClientEnrollment",
/**
 * Makes the statement unique.
 */
nonce: string,
/**
 * Whom it is for.
 */
audience: RemoteControlClientEnrollmentAudience,
/**
 * The challenge this answers.
 */
challengeId: string, targetOrigin: string, targetPath: string, accountUserId: string, clientId: string,
/**
 * SHA-256 of the device's identity, in unpadded base64url.
 */
deviceIdentitySha256Base64url: string,
/**
 * When the challenge ends, in seconds since 1970.
 */
challengeExpiresAt: number, };
