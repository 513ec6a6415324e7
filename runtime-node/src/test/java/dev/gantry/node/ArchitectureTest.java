package dev.gantry.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.gantry.node", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule KERNEL_ALONE_IS_FOREIGN =
      noClasses()
          .that()
          .resideOutsideOfPackage("..node.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..")
          .because("a wrong call there ends the process; one package is where to look for it");

  @ArchTest
  static final ArchRule RECORDS_KNOW_NO_KERNEL =
      noClasses()
          .that()
          .resideInAnyPackage("..node.container..", "..node.volume..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..node.lifecycle..",
              "..node.exec..",
              "..node.health..",
              "..node.attach..",
              "..node.repair..",
              "..node.api..",
              "..node.bundle..",
              "..node.network..",
              "..node.snapshot..",
              "..node.cgroup..")
          .because("what is remembered must not depend on how it is brought about");

  @ArchTest
  static final ArchRule LIFECYCLE_SERVES_WHO_CALLS_IT =
      noClasses()
          .that()
          .resideInAPackage("..node.lifecycle..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..node.api..",
              "..node.exec..",
              "..node.health..",
              "..node.attach..",
              "..node.repair..",
              "..node.journal..")
          .because("start-up repair and calls drive the same hooks, and hooks know neither");

  @ArchTest
  static final ArchRule MEANS_KNOW_NO_CONTAINERS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..node.kernel..",
              "..node.runtime..",
              "..node.bundle..",
              "..node.snapshot..",
              "..node.network..",
              "..node.cgroup..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..node.container..", "..node.lifecycle..", "..node.api..")
          .because("the means of the host are used by the lifecycle, not the other way");

  @ArchTest
  static final ArchRule LOGS_KNOW_NO_CONTAINERS =
      noClasses()
          .that()
          .resideInAnyPackage("..node.log..", "..node.stream..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..node.container..", "..node.lifecycle..", "..node.api..")
          .because("a file is read and a stream carried whoever wrote it");
}
