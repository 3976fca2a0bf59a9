// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Where a sub-agent stands in the tree of agents, such as `/root/researcher`.
 */
export type AgentPath = string;
