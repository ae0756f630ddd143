/** The OpenAPI document as a page for people: complete without scripts, and with nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { documentHeaders } from './browser-safety.ts';
import type { OpenApiDocument } from './openapi-document.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<Record<string, { description?: string; content?: Content }>>;
  readonly security?: readonly unknown[];
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:64rem;margin:2rem auto;padding:0 1rem}
h2{margin:2.2rem 0 .6rem}
code,.path{font-family:ui-monospace,monospace;font-size:.93em;overflow-wrap:anywhere}
nav a{margin-right:1.2em;white-space:nowrap}
article{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.7rem 0}
article h3{margin:0;font-size:1rem;font-weight:600}
.method{display:inline-block;min-width:4.6em;font-weight:700}
.more{margin-left:4.6em}
table{border-collapse:collapse;width:100%}
td{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0}
p{margin:.2rem 0}`;

export function documentPage(document: OpenApiDocument) {
  const { info } = document;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API</title><style>${style}</style></head><body>
<h1>${escaped(info.title)} API ${escaped(info.version)}</h1>
<p>${escaped(info.description ?? '')}</p>
<p>Send <code>Authorization: Bearer TOKEN</code>. The same for programs: <a href="/api/openapi.json">openapi.json</a>.</p>
<p>Every route may refuse with ${everywhere.join(', ')}; what else it refuses is said there.</p>
<nav>${tagsOf(document).map(linkTo).join('')}${linkTo('Types')}</nav>
${operations(document)}<h2 id="Types">Types</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => typeOf(name, schema as Schema))
  .join('')}</body></html>
`;
  const headers = documentHeaders(createHash('sha256').update(style).digest('base64'));
  return { html, headers };
}

/** What has no reason of the route's own. */
const everywhere: readonly string[] = [
  'BAD_REQUEST',
  'TOKEN_NEEDED',
  'TOKEN_WRONG',
  'FORBIDDEN_HOST',
  'FORBIDDEN_ORIGIN',
  'TOO_MANY_REQUESTS',
  'INTERNAL',
];

function tagsOf({ paths }: OpenApiDocument): string[] {
  const all = Object.values(paths).flatMap((methods) => Object.values(methods) as Operation[]);
  return [...new Set(all.flatMap(({ tags = [] }) => tags))];
}

function linkTo(title: string): string {
  return `<a href="#${idOf(title)}">${escaped(title)}</a>`;
}

function idOf(title: string): string {
  return title.replaceAll(/\W/g, '');
}

function operations({ paths }: OpenApiDocument): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === 'head') continue;
      const words = operation as Operation;
      const tag = words.tags?.[0] ?? '';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationOf(path, method, words)]);
    }
  }
  return [...byTag]
    .map(([tag, all]) => `<h2 id="${idOf(tag)}">${escaped(tag)}</h2>\n${all.join('')}`)
    .join('');
}

function operationOf(path: string, method: string, operation: Operation): string {
  const { summary = '', parameters = [], requestBody, responses = {}, security } = operation;
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const answers = Object.entries(responses)
    .filter(([status]) => Number(status) < 300)
    .map(([status, { content }]) =>
      content ? `${escaped(status)} ${contentOf(content)}` : escaped(status),
    );
  const refused = Object.values(responses)
    .flatMap(({ description = '' }) => description.split(', '))
    .filter((code) => /^[A-Z_]+$/.test(code) && !everywhere.includes(code));
  const rows = [
    summary === '' ? '' : escaped(summary),
    query.length === 0 ? '' : `Query: <code>${escaped(query.join(', '))}</code>`,
    requestBody === undefined ? '' : `Body: ${contentOf(requestBody.content)}`,
    `Answers ${answers.join(', ')}${security?.length === 0 ? '; needs no token' : ''}`,
    refused.length === 0 ? '' : `Refuses with ${escaped(refused.join(', '))}`,
  ];
  const more = rows.filter((row) => row !== '').map((row) => `<p>${row}</p>`);
  return `<article><h3><span class="method">${escaped(method.toUpperCase())}</span><span class="path">${escaped(path)}</span></h3><div class="more">${more.join('')}</div></article>\n`;
}

function contentOf(content: Content): string {
  return Object.entries(content)
    .map(([mediaType, { schema }]) =>
      mediaType === 'application/json' && schema
        ? kindOf(schema)
        : `<code>${escaped(mediaType)}</code>`,
    )
    .join(' or ');
}

function typeOf(name: string, { properties = {}, required = [], description }: Schema): string {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const mark = required.includes(key) ? '' : '?';
    return `<tr><td><code>${escaped(key)}${mark}</code></td><td>${kindOf(schema)}</td><td>${escaped(schema.description ?? '')}</td></tr>`;
  });
  return `<article id="${escaped(name)}"><h3>${escaped(name)}</h3><p>${escaped(description ?? '')}</p><table>${rows.join('')}</table></article>\n`;
}

function kindOf(schema: Schema): string {
  const { $ref, items, anyOf, enum: words, type, properties } = schema;
  if ($ref !== undefined) {
    const name = escaped($ref.split('/').at(-1) ?? '');
    return `<a href="#${name}">${name}</a>`;
  }
  if (anyOf !== undefined) return anyOf.map(kindOf).join(' or ');
  if (words !== undefined) return escaped(words.map(String).join(' | '));
  if (schema.const !== undefined) return escaped(JSON.stringify(schema.const));
  if (items !== undefined) return `list of ${kindOf(items)}`;
  if (properties !== undefined) {
    const parts = Object.entries(properties).map(([key, one]) => `${escaped(key)}: ${kindOf(one)}`);
    return `{ ${parts.join(', ')} }`;
  }
  return escaped([type ?? 'anything'].flat().join(' or '));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
