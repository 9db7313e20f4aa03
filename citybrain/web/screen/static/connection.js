/* The line to the server: asks every two seconds whether something is new, and never gives up. */

const EVERY_MS = 2000;
const PATIENCE_MS = 5000;

async function ask(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error || `${answer.status}`);
  return said;
}

export function readState(query) {
  return ask(`/screen/state.json${query}`);
}

// Calls `heard` with every answer and `missed` with every failure, one question after the other.
export function listen(heard, missed) {
  async function once() {
    try {
      await heard(await ask("/screen/pulse.json"));
    } catch (problem) {
      missed(problem);
    }
    setTimeout(once, EVERY_MS);
  }
  once();
}
