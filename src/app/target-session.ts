// What one call opens: its targets, its ledger, its inputs. All of it is closed when the call is over, in the opposite
// order, whatever happened in between. Dry run, `send`, `retry`, `smoke`, the look-ups and the library begin here.
import type { Config } from '../config/configuration.ts';
import type { Target } from '../delivery/submission.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Transport } from '../transport/transport.ts';
import { UsageError } from '../util/usage-error.ts';
import { type BindOptions, bindTarget } from './bind-target.ts';
import { configWords } from './configuration.ts';
import type { Context } from './context.ts';
import { givenSource, type Inputs, mayNameSources } from './inputs.ts';
import { type LedgerChoice, ledgerIsThere, openChosenLedger } from './open-ledger.ts';
import type { LeadOptions } from './options.ts';
import { type ChosenTarget, chooseTargets, openTransport, targetNames } from './targets.ts';

interface Closable {
  readonly close: () => Promise<void>;
}

/** @example await using session = new TargetSession(context); */
export class TargetSession implements AsyncDisposable {
  readonly #context: Context;
  readonly #opened: Closable[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /** What is opened from now on is closed with the session. */
  async keep<T extends Closable>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.#opened.push(opened);
    return opened;
  }

  /**
   * The targets of these names; the embedded sandbox is started where one of them needs it.
   * @param offline a dry run, which starts and connects nothing
   * @throws UsageError for a target that does not exist, or whose settings are wrong
   */
  async choose(names: readonly string[], config: Config, offline = false): Promise<readonly ChosenTarget[]> {
    const { targets } = await this.keep(chooseTargets(names, config, offline));
    return targets;
  }

  /** The one target of a command that takes one: named, or the one that the configuration means. @throws UsageError */
  async chooseOne(to: string | null, config: Config): Promise<ChosenTarget> {
    const [name, ...others] = to === null ? targetNames(null, config) : [to];
    const [chosen] = name === undefined || others.length > 0 ? [] : await this.choose([name], config);
    if (chosen === undefined) throw new UsageError('--to: name one target.');
    return chosen;
  }

  /** @throws UsageError */
  ledger(choice: LedgerChoice, access: 'read' | 'write'): Promise<Ledger> {
    return this.keep(openChosenLedger(choice, this.#context, access));
  }

  /** The ledger if there is one; creates none. @throws UsageError */
  async ledgerIfThere(choice: LedgerChoice): Promise<Ledger | null> {
    return (await ledgerIsThere(choice, this.#context)) ? this.ledger(choice, 'read') : null;
  }

  /** A connection to the target's provider, for look-ups. */
  transport({ endpoint }: ChosenTarget): Promise<Transport> {
    return this.keep(openTransport(endpoint, 1, this.#context));
  }

  /** The target as the engine needs it. @throws UsageError for a default that is not a value of its field */
  async bind(chosen: ChosenTarget, options: BindOptions): Promise<Target> {
    const target = await bindTarget(chosen, options, this.#context);
    this.#opened.push(target.transport);
    return target;
  }

  /** The targets of a call that reads leads. @param run its id, which goes into the keys of sandbox targets @throws UsageError */
  async bindAll(
    chosen: readonly ChosenTarget[],
    inputs: Inputs,
    run: string,
    options: LeadOptions,
    config: Config,
  ): Promise<readonly Target[]> {
    const source = givenSource(options);
    const targets: Target[] = [];
    for (const one of chosen) {
      const target = await this.bind(one, {
        limits: options.limits,
        own: options.own,
        region: options.reading.region ?? config.region,
        timezone: options.reading.timezone ?? config.timezone,
        places: configWords(config),
        sources: mayNameSources(inputs, options) ? 'leads' : 'defaults',
        ...(source === undefined ? {} : { givenSource: source }),
        // So that trying twice works twice, unless a ledger was named on purpose.
        keySuffix: one.sandbox && options.ledger === null ? run : '',
        offline: options.dryRun,
        total: inputs.total,
      });
      targets.push(target);
    }
    return targets;
  }

  /** Closes all of it, also where something cannot be closed. @throws the first such error */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (let one = this.#opened.pop(); one !== undefined; one = this.#opened.pop()) {
      await one.close().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}
