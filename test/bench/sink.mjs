// A provider that takes everything and answers at once (or after --latency ms), in a process of its own: nginx where it
// is installed, else node:http. Prints its address as one line of JSON. With a latency it counts requests a second, so
// that the steady state can be told from start and end: GET /stats.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const latency = Number(process.argv[process.argv.indexOf('--latency') + 1] || 0) || 0;
const BODY = '{"status":"OK","message":"success","response":{"lead_id":17863}}';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
if (latency === 0 && hasNginx) await nginx();
else node();

function node() {
  const arrived = [];
  const server = createServer((request, response) => {
    if (request.url === '/stats') {
      response.end(JSON.stringify({ arrived }));
      return;
    }
    request.resume();
    request.on('end', () => {
      if (latency > 0) arrived.push(Math.round(performance.now()));
      const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(BODY);
      if (latency > 0) setTimeout(answer, latency);
      else answer();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}`, kind: 'node' }));
  });
}

async function nginx() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'leadpush-sink-'));
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/body; keepalive_requests 1000000000; keepalive_timeout 60s;
  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${BODY}'; } }
}
`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', () => process.exit());
  for (;;) {
    const up = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, kind: 'nginx' }));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
