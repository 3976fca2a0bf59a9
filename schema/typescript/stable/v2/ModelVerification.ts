// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a user can prove to be.
 */
export type ModelVerification = "trustedAccessForCyber";
