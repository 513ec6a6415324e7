package dev.gantry.ops.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL cluster on a loopback port of its own, with its data in a temporary folder.
 * Runs as the user {@code postgres} when the test runs as root, and dies with the test's JVM even
 * if that is killed.
 */
public final class PostgresCluster implements AutoCloseable {

  private static final String USER = "gantry";

  private final Path folder = TemporaryFolder.make("gantry-postgres");
  private final int port = FreePorts.next();
  private @Nullable Process process;

  private PostgresCluster() {}

  /** Returns when the cluster answers. It has one database, {@code gantry}. */
  public static PostgresCluster start() {
    PostgresCluster cluster = new PostgresCluster();
    try {
      cluster.initialise();
      cluster.restart();
      cluster.execute("postgres", "CREATE DATABASE gantry");
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  public String url() {
    return url("gantry");
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public String user() {
    return USER;
  }

  /** Any password is accepted. */
  public String password() {
    return "gantry";
  }

  /** Unpooled connections to the database {@code gantry}. */
  public DataSource dataSource() {
    return dataSource("gantry");
  }

  /** Runs a statement in the database {@code gantry}. */
  public void execute(String sql) {
    execute("gantry", sql);
  }

  /** Runs a script of the class path there, a migration for example. */
  public void executeResource(String path) {
    try (InputStream script = PostgresCluster.class.getResourceAsStream(path)) {
      if (script == null) {
        throw new IllegalArgumentException("there is no " + path + " on the class path");
      }
      execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the database away at once, as a crash would; its data stays. */
  public void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      List<ProcessHandle> all =
          Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> each.onExit().join());
    }
  }

  /** Brings it (back), with its data, on the same port, and returns when it answers. */
  public void restart() {
    kill();
    removeStaleFiles();
    CompletableFuture<Process> started = new CompletableFuture<>();
    // The kernel kills the server when the thread that spawned it ends, so that thread waits for
    // it.
    Thread.ofPlatform().daemon().name("postgres-" + port).start(() -> run(started));
    Process running = started.join();
    process = running;
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (!answers()) {
      if (!running.isAlive() || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("cannot start PostgreSQL: " + log());
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    kill();
    TemporaryFolder.remove(folder);
  }

  private void initialise() {
    List<String> command = asPostgres("initdb", "-D", data().toString(), "-U", USER);
    command.addAll(List.of("--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync"));
    try {
      if (isRoot()) {
        new ProcessBuilder("chown", "postgres", folder.toString()).inheritIO().start().waitFor();
      }
      Process initdb = quiet(command).start();
      if (!initdb.waitFor(60, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        throw new IllegalStateException("cannot initialise PostgreSQL: " + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void run(CompletableFuture<Process> started) {
    List<String> command =
        asPostgres("postgres", "-D", data().toString(), "-p", Integer.toString(port));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "shared_buffers=16MB",
            "max_connections=60",
            "autovacuum=off")) {
      command.addAll(List.of("-c", setting));
    }
    try {
      Process process = quiet(command).start();
      started.complete(process);
      process.waitFor();
    } catch (IOException | InterruptedException e) {
      started.completeExceptionally(e);
    }
  }

  private void execute(String database, String sql) {
    try (Connection connection = dataSource(database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run " + sql, e);
    }
  }

  private boolean answers() {
    try (Connection connection = dataSource("postgres").getConnection()) {
      return connection.isValid(5);
    } catch (SQLException _) {
      return false;
    }
  }

  private DataSource dataSource(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url(database));
    source.setUser(USER);
    source.setPassword(password());
    return source;
  }

  private ProcessBuilder quiet(List<String> command) {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
  }

  private List<String> asPostgres(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    if (isRoot()) {
      command.addAll(List.of("--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    command.add(binaries().resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private void removeStaleFiles() {
    try {
      Files.deleteIfExists(data().resolve("postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path logFile() {
    return folder.resolve("log");
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The newest version that Debian has installed. */
  private static Path binaries() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
    } catch (IOException e) {
      throw new IllegalStateException("cannot find PostgreSQL; install the package postgresql", e);
    }
  }
}
