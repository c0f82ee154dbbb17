// Serves the built pages as the hub does, and answers its questions with generated data. Listens on loopback only.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { flow, map, workloads } from './generated.mjs';

const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'";
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.ttf': 'font/ttf' };
const framesPerSecond = 10;
const flowsPerFrame = 200;
const theMap = map();
const coverage = { share: 1, seen: 1, lost: 0, lostBy: [] };

/** Starts the server; `flowsPerSecond` go into every live stream, at most 200 of each tenth of a second as rows. */
export function serve(dist, flowsPerSecond) {
  const answers = {
    '/ui/api/session': () => ({ role: 'viewer', csrf: '', expires: new Date(Date.now() + 3_600_000).toISOString(), cluster: 'bench', version: '0' }),
    '/ui/api/state': () => ({ cluster: 'bench', version: '0', now: new Date().toISOString(), nodes: [], coverage, namespaces: [...new Set(workloads.map((each) => each.namespace))], earliest: null }),
    '/ui/api/flows': () => ({ flows: Array.from({ length: 300 }, (_, index) => flow(Date.now() - index)), more: false, coverage }),
    '/ui/api/map': () => theMap,
    '/ui/api/revisions': () => [],
    '/ui/api/timeline': () => {
      const to = Math.floor(Date.now() / 1000);
      return { from: new Date((to - 300) * 1000).toISOString(), to: new Date(to * 1000).toISOString(), stepSeconds: 2.5, points: Array.from({ length: 120 }, (_, index) => [to - 300 + index * 2.5, 25_000, 2000, 300]) };
    },
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (path === '/ui/api/flows/live') return stream(request, response, 1000 / framesPerSecond, frames(flowsPerSecond));
    if (path === '/ui/api/map/live') return stream(request, response, 2000, () => theMap);
    const answer = answers[path];
    if (answer !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(answer()));
    }
    if (path.startsWith('/ui/api/')) {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      return response.end('{"error":{"message":"The benchmark does not answer this."}}');
    }
    const file = existsSync(join(dist, path)) && path !== '/' ? join(dist, path) : join(dist, 'index.html');
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy });
    return createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ address: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() ?? server.close() })));
}

function frames(flowsPerSecond) {
  let number = 0;
  const each = flowsPerSecond / framesPerSecond;
  return () => {
    const now = Date.now();
    const shown = Math.min(each, flowsPerFrame);
    return { frame: ++number, flows: Array.from({ length: shown }, (_, index) => flow(now - (index * 100) / shown)), skipped: each - shown, lost: 0, coverage: 1 };
  };
}

function stream(request, response, everyMs, next) {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  const send = () => response.write(`${JSON.stringify(next())}\n`);
  send();
  const timer = setInterval(send, everyMs);
  request.on('close', () => clearInterval(timer));
}
