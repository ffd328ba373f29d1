/** Return a number with its noun, in the plural where it is not 1. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
