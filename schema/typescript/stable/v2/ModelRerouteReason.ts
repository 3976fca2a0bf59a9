// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Why the service answered with another model.
 */
export type ModelRerouteReason =
/**
 * What is asked for could endanger security.
 */
"highRiskCyberActivity";
