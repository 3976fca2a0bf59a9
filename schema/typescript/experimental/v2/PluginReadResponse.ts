// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PluginDetail } from "./PluginDetail";

export type PluginReadResponse = { plugin: PluginDetail, };
