/** The OpenAPI 3.1 document of the daemon's API, made from the schemas that check its requests. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { packageVersion } from '../../node/package-version.ts';
import type { ApiScope } from './daemon-deps.ts';
import { nameSchemas } from './schema-names.ts';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const description = `Sizes are bytes, rates bytes per second, times ISO 8601, hashes lower-case hex.
Names, paths and messages are untrusted text. Every refusal is a DaemonFailure: a code that stays the
same, and a sentence that says what to do.`;

/** To be awaited before routes are added to `app`: only what comes after is in the document. */
export async function describeRoutes(app: ApiScope): Promise<void> {
  nameSchemas();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Shoal daemon', version: packageVersion(), description },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: "The first line of the file `token` in the daemon's data folder",
          },
          login: { type: 'apiKey', in: 'cookie', name: 'shoal_session_PORT' },
        },
      },
      security: [{ token: [] }, { login: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** Once all routes are there. */
export function openApiOf(app: ApiScope): OpenApiDocument {
  const document = JSON.parse(JSON.stringify(app.swagger())) as OpenApiDocument;
  plainBodies(document);
  return withoutUnused(document);
}

/** The generator gives bytes the schema of the JSON beside them. */
function plainBodies({ paths }: OpenApiDocument): void {
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    const { requestBody } = operation as {
      requestBody?: { content: Record<string, { schema?: unknown }> };
    };
    for (const [mediaType, content] of Object.entries(requestBody?.content ?? {})) {
      if (mediaType !== 'application/json') delete content.schema;
    }
  }
}

/** Each schema comes twice, as it is sent and as it is received; mostly one of them is meant. */
function withoutUnused(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components;
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(document.paths);
  // What events hold; their stream has no schema.
  visit(['TorrentChanges', 'Notice'].map((name) => `#/components/schemas/${name}`));
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  const whole = {
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(kept) },
  };
  const renamed = kept
    .map(([name]) => name)
    .filter((name) => name.endsWith('Input') && !used.has(name.slice(0, -'Input'.length)));
  let text = JSON.stringify(whole);
  for (const name of renamed) {
    text = text.replaceAll(new RegExp(`(/schemas/|")${name}"`, 'g'), `$1${name.slice(0, -5)}"`);
  }
  return JSON.parse(text) as OpenApiDocument;
}
