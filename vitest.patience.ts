// How long every test waits for a condition. Tests wait for conditions and not for times, so this only limits how long a failing
// test takes. A busy machine may be ten times slower than a quiet one.
const milliseconds = 300_000;

export const patience = {
  testTimeout: milliseconds,
  hookTimeout: milliseconds,
  expect: { poll: { timeout: milliseconds / 2 } },
};
