import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { all } from './boards/all.js';
import { toGrafana } from './grafana.js';
import { toNative } from './native.js';

/** Writes every dashboard into the folder that is given, or where they are kept. */
const folder = process.argv[2] ?? join(import.meta.dirname, '../..');
mkdirSync(folder, { recursive: true });
const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
for (const dashboard of all) write(`${dashboard.id}.json`, toGrafana(dashboard));
write('panels.json', toNative(all));
