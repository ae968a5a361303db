// The seeds of the proofs: the same at each run, so that a commit cannot fail by chance; `random` looks further and prints the
// number that repeats it.

/** Sets the variable that a test reads its seed from. @param fixed what it is if nobody asks for another */
export function setSeed(variable: string, fixed: number): void {
  const given = process.env[variable] ?? String(fixed);
  if (given !== 'random') process.env[variable] = given;
  else {
    process.env[variable] = String(1 + Math.floor(Math.random() * 2 ** 30));
    console.log(`${variable}=${process.env[variable]}`);
  }
}
