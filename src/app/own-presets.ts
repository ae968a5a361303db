// The presets of a configuration as the reader of files takes them.
import type { OwnPreset } from '../config/presets.ts';
import type { Preset } from '../input/presets/preset.ts';

/** Recognised by their header, as the built-in ones are. */
export function ownPresets(presets: readonly OwnPreset[]): readonly Preset[] {
  return presets.map(({ timezone, dateOrder, ...preset }) => ({
    ...preset,
    source: 'your configuration',
    confidence: 'high',
    auto: true,
    ...(timezone === null ? {} : { timezone }),
    ...(dateOrder === null ? {} : { dateOrder }),
  }));
}
