import { type BuildOptions, build } from 'esbuild';

const CLIENT = new URL('../../src/client/client.ts', import.meta.url).pathname;

/** The client as a product bundles it: one minified module. */
export async function bundledClient(format: 'esm' | 'iife' = 'esm'): Promise<string> {
  return await bundle({
    entryPoints: [CLIENT],
    minify: true,
    format,
    globalName: 'activityGraph',
    platform: 'browser',
  });
}

/** A module that imports the client, with it. */
export async function bundled(module: string): Promise<string> {
  return await bundle({ stdin: { contents: module }, alias: { 'activity-graph/client': CLIENT }, format: 'esm' });
}

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...options, bundle: true, write: false, target: 'es2022' });
  return outputFiles?.[0]?.text ?? '';
}
