/** What the client uses of a browser; in Node all of it is missing. */
export interface BrowserWindow {
  readonly document: {
    readonly title: string;
    readonly visibilityState: string;
    readonly documentElement: { readonly scrollHeight: number };
    querySelector(selectors: string): { getAttribute(name: string): string | null } | null;
    addEventListener(type: string, listener: () => void, options?: object): void;
  };
  readonly location: { readonly href: string; readonly pathname: string };
  readonly history: { pushState: HistoryChange; replaceState: HistoryChange };
  readonly innerHeight: number;
  readonly scrollY: number;
  readonly localStorage: KeyValueStore;
  readonly sessionStorage: KeyValueStore;
  addEventListener(type: string, listener: () => void, options?: object): void;
}

type HistoryChange = (state: unknown, unused: string, url?: string | null) => void;

export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The window, or undefined outside of a browser. */
export function browserWindow(): BrowserWindow | undefined {
  return 'document' in globalThis ? (globalThis as unknown as BrowserWindow) : undefined;
}

/** A store of the browser; undefined where there is none or the person forbids it. */
export function storeOf(name: 'localStorage' | 'sessionStorage'): KeyValueStore | undefined {
  try {
    return browserWindow()?.[name];
  } catch {
    return undefined;
  }
}
