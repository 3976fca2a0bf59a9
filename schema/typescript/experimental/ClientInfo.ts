// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A client's name and version.
 */
export type ClientInfo = {
/**
 * A short name without spaces; it must be fit for an HTTP header.
 */
name: string,
/**
 * The name as shown to people.
 */
title?: string | null,
/**
 * The client's own version.
 */
version: string, };
