// TLS to the database, with an authority of its own: what is not checked is not trusted.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/ledger/postgres/address.ts';
import { checkLedger } from '../../src/ledger/postgres/check.ts';
import { systemClock } from '../../src/util/clock.ts';
import { Secret } from '../../src/util/secret.ts';
import {
  type Cluster,
  makeCluster,
  PASSWORD,
  startCluster,
  stopCluster,
  temporary,
  whyNoPostgres,
} from './cluster.ts';

const missing =
  whyNoPostgres() ?? (spawnSync('openssl', ['version']).status === 0 ? null : 'no openssl is installed');

describe.skipIf(missing !== null)(
  `TLS to the database${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string;
    let cluster: Cluster;

    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    const authority = (name: string) =>
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '30',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
        '-subj',
        `/CN=${name}`,
      );

    beforeAll(async () => {
      folder = temporary();
      cluster = await makeCluster(folder, ['fsync=off']);
      authority('ours');
      authority('other');
      openssl(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'server.key',
        '-out',
        'server.csr',
        '-subj',
        '/CN=localhost',
      );
      writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
      openssl(
        'x509',
        '-req',
        '-in',
        'server.csr',
        '-CA',
        'ours.crt',
        '-CAkey',
        'ours.key',
        '-CAcreateserial',
        '-days',
        '30',
        '-extfile',
        'names',
        '-out',
        'server.crt',
      );
      const data = join(folder, 'data');
      const { uid, gid } = statSync(data);
      for (const file of ['server.key', 'server.crt']) {
        copyFileSync(join(folder, file), join(data, file));
        chownSync(join(data, file), uid, gid);
        chmodSync(join(data, file), 0o600);
      }
      stopCluster(folder);
      writeFileSync(join(data, 'postgresql.conf'), 'ssl = on\n');
      startCluster(folder);
    }, 60_000);
    afterAll(() => {
      stopCluster(folder);
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      ['localhost', 'verify-full', 'ours.crt', /with TLS, its certificate checked/],
      ['localhost', 'verify-full', 'other.crt', /certificate/],
      ['localhost', 'verify-full', null, /certificate/],
      ['127.0.0.1', 'verify-full', 'ours.crt', /does not match certificate|IP: 127\.0\.0\.1/],
      ['127.0.0.1', 'verify-ca', 'ours.crt', /with TLS, its authority checked/],
      ['127.0.0.1', 'verify-ca', 'other.crt', /certificate/],
      ['127.0.0.1', 'require', null, /with TLS, on this machine/],
      ['127.0.0.1', 'disable', null, /without TLS, on this machine/],
    ])('%s with sslmode %s and the authority %s', async (host, mode, authorityFile, message) => {
      const ca =
        authorityFile === null ? '' : `&sslrootcert=${encodeURIComponent(join(folder, authorityFile))}`;
      const text = `postgresql://leadpush@${host}:${cluster.port}/leadpush?sslmode=${mode}${ca}`;
      const [check] = await checkLedger({
        address: parseAddress(text, 'test', { env: {}, systemUser: null }),
        password: () => new Secret(PASSWORD),
        clock: systemClock,
      });
      expect(check?.message).toMatch(message);
      expect(check?.status).toBe(/with(?:out)? TLS/.test(message.source) ? 'ok' : 'failed');
    });
  },
);
