// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadIncrementElicitationResponse = { count: number, paused: boolean, };
