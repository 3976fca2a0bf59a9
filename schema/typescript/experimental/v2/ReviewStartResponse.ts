// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

export type ReviewStartResponse = { turn: Turn, reviewThreadId: string, };
