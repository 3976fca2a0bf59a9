// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The plan of an account.
 */
export type PlanType = "free" | "go" | "plus" | "pro" | "prolite" | "team" | "self_serve_business_usage_based" | "business" | "enterprise_cbp_usage_based" | "enterprise" | "edu" | "unknown";
