// Holds the bar on what the first page loads: index.html's own scripts and styles, and all that they import statically,
// compressed. Pages that load on demand are listed without a bar.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limitKilobytes = 300;
const dist = new URL('./dist/', import.meta.url);
const read = (path) => readFileSync(new URL(path, dist));
const kilobytes = (path) => gzipSync(read(path), { level: 9 }).length / 1000;

const first = new Set();
const visit = (path) => {
  if (first.has(path)) return;
  first.add(path);
  if (!path.endsWith('.js')) return;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  for (const [, name] of read(path).toString().matchAll(/(?:^|[;}\s])(?:import|export)\b[^;'"`()]*?["'`]\.\/([^"'`]+)["'`]/g)) visit(folder + name);
};
for (const [, path] of read('index.html').toString().matchAll(/(?:src|href)="\/([^"]+)"/g)) visit(path);

const total = [...first].reduce((sum, path) => sum + kilobytes(path), 0);
for (const path of [...first].sort()) console.log(`${kilobytes(path).toFixed(1).padStart(9)} kB  ${path}`);
console.log(`${total.toFixed(1).padStart(9)} kB  shell and Flows together; the bar is ${limitKilobytes} kB`);
const later = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`).filter((path) => !first.has(path) && /\.(js|css)$/.test(path));
const onDemand = later.reduce((sum, path) => sum + kilobytes(path), 0);
console.log(`${onDemand.toFixed(1).padStart(9)} kB  in ${later.length} files that load with their page`);
if (total > limitKilobytes) {
  console.error(`The first page weighs ${total.toFixed(1)} kB compressed; at most ${limitKilobytes} kB are allowed. Load the newcomer with its page (lazy import).`);
  process.exit(1);
}
