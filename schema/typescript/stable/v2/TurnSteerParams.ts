// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { UserInput } from "./UserInput";

/**
 * `turn/steer`: adds input to the running turn.
 */
export type TurnSteerParams = {
/**
 * The thread.
 */
threadId: string, input: Array<UserInput>,
/**
 * The running turn; another one is left alone.
 */
expectedTurnId: string, };
