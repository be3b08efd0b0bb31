// Writes graphql-env.d.ts, the types of schema.graphql in the form of gql.tada, beside this file.
import { readFile, writeFile } from 'node:fs/promises';
import { minifyIntrospection, outputIntrospectionFile } from 'gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

const text = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
const all = { includeDirectives: false, includeEnums: true, includeInputs: true, includeScalars: true };
const introspection = minifyIntrospection(introspectionFromSchema(buildSchema(text)), all);
await writeFile(
  new URL('graphql-env.d.ts', import.meta.url),
  outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true }),
);
