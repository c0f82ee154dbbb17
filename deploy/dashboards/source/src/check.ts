import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ErrorObject } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

/** Checks the dashboards in the folder that is given, or where they are kept, against the SDK's types. */
const source = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(source, '..');
const schema = createGenerator({ path: join(source, 'src/schema.ts'), tsconfig: join(source, 'tsconfig.json'), type: 'DashboardFile', expose: 'none', topRef: false, functions: 'hide', skipTypeCheck: true })
  .createSchema('DashboardFile');

/** Without the complaints of what a panel of another type would need: those alternatives whose `type` is not the panel's. */
function meant(errors: readonly ErrorObject[]): ErrorObject[] {
  const alternative = (error: ErrorObject) => `${/^\/panels\/\d+/.exec(error.instancePath)?.[0]} ${/anyOf\/\d+/.exec(error.schemaPath)?.[0]}`;
  const others = new Set(errors.filter((error) => /^\/panels\/\d+\/type$/.test(error.instancePath)).map(alternative));
  return errors.filter((error) => error.keyword !== 'anyOf' && !others.has(alternative(error)));
}

const validate = new Ajv({ allErrors: true, strict: false }).compile(schema as AnySchemaObject);
let faults = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'panels.json')) {
  if (validate(JSON.parse(readFileSync(join(folder, file), 'utf8')))) continue;
  faults++;
  for (const error of meant(validate.errors ?? [])) console.error(`${file}${error.instancePath}: ${error.message ?? ''} ${JSON.stringify(error.params)}`);
}
console.log(`${faults} of the dashboards are not as the types have them`);
process.exitCode = faults === 0 ? 0 : 1;
