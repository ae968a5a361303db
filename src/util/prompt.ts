// Questions on a terminal, one line per answer. Early lines are kept, so that answers can be pasted.
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Where questions are shown: readline moves the cursor itself, so its prompts are escaped first. */
export interface QuestionScreen {
  write(text: string): unknown;
  shown(text: string): string;
  readonly terminal: Writable;
}

/** The user left: Ctrl-C, or (`end`) no more input. */
export class QuestionsEnded extends Error {
  override readonly name = 'QuestionsEnded';
  readonly by: 'interrupt' | 'end';

  constructor(by: 'interrupt' | 'end') {
    super(by);
    this.by = by;
  }
}

export interface Question {
  readonly text: string;
  /** The value of an empty answer; null: ask again. */
  readonly otherwise: string | null;
  /** @returns what is wrong with the answer, or null */
  readonly check: (answer: string) => string | null;
  /** Nothing is an answer too. */
  readonly optional?: boolean;
}

/** One of these names, or its number, from 1. */
export interface Choice {
  readonly text: string;
  readonly choices: readonly { readonly name: string; readonly help: string }[];
}

export class Prompt {
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  readonly #output: QuestionScreen;
  #interrupted = false;
  #closed = false;

  constructor(input: Readable, output: QuestionScreen) {
    this.#output = output;
    this.#lines = createInterface({ input, output: output.terminal });
    this.#lines.on('SIGINT', () => {
      this.#interrupted = true;
      this.#lines.close();
    });
    this.#lines.on('close', () => {
      this.#closed = true;
    });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** @throws QuestionsEnded */
  async ask({ text, otherwise, check, optional = false }: Question): Promise<string> {
    for (;;) {
      this.#prompt(otherwise === null ? `${text}: ` : `${text} [${otherwise}]: `);
      const next = await this.#answers.next();
      if (next.done === true) {
        this.#output.write('\n');
        throw new QuestionsEnded(this.#interrupted ? 'interrupt' : 'end');
      }
      const given: string = next.value.trim();
      const answer = given === '' ? (otherwise ?? '') : given;
      const problem = answer === '' ? (optional ? null : 'an answer is needed') : check(answer);
      if (problem === null) return answer;
      this.#output.write(`  ${problem}\n`);
    }
  }

  /** The first is the default. @throws QuestionsEnded */
  async choose({ text, choices }: Choice): Promise<string> {
    const names = choices.map(({ name }) => name);
    const chosen = (answer: string) =>
      names.find((name) => name.toLowerCase() === answer.toLowerCase()) ??
      (/^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined);
    const list = choices.map(
      ({ name, help }, index) => `  ${index + 1}  ${name}${help === '' ? '' : `  ${help}`}\n`,
    );
    this.#output.write(`${text}\n${list.join('')}`);
    const answer = await this.ask({
      text: 'Name or number',
      otherwise: names[0] ?? null,
      check: (given) => (chosen(given) === undefined ? `enter one of ${names.join(', ')}` : null),
    });
    return chosen(answer) ?? answer;
  }

  /** Early answers are still used after the input has ended, when Node 24 refuses to prompt. */
  #prompt(text: string): void {
    if (this.#closed) {
      this.#output.write(text);
      return;
    }
    this.#lines.setPrompt(this.#output.shown(text));
    this.#lines.prompt();
  }

  close(): void {
    this.#lines.close();
  }
}
