package dev.gantry.node.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.FilesystemChange;
import dev.gantry.engine.IdResponse;
import dev.gantry.node.commit.Commits;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.files.ContainerFiles;
import dev.gantry.node.files.PathStat;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.services.CommitContainer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.SerializationFeature;

/** Files of containers; bodies are streamed in both directions. */
@RestController
@RequestMapping("/v1/containers/{id}")
class FileController {
  private static final String TAR = "application/x-tar";
  private static final String STAT = "X-Docker-Container-Path-Stat";

  private static final int PIECE_BYTES = 64 << 10;

  private final Operations operations;
  private final ContainerFiles files;
  private final Commits commits;

  FileController(Operations operations, ContainerFiles files, Commits commits) {
    this.operations = operations;
    this.files = files;
    this.commits = commits;
  }

  @RequestMapping(path = "/archive", method = RequestMethod.HEAD)
  void stat(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "") String path,
      HttpServletRequest request,
      HttpServletResponse response) {
    files.find(cell(id, request), path, (stat, _) -> response.setHeader(STAT, header(stat)));
  }

  @GetMapping("/archive")
  void archive(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "") String path,
      HttpServletRequest request,
      HttpServletResponse response) {
    ContainerCell cell = cell(id, request);
    files.find(
        cell,
        path,
        (stat, content) -> {
          response.setHeader(STAT, header(stat));
          response.setContentType(TAR);
          inLargePieces(response, content);
        });
    operations.tell(cell, "archive-path", Map.of());
  }

  private static String header(PathStat stat) {
    return Base64.getEncoder().encodeToString(EngineJson.MAPPER.writeValueAsBytes(stat));
  }

  @PutMapping("/archive")
  void extract(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "") String path,
      @RequestParam(defaultValue = "") String noOverwriteDirNonDir,
      @RequestParam(name = "copyUIDGID", defaultValue = "") String copyUidGid,
      HttpServletRequest request)
      throws IOException {
    ContainerCell cell = cell(id, request);
    files.extract(
        cell, path, isSet(noOverwriteDirNonDir), isSet(copyUidGid), request.getInputStream());
    operations.tell(cell, "extract-to-dir", Map.of());
  }

  /** As the engine reads a flag: anything but these. */
  private static boolean isSet(String value) {
    return !List.of("", "0", "no", "false", "none")
        .contains(value.toLowerCase(java.util.Locale.ROOT));
  }

  @GetMapping("/export")
  void export(
      @PathVariable ContainerId id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ContainerCell cell = cell(id, request);
    operations.tell(cell, "export", Map.of());
    response.setContentType(TAR);
    inLargePieces(response, out -> files.export(cell.record(), out));
  }

  /**
   * Each piece costs something in every process that it passes. What fails is not closed, as it
   * would be taken for whole.
   */
  private static void inLargePieces(HttpServletResponse response, ContainerFiles.Content content)
      throws IOException {
    response.setBufferSize(PIECE_BYTES);
    var out = new BufferedOutputStream(response.getOutputStream(), PIECE_BYTES);
    content.writeTo(out);
    out.flush();
  }

  /** Written one by one, as a container may have changed more than there is memory for. */
  @GetMapping("/changes")
  void changes(
      @PathVariable ContainerId id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ContainerCell cell = cell(id, request);
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    SequenceWriter list =
        EngineJson.MAPPER
            .writerFor(FilesystemChange.class)
            .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .writeValuesAsArray(response.getOutputStream());
    files.changes(cell.record(), list::write);
    // A list that could not be told to its end stays without one.
    list.close();
  }

  @PostMapping("/commit")
  IdResponse commit(
      @PathVariable ContainerId id, @RequestBody CommitContainer body, HttpServletRequest request)
      throws IOException {
    return commits.commit(cell(id, request), body);
  }

  private ContainerCell cell(ContainerId id, HttpServletRequest request) {
    return operations.require(Team.of(request), id);
  }
}
