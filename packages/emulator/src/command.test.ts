// Tests the command line as a table.
import { expect, it } from "vitest";
import { readArguments } from "./read-arguments.ts";

const none = {
  port: 9_400,
  tlsPort: 9_443,
  tlsPortChosen: false,
  host: "127.0.0.1",
  stateFolder: ".emulator",
  allowedHosts: [],
};

it.each<[string[], Record<string, string>, unknown]>([
  [[], {}, none],
  [["--port", "1"], { EMULATOR_PORT: "2" }, { ...none, port: 1 }],
  [[], { EMULATOR_PORT: "2" }, { ...none, port: 2 }],
  [[], { EMULATOR_PORT: " " }, none],
  [[], { EMULATOR_PORT: "tcp://10.0.0.1:9400" }, none],
  [["--tls-port", "3"], {}, { ...none, tlsPort: 3, tlsPortChosen: true }],
  [["--state", "a/b.json"], {}, { ...none, stateFile: "a/b.json", stateFolder: "a" }],
  [["--seed", "s.json", "--host", "::1"], {}, { ...none, seedFile: "s.json", host: "::1" }],
  [["--public-url", "http://e:1"], {}, { ...none, publicUrl: "http://e:1" }],
  [["--allowed-hosts", "emulator, e.test"], {}, { ...none, allowedHosts: ["emulator", "e.test"] }],
  [["-h"], {}, "help"],
  [["--help", "--unknown"], {}, "help"],
])("reads %j with %j", (args, env, expected) => {
  expect(readArguments(args, env)).toEqual(expected);
});

it.each([[["--port", "70000"]], [["--port", "x"]], [["--unknown"]], [["file"]]])("refuses %j", (args) => {
  expect(() => readArguments(args, {})).toThrow();
});

it("suggests the nearest option for an unknown one", () => {
  expect(() => readArguments(["--prot", "9400"], {})).toThrow("unknown option '--prot'. Did you mean --port?");
  expect(() => readArguments(["--tlsport=1"], {})).toThrow("unknown option '--tlsport'. Did you mean --tls-port?");
});
