// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpAuthStatus = "unsupported" | "notLoggedIn" | "bearerToken" | "oAuth";
