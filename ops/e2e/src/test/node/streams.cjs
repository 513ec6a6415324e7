// What dockerode's users do with streams. Called with the name of one of them; ends with 1 where it is not as it should be.
const assert = require("node:assert/strict");
const { PassThrough } = require("node:stream");
const { once } = require("node:events");
const Docker = require("dockerode");

const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace("unix://", "") });

function collected() {
  const stream = new PassThrough();
  let text = "";
  stream.on("data", (data) => (text += data));
  return { stream, text: () => text };
}

async function within(options, use) {
  const container = await docker.createContainer({ Image: "busybox", ...options });
  try {
    return await use(container);
  } finally {
    await container.remove({ force: true });
  }
}

const until = async (what, holds) => {
  for (const end = Date.now() + 20000; !(await holds()); await new Promise((next) => setTimeout(next, 50))) {
    assert.ok(Date.now() < end, `no ${what} within 20 s`);
  }
};

const cases = {
  // Attached before the start with input: nothing is lost, the streams are apart, the end of the input is told.
  attach: () =>
    within({ Cmd: ["sh", "-c", "echo begun; cat; echo done >&2"], OpenStdin: true, StdinOnce: true }, async (container) => {
      const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
      const [out, err] = [collected(), collected()];
      container.modem.demuxStream(stream, out.stream, err.stream);
      const ended = once(stream, "end");
      await container.start();
      stream.write("typed\n");
      stream.end();
      assert.equal((await container.wait()).StatusCode, 0);
      await ended;
      assert.equal(out.text(), "begun\ntyped\n");
      assert.equal(err.text(), "done\n");
    }),

  // A terminal: one stream without frames, of the size that was asked for.
  terminal: () =>
    within({ Cmd: ["sh"], Tty: true, OpenStdin: true }, async (container) => {
      const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
      const out = collected();
      stream.pipe(out.stream);
      await container.start();
      await container.resize({ h: 31, w: 117 });
      stream.write("stty size; exit 3\n");
      assert.equal((await container.wait()).StatusCode, 3);
      await until("size of the terminal", () => out.text().includes("31 117"));
    }),

  exec: () =>
    within({ Cmd: ["sleep", "1000"] }, async (container) => {
      await container.start();
      const exec = await container.exec({
        Cmd: ["sh", "-c", "read line; echo $COLOUR $line; echo no >&2; exit 7"],
        Env: ["COLOUR=green"],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: true });
      const [out, err] = [collected(), collected()];
      docker.modem.demuxStream(stream, out.stream, err.stream);
      const ended = once(stream, "end");
      stream.write("apple\n");
      await ended;
      assert.equal(out.text(), "green apple\n");
      assert.equal(err.text(), "no\n");
      await until("end of the exec", async () => !(await exec.inspect()).Running);
      assert.equal((await exec.inspect()).ExitCode, 7);
    }),

  logs: () =>
    within({ Cmd: ["sh", "-c", "echo one; echo two >&2; sleep 1; echo three"] }, async (container) => {
      await container.start();
      const followed = await container.logs({ follow: true, stdout: true, stderr: true });
      const [out, err] = [collected(), collected()];
      container.modem.demuxStream(followed, out.stream, err.stream);
      await once(followed, "end");
      assert.equal(out.text(), "one\nthree\n");
      assert.equal(err.text(), "two\n");
      const last = await container.logs({ stdout: true, stderr: true, tail: 1, timestamps: true });
      assert.match(last.toString(), /\d{4}-\d\d-\d\dT[\d:.]+Z three\n$/);
    }),

  stats: () =>
    within({ Cmd: ["sh", "-c", "while :; do :; done"] }, async (container) => {
      await container.start();
      const stream = await container.stats({ stream: true });
      const samples = [];
      let rest = "";
      stream.on("data", (data) => {
        const lines = (rest + data).split("\n");
        rest = lines.pop();
        samples.push(...lines.filter(Boolean).map((line) => JSON.parse(line)));
      });
      await until("two samples", () => samples.length >= 2);
      stream.destroy();
      const [before, after] = samples.slice(-2);
      assert.ok(after.cpu_stats.cpu_usage.total_usage > before.cpu_stats.cpu_usage.total_usage);
      assert.ok(after.memory_stats.usage > 0);
      assert.equal(after.id, container.id);
      const once = await container.stats({ stream: false });
      assert.ok(once.pids_stats.current >= 1);
    }),

  events: async () => {
    const stream = await docker.getEvents({ filters: { type: ["container"], label: ["dockerode=events"] } });
    const told = [];
    stream.on("data", (data) => told.push(...data.toString().split("\n").filter(Boolean).map((line) => JSON.parse(line))));
    await within({ Cmd: ["true"], Labels: { dockerode: "events" } }, async (container) => {
      await container.start();
      await container.wait();
      await until("end", () => told.some((event) => event.Action === "die"));
    });
    await until("removal", () => told.some((event) => event.Action === "destroy"));
    stream.destroy();
    assert.deepEqual(
      told.map((event) => event.Action),
      ["create", "start", "die", "destroy"],
    );
  },
};

cases[process.argv[2]]().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
