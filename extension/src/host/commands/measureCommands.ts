// Measuring: the overview strip of every editor, and hashes, whose code is loaded when they are first asked for.
import type { CommandServices } from "./services";

/** Every editor shows the strip, or none: remembered. */
export async function toggleOverview({ settings }: CommandServices): Promise<void> {
  await settings.remember({ overview: !settings.view.overview });
}

export async function hashBytes(services: CommandServices): Promise<void> {
  const { hashDocument } = await import("../measure/hashDocument");
  await hashDocument(services);
}

export async function showStatistics(services: CommandServices): Promise<void> {
  const { showStatsPanel } = await import("../measure/statsPanel");
  await showStatsPanel(services);
}
