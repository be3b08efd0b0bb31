import { type FeedSettings, HEURISTICS, SLIDERS } from '../settings/settings.ts';
import type { ActingSetting } from './answer.ts';

/** What a person set that acted when a feed was ranked. */
export function actingSettings({
  weights,
  off,
  network,
}: Pick<FeedSettings, 'weights' | 'off' | 'network'>): ActingSetting[] {
  const sliders = Object.entries(weights).map(([name, value]) => ({
    name,
    value,
    says: `${meaningOf(SLIDERS, name)} counts ×${value}`,
  }));
  const dial = network === null ? [] : [{ name: 'network', value: network, says: dialInWords(network) }];
  const silent = off.map((name) => ({ name: `off:${name}`, value: null, says: `You switched ${name} off` }));
  return [...sliders, ...dial, ...silent].filter(({ name }) => !name.startsWith('off:') || known(name.slice(4)));
}

function meaningOf(sliders: Readonly<Record<string, { readonly meaning: string }>>, name: string): string {
  return Object.hasOwn(sliders, name) ? (sliders[name]?.meaning ?? name) : name;
}

function known(heuristic: string): boolean {
  return Object.hasOwn(HEURISTICS, heuristic);
}

function dialInWords(network: number): string {
  if (network === 0.5) {
    return 'People you are tied to and others count alike';
  }
  if (network === 0 || network === 1) {
    return `Only what ${network === 0 ? 'people you are tied to' : 'others'} made`;
  }
  return network < 0.5
    ? `What others made counts ×${Number((2 * network).toFixed(3))}`
    : `What people you are tied to made counts ×${Number((2 * (1 - network)).toFixed(3))}`;
}
