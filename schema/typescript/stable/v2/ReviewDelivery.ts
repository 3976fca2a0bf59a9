// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReviewDelivery = "inline" | "detached";
