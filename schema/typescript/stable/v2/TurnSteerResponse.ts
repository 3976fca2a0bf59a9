// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnSteerResponse = { turnId: string, };
