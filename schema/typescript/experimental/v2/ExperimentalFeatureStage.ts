// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExperimentalFeatureStage = "beta" | "underDevelopment" | "stable" | "deprecated" | "removed";
