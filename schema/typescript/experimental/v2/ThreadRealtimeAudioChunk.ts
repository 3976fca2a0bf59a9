// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A piece of sound: 16-bit linear samples.
 */
export type ThreadRealtimeAudioChunk = {
/**
 * The samples, in base64.
 */
data: string,
/**
 * Samples per second.
 */
sampleRate: number,
/**
 * How many channels are interleaved.
 */
numChannels: number,
/**
 * How many samples there are of each.
 */
samplesPerChannel: number | null,
/**
 * The item of the model it belongs to.
 */
itemId: string | null, };
