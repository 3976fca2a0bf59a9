// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NonSteerableTurnKind } from "./NonSteerableTurnKind";

/**
 * Kinds of failures.
 */
export type CodexErrorInfo =
/**
 * The conversation is too long for the model.
 */
"contextWindowExceeded" |
/**
 * The account's limit is reached.
 */
"usageLimitExceeded" |
/**
 * The model service has too much to do.
 */
"serverOverloaded" |
/**
 * The model service refuses for reasons of security.
 */
"cyberPolicy" |
/**
 * The model service cannot be reached.
 */
{ "httpConnectionFailed": {
/**
 * What the service answered, if it did.
 */
httpStatusCode: number | null, } } |
/**
 * The answer never began.
 */
{ "responseStreamConnectionFailed": {
/**
 * What the service answered, if it did.
 */
httpStatusCode: number | null, } } |
/**
 * The model service failed.
 */
"internalServerError" |
/**
 * The credentials are missing or refused.
 */
"unauthorized" |
/**
 * The request makes no sense.
 */
"badRequest" |
/**
 * Turns could not be taken back.
 */
"threadRollbackFailed" |
/**
 * The sandbox failed.
 */
"sandboxError" |
/**
 * The answer broke off.
 */
{ "responseStreamDisconnected": {
/**
 * What the service answered, if it did.
 */
httpStatusCode: number | null, } } |
/**
 * It was tried as often as allowed.
 */
{ "responseTooManyFailedAttempts": {
/**
 * What the service answered last, if it did.
 */
httpStatusCode: number | null, } } |
/**
 * The running turn takes no input of the user.
 */
{ "activeTurnNotSteerable": {
/**
 * What kind of turn it is.
 */
turnKind: NonSteerableTurnKind, } } |
/**
 * Anything else.
 */
"other";
