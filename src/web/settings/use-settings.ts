/** The daemon's settings, asked again when it says that somebody changed them. */
import { useEffect } from 'react';
import { type Settings, settingsPath } from '../../api/contract/torrents.ts';
import { type Answer, useAnswer } from '../parts/use-answer.ts';
import { usePage } from '../shell/page-state.tsx';

export function useSettings(): Answer<Settings> {
  const { settingsChanges } = usePage();
  const answer = useAnswer<Settings>(settingsPath);
  const { refresh } = answer;
  useEffect(() => settingsChanges.subscribe(refresh), [settingsChanges, refresh]);
  return answer;
}
