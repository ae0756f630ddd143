/** What a list request may ask for, checked: the query string of `GET /api/v1/catalog`. */
import { z } from 'zod';
import { catalogSorts } from '../contract/catalog.ts';
import { CatalogRefusal } from './catalog-failure.ts';

const maxLimit = 200;
const maxOffset = 1_000_000;

const wholeNumber = (name: string, least: number, most: number) => {
  const message = `${name} is a whole number from ${least} to ${most}`;
  return z
    .string({ error: message })
    .regex(/^[0-9]{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
};

const listQuery = z.strictObject(
  {
    query: z.string({ error: 'query is given once' }).default(''),
    sort: z.enum(catalogSorts, { error: `sort is one of ${catalogSorts.join(', ')}` }).optional(),
    order: z
      .enum(['ascending', 'descending'], { error: 'order is ascending or descending' })
      .optional(),
    limit: wholeNumber('limit', 1, maxLimit).default(50),
    offset: wholeNumber('offset', 0, maxOffset).default(0),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no parameter ${JSON.stringify(issue.keys[0])}; there are query, sort, order, limit and offset`
        : undefined,
  },
);

export type ListQuery = z.infer<typeof listQuery>;

/** Throws CatalogRefusal. */
export function parseListQuery(query: unknown): ListQuery {
  const parsed = listQuery.safeParse(query);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => issue.message);
  throw new CatalogRefusal('BAD_REQUEST', `The query is not understood: ${problems.join('; ')}`);
}
