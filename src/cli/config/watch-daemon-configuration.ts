/** Lets a running daemon hear of changes of its file of settings. */
import type { Command } from 'commander';
import type { WatchConfiguration } from '../../daemon/surroundings/live-configuration.ts';
import { type DaemonFlags, daemonConfiguration } from '../daemon-options.ts';

export function watchDaemonConfiguration(program: Command, command: Command): WatchConfiguration {
  return (tell) => {
    let stop: (() => void) | undefined;
    let isStopped = false;
    void import('./watch-config.ts').then(({ watchConfig }) => {
      if (isStopped) return;
      stop = watchConfig<DaemonFlags>(program, command, (news) =>
        tell('flags' in news ? daemonConfiguration(news.flags) : news),
      );
    });
    return () => {
      isStopped = true;
      stop?.();
    };
  };
}
