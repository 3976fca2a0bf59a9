// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AddCreditsNudgeEmailStatus = "sent" | "cooldown_active";
