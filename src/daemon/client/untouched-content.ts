/** Whether a torrent's data is whole and exactly as an earlier run left it, judged without reading it. */
import type { ResumeState } from '../../engine/resume.ts';
import { trustResume } from '../../engine/resume-trust.ts';
import { readFileFacts } from '../../node/disk/file-facts.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { layoutOf } from './content-storage.ts';
import { contentFiles, type MovedPaths } from './placed-files.ts';

export async function isUntouchedAndWhole(
  metainfo: Metainfo,
  dir: string,
  paths: MovedPaths | undefined,
  saved: ResumeState | undefined,
): Promise<boolean> {
  if (saved?.verified.isFull !== true) return false;
  const files = contentFiles(metainfo, paths);
  const states = new Int32Array(files.length);
  const facts = await readFileFacts({ rootDir: dir, files, states });
  const inPlace = files.every(({ padding }, file) => padding || facts[file]?.finished === true);
  return inPlace && trustResume(saved, { files: facts }, layoutOf(metainfo)).trusted.isFull;
}
