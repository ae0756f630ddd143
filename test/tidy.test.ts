/**
 * The rules of the house that the compiler and the linter cannot see. Each rule is first shown to
 * catch its bad samples and to leave its good one alone, then it is applied to the project.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  changelogVersion,
  decisionNumbers,
  dependencyRows,
  documentPaths,
  scriptsExist,
} from './tidy/documents.ts';
import { fileLength, fileNames, fileOpening } from './tidy/file-shape.ts';
import { layerImports, layerReferences } from './tidy/layers.ts';
import { lockfile } from './tidy/lockfile.ts';
import { type Finding, projectOf, type Rule, readProject } from './tidy/project.ts';
import { noClockNorChance, noWaiting } from './tidy/purity.ts';
import { noMachinePaths, noRemarks } from './tidy/remarks.ts';
import { splitSource } from './tidy/source-text.ts';
import { importExtensions } from './tidy/specifiers.ts';
import { honestTests } from './tidy/tests.ts';
import { honestTypes } from './tidy/types.ts';

const rules: readonly Rule[] = [
  layerImports,
  layerReferences,
  noClockNorChance,
  noWaiting,
  fileLength,
  fileNames,
  fileOpening,
  honestTypes,
  honestTests,
  noRemarks,
  noMachinePaths,
  importExtensions,
  lockfile,
  decisionNumbers,
  changelogVersion,
  documentPaths,
  scriptsExist,
  dependencyRows,
];

const project = readProject(fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, ''));

function report(rule: Rule, findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ path, line, message }) => `  ${path}${line > 0 ? `:${line}` : ''}  ${message}`,
  );
  return `${rule.name}\n${lines.join('\n')}\n`;
}

/** The finding names the place; a stack trace into this file would only hide it. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

describe('tidy', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      rule.bad.forEach((sample, i) => {
        const findings = rule.check(projectOf(sample));
        assert.equal(
          findings.length,
          1,
          `bad sample ${i} gives one finding: ${report(rule, findings)}`,
        );
      });
      const onGood = rule.check(projectOf(rule.good));
      assert.equal(onGood.length, 0, `the good sample passes: ${report(rule, onGood)}`);

      const findings = rule.check(project);
      if (findings.length > 0) throw plainError(report(rule, findings));
    });
  }

  test('the project is really read', () => {
    assert.ok(project.typeScript.length > 50);
    assert.ok(project.exists('src/base') && !project.exists('src/attic'));
  });
});

describe('source text', () => {
  const parts = (text: string) => {
    const { code, comments } = splitSource(text);
    assert.equal(code.length, text.length);
    assert.equal(comments.length, text.length);
    return { code: code.replace(/\s+/g, ' ').trim(), comments: comments.trim() };
  };

  // § stands for the dollar, so that these are not taken for templates themselves.
  const cases: readonly [text: string, code: string, comments: string][] = [
    ["a('x // y') // z", "a(' ')", '// z'],
    ['`a §{b + `c §{d}`} /* e */`', '` §{b + ` §{d}`} `', ''],
    ['x = /[/"]\\//g; y', 'x = / /g; y', ''],
    ['a / b; "c" / d // e', 'a / b; " " / d', '// e'],
    ["return /'/.test(x)", 'return / /.test(x)', ''],
    ['/* 😀 */ f({ a: `§{{}}` })', 'f({ a: `§{{}}` })', '/* 😀 */'],
    ["'it\\'s' + x", "' ' + x", ''],
  ];
  for (const [text, code, comments] of cases) {
    const [whole, part] = [text, code].map((s) => s.replaceAll('§', '$')) as [string, string];
    test(whole, () => assert.deepEqual(parts(whole), { code: part, comments }));
  }
});
