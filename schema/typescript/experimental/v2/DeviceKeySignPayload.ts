// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RemoteControlClientConnectionAudience } from "./RemoteControlClientConnectionAudience";
import type { RemoteControlClientEnrollmentAudience } from "./RemoteControlClientEnrollmentAudience";

export type DeviceKeySignPayload = { "type": "remoteControlClientConnection", nonce: string, audience: RemoteControlClientConnectionAudience, sessionId: string, targetOrigin: string, targetPath: string, accountUserId: string, clientId: string, tokenExpiresAt: number, tokenSha256Base64url: string, scopes: Array<string>, } | { "type": "remoteControlClientEnrollment", nonce: string, audience: RemoteControlClientEnrollmentAudience, challengeId: string, targetOrigin: string, targetPath: string, accountUserId: string, clientId: string, deviceIdentitySha256Base64url: string, challengeExpiresAt: number, };
