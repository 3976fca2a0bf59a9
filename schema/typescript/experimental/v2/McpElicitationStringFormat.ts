// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationStringFormat = "email" | "uri" | "date" | "date-time";
