// What loads as the addon, or stands in for it: its exports as a type. Knows neither.
import type * as Addon from "../../../native/binding/index";

export type NativeAddon = Omit<typeof Addon, "NativeDocument"> & {
  /** Stands in for the addon. */
  readonly plain?: true;
  readonly NativeDocument: { open(path: string, options?: Addon.OpenOptions): Addon.NativeDocument };
};
