// What to do about a key that is refused: where the target has it from, and the command that tests it. `check` tests it only
// where the provider can be asked about the target's test phone; anywhere else one test lead does.
import type { KeyAdvice } from '../delivery/outcome.ts';
import { keySettings } from './target-address.ts';
import type { ChosenTarget } from './targets.ts';

type About = Pick<ChosenTarget, 'config' | 'endpoint'>;

export function keyAdvice(chosen: ChosenTarget): KeyAdvice {
  const { config, endpoint } = chosen;
  const { name, testPhone, keyPlaces } = config;
  const asks = endpoint.lookup?.by === 'phone' && testPhone !== null;
  return {
    places: keyPlaces.join('; '),
    settings: keySettings(chosen),
    test: asks ? ['check', '--to', name] : smokeWords({ config, endpoint }),
    lacksPhone: testPhone === null,
  };
}

/** The smoke test that runs as it is printed: a production target has to be confirmed. */
export function smokeWords({ config: { name }, endpoint }: About): readonly string[] {
  return ['smoke', '--to', name, ...(endpoint.production ? ['--yes'] : [])];
}
