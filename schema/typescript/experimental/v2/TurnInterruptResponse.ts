// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnInterruptResponse = Record<string, never>;
