// JSON that strangers send. JSON.parse takes any depth, while JSON.stringify ends at one that differs from Node to Node and
// with what is on the stack: what would be written again has a limit of its own.

/** As deep as PHP's json_decode goes. */
const MAX_DEPTH = 512;

/** Whether JSON.stringify can write what was parsed, wherever it is called. */
export function isWritable(value: unknown): boolean {
  let level = [value].filter(hasMembers);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((one) => Object.values(one)).filter(hasMembers);
  }
  return true;
}

function hasMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
