// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CancelLoginAccountStatus = "canceled" | "notFound";
