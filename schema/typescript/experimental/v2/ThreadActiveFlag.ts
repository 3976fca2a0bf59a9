// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadActiveFlag = "waitingOnApproval" | "waitingOnUserInput";
